// Sums of money: what is at risk and what is exposed, and of how many visits the price is not known.
import { html } from "../../vendor/preact-htm-3.1.1.js";
import { Day, dollars, plural, plusDays } from "../format.js";
import { href } from "../route.js";

/** Kinds whose visit is neither held nor on its way to billing. */
export const MISSING = ["MISSING_CHARGE", "LOST_AFTER_ACCEPTANCE", "NOT_SENT", "CHARGES_REMOVED"];

/** Kinds whose visit should be billed and is not. */
export const UNBILLED = ["HELD", "TRANSMISSION_FAILED", "TRANSMISSION_STUCK", ...MISSING];

/** Kinds whose amount is at risk. */
const AT_RISK = [...UNBILLED, "SCRUBBED_UNEXPLAINED"];

/** Kinds whose amount is exposed. */
const EXPOSED = [
  "KEYED_IN_BILLING", "UNEXPECTED_CHARGE", "RETRACTED_IN_EMR", "CHARGED_BEFORE_FINALIZED",
  "BILLED_THOUGH_NOT_COUNTED", "BILLED_THOUGH_SUPPRESSED", "DUPLICATE_BILLING", "UNITS_ADDED",
];

const SOON = 14;
const DAY_MS = 86_400_000;

/** How long it is to a day, in words. */
function left(iso, today) {
  const days = Math.round((Date.parse(iso) - Date.parse(today)) / DAY_MS);
  return days < 0 ? `${plural(-days, "day")} past the deadline` : days === 0 ? "today" : `${plural(days, "day")} left`;
}

/** What a discrepancy is worth, and by when to file. */
export function Worth({ of, today }) {
  const side = AT_RISK.includes(of.kind) ? "at risk" : EXPOSED.includes(of.kind) ? "exposed" : null;
  return (
    side &&
    html`<p class="action worth">
      ${of.amountCents === null ? "Price not known" : `${dollars(of.amountCents)} ${side}`}${of.fileBy &&
      html`, file by <${Day} iso=${of.fileBy} />${today && ` (${left(of.fileBy, today)})`}`}.
    </p>`
  );
}

/** How many visits of a sum have no price; what is unknown is in no sum. */
export const Unpriced = ({ of }) =>
  of.unpriced > 0 && html`<small class="unpriced">${plural(of.unpriced, "visit")} without a price</small>`;

/** A sum, with what it does not know. */
export const Sum = ({ of }) => html`<span class="sum">
  ${of.cents === null ? html`<span class="quiet">Not known</span>` : dollars(of.cents)}
  <${Unpriced} of=${of} />
</span>`;

function Tile({ name, title, says, of, to, children }) {
  const figure = of.cents === null ? "Not known" : dollars(of.cents);
  return html`<li class="tile ${name}">
    <p class="what" title=${says}>${title}</p>
    <p class="figure">${of.visits > 0 && to ? html`<a href=${to}>${figure}</a>` : figure}</p>
    <p class="quiet">${of.visits === 0 ? "No visits" : plural(of.visits, "visit")}</p>
    <${Unpriced} of=${of} />
    ${children}
  </li>`;
}

/** The claims to file soon, and apart from them those that are too late. */
function Deadlines({ of, today, within }) {
  if (!today) {
    // Before the first clock tick nobody knows which day it is.
    return null;
  }
  const { pastDeadline: past, fileSoon: soon } = of;
  return html`<${Tile} name="deadline" title="File within 14 days" of=${soon}
    says="Unbilled visits whose last day to file a claim is today or within 14 days"
    to=${href("work", { ...within, kind: UNBILLED, fileFrom: today, fileTo: plusDays(today, SOON), sort: "fileBy" })}>
    ${past.visits > 0 &&
    html`<p class="past">
      <a class="bad" href=${href("work", { ...within, kind: UNBILLED, fileTo: plusDays(today, -1), sort: "fileBy" })}
        >${plural(past.visits, "visit")} past the deadline</a>: <${Sum} of=${past} />
    </p>`}
    ${soon.visits === 0 && of.nextDeadline && html`<p class="quiet">Next deadline: <${Day} iso=${of.nextDeadline} /></p>`}
  <//>`;
}

/** What is not billed, and by when it has to be. `within`: the filters of the work list. */
export const UnbilledTiles = ({ of, today, within }) => html`<ul class="tiles" id="unbilled" aria-label="Unbilled money">
  <${Tile} name="unbilled" title="Unbilled" of=${of.unbilled} to=${href("work", { ...within, kind: UNBILLED })}
    says="Visits that should be billed and are not: held, missing, or with a transmission that failed or is stuck" />
  <${Tile} name="held" title="Held" of=${of.held} to=${href("work", { ...within, kind: "HELD" })}
    says="Kept out of billing by the Integration Rejection Summary" />
  <${Tile} name="missing" title="Missing" of=${of.missing} to=${href("work", { ...within, kind: MISSING })}
    says="Missing charge; sent successfully, no charge in billing; not sent; or all charges removed" />
  <${Deadlines} of=${of} today=${today} within=${within} />
</ul>`;

/** Both sides, kept apart. */
export const SideTiles = ({ of, today, within }) => html`<ul class="tiles" id="sides" aria-label="Money at risk and exposed">
  <${Tile} name="at-risk" title="At risk" of=${of.atRisk} says="Documented, and may never be paid" />
  <${Tile} name="exposed" title="Exposed" of=${of.exposed} says="Billed, and may have to be paid back" />
  <${Deadlines} of=${of} today=${today} within=${within} />
</ul>`;
