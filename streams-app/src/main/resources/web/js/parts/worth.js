// What a finding is worth, and by when it has to be filed.
import { html } from "../../vendor/preact-htm-3.1.1.js";
import { Day, dollars, plural } from "../format.js";

/** Kinds whose amount was billed, and may have to be paid back. */
const EXPOSED = new Set([
  "KEYED_IN_BILLING",
  "UNEXPECTED_CHARGE",
  "RETRACTED_IN_EMR",
  "CHARGED_BEFORE_FINALIZED",
  "BILLED_THOUGH_NOT_COUNTED",
  "BILLED_THOUGH_SUPPRESSED",
  "DUPLICATE_BILLING",
  "UNITS_ADDED",
]);

export const Worth = ({ of }) =>
  of.amountCents === null
    ? "–"
    : html`<span title=${EXPOSED.has(of.kind) ? "Exposed: billed, and may have to be paid back" : "At risk: documented, and may never be paid"}>
        ${dollars(of.amountCents)}${EXPOSED.has(of.kind) && html` <span class="quiet">exposed</span>`}
      </span>`;

const DAY_MS = 86_400_000;

/** The last day to file, and how long that is from today. */
export function FileBy({ iso, today }) {
  if (!iso) {
    return "–";
  }
  const left = Math.round((Date.parse(iso) - Date.parse(today)) / DAY_MS);
  const says = left < 0 ? `${plural(-left, "day")} past` : left === 0 ? "today" : left <= 14 ? `${plural(left, "day")} left` : null;
  return html`<${Day} iso=${iso} />${says && html` <span class="deadline">${says}</span>`}`;
}
