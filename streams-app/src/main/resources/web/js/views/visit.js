// Visit: why it is where it is, and its history.
import { html, useState } from "../../vendor/preact-htm-3.1.1.js";
import { Scroll } from "../parts/scroll.js";
import { send, url } from "../api.js";
import { useData } from "../data.js";
import { Day, Moment, number, periodName, plural, plusDays, signed } from "../format.js";
import { Accepted, Decide, Ended, Told, isOpen, useDecisions } from "../parts/decide.js";
import { Kind, Severity, Stale, Waiting } from "../parts/basics.js";
import { Charges, emrVisit } from "../parts/ids.js";
import { Worth } from "../parts/money.js";
import { LinkButton, Linked } from "../parts/link.js";
import { Token } from "../parts/visits.js";
import { Place, Therapist } from "../names.js";
import { href } from "../route.js";
import { BECAUSE, REJECTIONS, because, happened, plain, rules, short, why } from "../words.js";

export function Visit({ route, me }) {
  const token = route.id ?? "";
  const state = useData(url(`visits/${encodeURIComponent(token)}`), [
    "visits", "discrepancies", "lateArrivals", "unitVariances", "items", "timelines",
  ]);
  const data = state.data?.summary.visit === token ? state.data : null;
  return data
    ? html`<${Stale} problem=${state.problem} /><${Whole} key=${token} of=${data} me=${me} />`
    : html`<h1>Visit <span class="token">${token.slice(0, 8)}</span></h1>
        <${Waiting} ...${state} what="visit" />`;
}

function Whole({ of, me }) {
  const linking = useDecisions();
  return html`
  <div class="title">
    <div>
      <p class="crumb"><a href=${dayOf(of.summary)}><${Place} of=${of.summary.location} /></a></p>
      <h1>Visit <span class="token" title=${of.summary.visit}>${of.summary.visit.slice(0, 8)}</span></h1>
      <p class="verdicts">
        <${Kind} of=${of.kind} /> <b>${short(of.summary.state)}</b>
        ${besides(of).map((one) => html`<${Severity} key=${one.id} of=${one.severity} word=${short(one.kind)} />`)}
      </p>
    </div>
    <${Reveal} of=${of.summary.visit} me=${me} />
  </div>
  <div class="halves">
    <section class="card">
      <h2>Why</h2>
      <p class="why">${why(of.summary.state)}</p>
      ${nextSteps(of).map((action) => html`<p key=${action}><b>Next:</b> ${action}</p>`)}
      ${of.lateArrival && html`<${Lateness} of=${of.lateArrival} />`}
      <${Facts} of=${of.summary} others=${otherDates(of)} />
    </section>
    <section class="card">
      <h2>Visit history</h2>
      <${Timeline} of=${of.timeline} service=${of.summary.dateOfService} asOf=${of.freshness.asOf ?? ""} />
      <${Shortened} of=${of.freshness.removed} />
    </section>
  </div>
  <div class="halves">
    <${Found} of=${of.discrepancies} day=${of.summary.dateOfService} today=${of.freshness.today} others=${otherDates(of)} me=${me} />
    <${UnitTable} of=${of.unitVariances} />
    <${Linked} of=${of} me=${me} work=${linking} />
    <${Hints} of=${of.hints} own=${of.summary} me=${me} work=${linking} />
    <${Where} of=${of.items} />
  </div>
`;
}

const open = (of) => of.discrepancies.filter(isOpen);

/** What is wrong besides its state: one that is matched on its day may be billed twice on another. */
const besides = (of) => {
  const kinds = new Map();
  open(of)
    .filter((one) => one.kind !== of.summary.state)
    .forEach((one) => kinds.set(one.kind, one));
  return [...kinds.values()];
};

const nextSteps = (of) => [...new Set([of.action, ...open(of).map((one) => one.action)].filter(Boolean))];

const dayOf = (one) =>
  href("period", { location: one.location, granularity: "DAY", from: one.finalizedOn ?? one.createdOn });

/** The dates of service that the visit's charges have where they are not the visit's. */
const otherDates = (of) => [
  ...new Set(
    of.timeline
      .filter((one) => one.what === "CHARGED" && one.link === "VISIT" && one.dateOfService)
      .map((one) => one.dateOfService)
      .filter((day) => day !== of.summary.dateOfService),
  ),
].sort();

/** The two dates of service of a visit that is billed on another date. */
const BothDates = ({ day, others }) => html`<${Day} iso=${day} /> in the EMR,
  ${" "}${others.map((one, i) => html`${i > 0 && ", "}<${Day} iso=${one} />`)} in billing`;

const Facts = ({ of, others }) => html`<dl class="facts">
  <dt>Provider</dt><dd><${Therapist} of=${of.providerId} /></dd>
  <dt>Date of service</dt>
  <dd>
    ${of.finalizedOn && others.length > 0
      ? html`<${BothDates} day=${of.dateOfService} others=${others} />`
      : html`<${Day} iso=${of.dateOfService} />`}
  </dd>
  <dt>Finalized Date</dt><dd>${of.finalizedOn ? html`<${Day} iso=${of.finalizedOn} />` : "None (billing only)"}</dd>
  <dt>Created Date</dt><dd>${of.createdOn ? html`<${Day} iso=${of.createdOn} />` : "None (not billed)"}</dd>
  <dt>Units</dt><dd>${number(of.documentedUnits)} documented, ${number(of.billedUnits)} billed</dd>
  ${of.suppressed && html`<dt>Suppressed</dt><dd>Yes, not for billing</dd>`}
</dl>`;

function Lateness({ of }) {
  const cause = of.cause === "REJECTION"
    ? `${REJECTIONS[of.rejectionType] ?? of.rejectionType} rejection ${of.reasonCode}`
    : "no rejection found";
  const across = of.sameMonth === false ? ", into a later month" : of.sameWeek === false ? ", into a later week" : "";
  return html`<p>
    ${of.status === "HELD"
      ? `Held for ${plural(of.lagDays, "day")} so far${across}: ${cause}.`
      : `Arrived ${plural(of.lagDays, "day")} late${across}: ${cause}.`}
  </p>`;
}

const DOTS = { HELD: "work", CLEARED: "none", CHARGED: "none", CHARGE_REMOVED: "unexplained", RETRACTED: "unexplained" };
const SOURCES = { EMR: "EMR", BILLING: "Billing", PEOPLE: "Visit Balance" };
const DATES = { EMR: "Finalized Date", BILLING: "Created Date", PEOPLE: "Day" };
const LINKS = {
  DATE: "no visit ID; same patient and date of service",
  PATIENT: "for the patient or case",
  LINKED: "linked to this visit by a person",
};

/** The service does not keep what is this old and concerns nothing open. */
const Shortened = ({ of }) => html`
  ${of?.historyBefore && html`<p class="quiet removed">Events before <${Day} iso=${of.historyBefore} /> are kept here only
    for visits with newer events and for patients with open discrepancies.</p>`}
  ${of?.resolvedBefore && html`<p class="quiet removed">Discrepancies that were resolved before <${Day} iso=${of.resolvedBefore} />
    are no longer listed.</p>`}`;

const Timeline = ({ of, service, asOf }) =>
  of.length === 0
    ? html`<p class="quiet">No history. The records are too old to be kept here, or were received before this service kept history.</p>`
    : html`<ol class="timeline">
        ${of.map(
          (event, i) => html`<li key=${event.at + event.what + i} class=${DOTS[event.what] ?? ""}>
            <p class="when"><${Moment} iso=${event.at} /> <span class="quiet">${SOURCES[event.source]}</span></p>
            <p>
              <b>${happened(event.what)}</b>
              ${event.detail && html`<span>: ${detail(event)}</span>`}
            </p>
            <p class="quiet">
              ${[
                event.codes,
                event.businessDate && html`${DATES[event.source]} <${Day} iso=${event.businessDate} />`,
                event.dateOfService && event.dateOfService !== service && html`date of service <${Day} iso=${event.dateOfService} />`,
                event.location,
                event.providerId,
                LINKS[event.link],
                isLater(event, asOf) && html`received <${Moment} iso=${event.knownAt} />`,
              ]
                .filter(Boolean)
                .map((part, n) => html`${n > 0 && " · "}${part}`)}
            </p>
          </li>`,
        )}
      </ol>`;

/** FINANCIAL TRANSMISSION_SUCCESSFUL reads "Financial, successful"; a rejection's reason code stays. */
function detail({ what, source, detail: text }) {
  if (source === "PEOPLE") {
    const [kind, reason] = text.split(" ");
    return short(kind) + (BECAUSE[reason] ? `, ${because(reason)}` : "");
  }
  if (what === "HELD" || what === "CLEARED") {
    const [type, ...code] = text.split(" ");
    return `${REJECTIONS[type] ?? type} ${code.join(" ")}`;
  }
  if (what === "TRANSMITTED") {
    const [kind, status = ""] = text.split(" ");
    return `${plain(kind)}, ${plain(status.replace("TRANSMISSION_", "")).toLowerCase()}`;
  }
  return text.toLowerCase().replaceAll("_", " ");
}

const LATER_MS = 3_600_000;

/** Where time is simulated the broker's clock is ahead of it; then it says nothing. */
function isLater({ at, knownAt }, asOf) {
  return knownAt && knownAt <= asOf && Date.parse(knownAt) - Date.parse(at) > LATER_MS;
}

/** The IDs that the source systems use; each look is logged. */
function Reveal({ of, me }) {
  const [state, setState] = useState({});
  if (!me.roles.includes("worker")) {
    return null;
  }
  const ask = () => {
    setState({ asking: true });
    send(url(`visits/${of}/reveal`), { method: "POST" })
      .then((response) => response.json())
      .then((ids) => setState({ ids }))
      .catch((problem) => setState({ problem }));
  };
  return html`<div class="reveal" aria-live="polite">
    ${state.ids
      ? html`<dl class="facts">
            <dt>Patient</dt><dd class="token">${state.ids.patientKey}</dd>
            <dt>Visit ID</dt><dd class="token">${emrVisit(state.ids.name)}</dd>
            <dt>Payer</dt><dd class="token">${state.ids.payerId ?? "–"}</dd>
            <dt>Charges</dt><dd><${Charges} of=${state.ids.charges} /></dd>
          </dl>
          <button type="button" onClick=${() => setState({})}>Hide</button>`
      : html`<button type="button" onClick=${ask} disabled=${state.asking}
            title="Shows the patient, visit, payer, and charge IDs used by the EMR and billing. Each view is logged.">
            Reveal IDs
          </button>
          ${state.problem && html`<p role="alert" class="notice">${state.problem.title}: ${state.problem.message}</p>`}`}
  </div>`;
}

function Found({ of, day, today, others, me }) {
  const work = useDecisions();
  return of.length > 0 && html`<section class="card" id="found">
    <h2>Discrepancies</h2>
    <${Told} of=${work.told} />
    <ul class="findings">
      ${of.map(
        (one) => html`<li key=${one.id} class=${one.status === "RESOLVED" && !one.accepted ? "resolved" : ""}>
          <${Severity} of=${one.severity} />
          <b>${short(one.kind)}<${Ended} of=${one} /></b>
          <span class="quiet">
            <${Place} of=${one.location} />${one.date && html` · <${Day} iso=${one.date} />`}
            ${one.openedAt && html` · opened <${Moment} iso=${one.openedAt} />`}
            ${one.resolvedAt && html` · resolved <${Moment} iso=${one.resolvedAt} />`}
          </span>
          ${isOpen(one) && html`<${Worth} of=${one} today=${today} />`}
          ${one.kind === "ACCEPTED_BUT_CHANGED" && isOpen(one) &&
          html`<p class="action">Accepted as: ${one.before.split(", ").map(short).join(", ")}. Now: ${short(one.after)}.</p>`}
          ${one.kind === "DATE_OF_SERVICE_MISMATCH" && others.length > 0 &&
          html`<p class="action dates-of-service">Date of service: <${BothDates} day=${day} others=${others} />.</p>`}
          ${one.assignee && html`<p class="action">Assigned to ${one.assignee}.</p>`}
          <${Accepted} of=${one} />
          ${isOpen(one) && html`<p class="action">${one.action}</p>`}
          <${Decide} of=${one} me=${me} work=${work} />
        </li>`,
      )}
    </ul>
  </section>`;
}

const UnitTable = ({ of }) =>
  of.length > 0 &&
  html`<section class="card">
    <h2>Unit differences</h2>
    <${Scroll}><table class="figures">
      <thead><tr>
        <th scope="col" class="text">Code</th><th scope="col">Documented</th><th scope="col">Billed</th>
        <th scope="col">Unexplained</th><th scope="col" class="text">Explained by</th>
      </tr></thead>
      <tbody>
        ${of.map(
          (one) => html`<tr key=${one.cpt}>
            <th scope="row">${one.cpt}</th>
            <td>${number(one.documented)}</td>
            <td>${number(one.billed)}</td>
            <td>${one.unexplained ? html`<span class="bad">${number(one.unexplained)}</span>` : 0}</td>
            <td class="text">${rules(one.rule) || "Unexplained"}</td>
          </tr>`,
        )}
      </tbody>
    </table><//>
  </section>`;

/** One of the two has charges alone; they may be the other's. */
const Hints = ({ of, own, me, work }) =>
  of.length > 0 &&
  html`<section class="card">
    <h2>Possible match</h2>
    <p class="quiet">Unmatched visits for the same patient within 7 days.</p>
    <ul class="findings">
      ${of.map(
        ({ summary, days, linkable }) => html`<li key=${summary.visit}>
          <${Token} of=${summary.visit} />
          <span>${short(summary.state)}</span>
          <span class="quiet">
            <${Place} of=${summary.location} /> · <${Day} iso=${summary.dateOfService} /> ·
            ${days === 0 ? " the same day" : ` ${plural(Math.abs(days), "day")} ${days < 0 ? "before" : "after"}`} ·
            ${summary.providerId} · ${number(summary.documentedUnits)} documented, ${number(summary.billedUnits)} billed
          </span>
          ${linkable > 0 && html`<${LinkButton} me=${me} work=${work}
            billing=${own.finalizedOn ? summary : own} visit=${own.finalizedOn ? own : summary} />`}
        </li>`,
      )}
    </ul>
  </section>`;

const Where = ({ of }) => {
  const bridge = of.filter((one) => one.list === "BRIDGE");
  return (
    bridge.length > 0 &&
    html`<section class="card">
      <h2>Periods affected</h2>
      <ul class="findings plain">
        ${bridge.map(
          (one) => html`<li key=${one.location + one.granularity + one.from}>
            <a href=${href("period", { location: one.location, granularity: one.granularity, from: one.from, reason: one.reason })}>
              ${one.location}, ${periodName(one.granularity, one.from, plusDays(one.from, 6))}
            </a>
            <span class="quiet">${signed(one.difference)}: ${short(one.reason)}</span>
          </li>`,
        )}
      </ul>
    </section>`
  );
};
