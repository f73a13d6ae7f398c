// Period: the two reports side by side, why they differ, and what to do about it.
import { html, useEffect, useRef } from "../../vendor/preact-htm-3.1.1.js";
import { Scroll } from "../parts/scroll.js";
import { url } from "../api.js";
import { useData } from "../data.js";
import { date, number, periodName, plural, plusDays, signed } from "../format.js";
import { Csv, Kind, Severity, Stale, Verdict, Waiting } from "../parts/basics.js";
import { ShowIds, useIds } from "../parts/ids.js";
import { Items } from "../parts/visits.js";
import { Silent } from "../parts/feeds.js";
import { SideTiles } from "../parts/money.js";
import { Closing } from "../parts/closing.js";
import { Waterfall } from "../parts/waterfall.js";
import { Place, Therapist } from "../names.js";
import { href } from "../route.js";
import { KINDS, short, VERDICTS } from "../words.js";

export function Period({ route, me }) {
  const at = {
    location: route.params.get("location"),
    granularity: route.params.get("granularity") ?? "DAY",
    from: route.params.get("from"),
  };
  const state = useData(url("period", at), ["balances", "items", "visits", "closes"]);
  const data = state.data;
  const same = data && data.balance.location === at.location && data.balance.from === at.from &&
    data.balance.granularity === at.granularity;
  return html`
    <${Title} at=${at} balance=${same ? data.balance : null} />
    ${same
      ? html`<${Stale} problem=${state.problem} />
          <${Whole} key=${Object.values(at).join("|")} of=${data} at=${at} reason=${route.params.get("reason")} me=${me} />`
      : html`<${Waiting} ...${state} what="the period" />`}
  `;
}

/** The nearest period with activity on either side: {before, after}; undefined while it is awaited. */
function useNeighbors({ location, granularity, from }) {
  const near = (span) => url("balances", { location, granularity, limit: 1, ...span });
  const before = useData(near({ to: plusDays(from, -1), sort: "-from" }), ["balances"]);
  const after = useData(near({ from: plusDays(from, 1), sort: "from" }), ["balances"]);
  const first = ({ data }, fits) => {
    const row = data?.rows[0];
    return !data || (row && !(row.location === location && fits(row.from))) ? undefined : row?.from ?? null;
  };
  return { before: first(before, (day) => day < from), after: first(after, (day) => day > from) };
}

const UNITS = { DAY: "day", WEEK: "week", MONTH: "month" };

/** A step to a neighbor; a place without one keeps the button, so that the other one stays where it is. */
const Step = ({ at, to, rel, text, none }) =>
  to === null
    ? html`<span class="button off">${none}</span>`
    : html`<a class="button" rel=${rel} href=${to && href("period", { ...at, from: to })}
        title=${to && date(to)}>${text}</a>`;

function Title({ at, balance }) {
  const to = at.granularity === "WEEK" ? plusDays(at.from, 6) : at.from;
  const { before, after } = useNeighbors(at);
  const unit = UNITS[at.granularity];
  return html`<div class="title">
    <div>
      <p class="crumb"><a href=${href("today", { location: at.location })}><${Place} of=${at.location} /></a></p>
      <h1>${periodName(at.granularity, at.from, to)}</h1>
      ${balance &&
      html`<p class="verdicts">
        <${Verdict} of=${balance.verdict} /> <span>${VERDICTS[balance.verdict].says}</span>
        ${balance.offsetting &&
        html`<span class="tag work" title="Differences in both directions cancel each other out"
          >⇄ offsetting: ${balance.reported.difference === 0 ? "the totals agree only by coincidence" : "the total hides part of the difference"}</span
        >`}
      </p>`}
    </div>
    <div class="filters">
      <${Around} at=${at} to=${balance?.to} />
      <${Step} at=${at} to=${before} rel="prev" text="← Previous" none="No earlier ${unit}" />
      <${Step} at=${at} to=${after} rel="next" text="Next →" none="No later ${unit}" />
    </div>
  </div>`;
}

/** The week and the month of a day, the days of a week or month. */
function Around({ at, to }) {
  const { location, granularity, from } = at;
  const week = useData(url("matrix", { granularity: "WEEK", from, to: from, location }), []);
  const first = week.data?.periods[0];
  const isDay = granularity === "DAY";
  return html`
    ${!isDay && to && html`<a class="button" href=${href("today", { location, from, to })}>View days</a>`}
    ${isDay && first && html`<a class="button" href=${href("period", { location, granularity: "WEEK", from: first })}>View week</a>`}
    ${granularity !== "MONTH" &&
    html`<a class="button" href=${href("period", { location, granularity: "MONTH", from: from.slice(0, 8) + "01" })}>View month</a>`}
  `;
}

const NOT_IN_BRIDGE = [
  "NEW_PATIENTS", "OPEN_NOTE", "FAILED_TRANSMISSION", "PENDING_TRANSMISSION", "ABSENT_TRANSMISSION", "HELD",
];

/** The IDs of each visit in some lists of a period; null: they are not shown. */
function useVisitIds(at, list, isShown) {
  const address = isShown ? url("period/items", { ...at, list, ids: true, limit: 1000 }) : null;
  const { data } = useData(address, ["items", "visits"]);
  return isShown ? new Map((data?.rows ?? []).map((one) => [one.visit, one.ids])) : null;
}

function Whole({ of, at, reason, me }) {
  const isShown = useIds(me);
  const ids = useVisitIds(at, NOT_IN_BRIDGE, isShown);
  return html`
  <${Silent} from=${of.balance.from} to=${of.balance.to} asOf=${of.freshness.asOf} />
  <div class="halves">
    <${Reports} of=${of.balance} />
    <${Next} of=${of} at=${at} />
  </div>
  <${Worth} of=${of} />
  <${Closing} of=${of.close} at=${at} balance=${of.balance} today=${of.freshness.today} me=${me} />
  <${Bridge} of=${of} at=${at} reason=${reason} me=${me} />
  <${Ready} of=${of} ids=${ids} />
  <div class="halves">
    <${Providers} of=${of.providers} at=${at} />
    <${NewPatients} of=${of} ids=${ids} />
  </div>
`;
}

function Reports({ of }) {
  const { emrNonVisitUnits = 0, billingNonVisitUnits = 0 } = of.reported;
  const emrUnits = of.reported.emrUnits - emrNonVisitUnits;
  const billingUnits = of.reported.billingUnits - billingNonVisitUnits;
  return html`<section class="card">
  <h2>The two reports</h2>
  <${Scroll}>
    <table class="figures" id="reports">
      <thead>
        <tr>
          <td></td>
          <th scope="col">EMR Billing Report<small>by Finalized Date</small></th>
          <th scope="col">Charge Audit Summary<small>by Created Date</small></th>
          <th scope="col">Difference</th>
        </tr>
      </thead>
      <tbody>
        <tr class="total">
          <th scope="row">Visits</th>
          <td>${number(of.reported.emrVisits)}</td>
          <td>${number(of.reported.billingVisits)}</td>
          <td>${signed(of.reported.difference)}</td>
        </tr>
        <tr class="units">
          <th scope="row">Units</th>
          <td>${number(emrUnits)}</td>
          <td>${number(billingUnits)}</td>
          <td>${signed(emrUnits - billingUnits)}</td>
        </tr>
        ${(emrNonVisitUnits > 0 || billingNonVisitUnits > 0) &&
        html`<tr class="non-visit">
          <th scope="row" title="Units of non-visit codes. They are not compared.">Supplies and fees</th>
          <td>${number(emrNonVisitUnits)}</td>
          <td>${number(billingNonVisitUnits)}</td>
          <td class="quiet">not compared</td>
        </tr>`}
        <tr>
          <th scope="row" title="EMR: units of initial evaluations. Billing: visits with an initial evaluation.">New patients</th>
          <td>${number(of.newPatients.emrUnits)}</td>
          <td>${number(of.newPatients.billingVisits)}</td>
          <td>${signed(of.newPatients.difference)}</td>
        </tr>
      </tbody>
    </table>
  <//>
  <p>
    <b>By finalized visit:</b> ${plural(of.origin.expected, "billable visit")} finalized in this period,
    ${" "}${number(of.origin.billed)} billed so far, <b>${number(of.origin.outstanding)} unbilled</b>.
  </p>
</section>`;
}

/** What the open discrepancies of the period's days are worth. */
function Worth({ of }) {
  const { location, from, to } = of.balance;
  const within = { location, from, to };
  return html`<section class="card" id="worth">
    <h2><a href=${href("money", within)}>Money of this period</a></h2>
    <${SideTiles} of=${of.money} today=${of.freshness.today} within=${within} />
  </section>`;
}

const KIND_ORDER = ["UNEXPLAINED", "WORK", "PENDING", "EXPECTED", "ACCEPTED"];

/** How much of each reason is accepted. */
function accepted(bridge) {
  const sums = {};
  for (const one of bridge.filter((item) => item.kind === "ACCEPTED")) {
    const sum = (sums[one.reason] ??= { n: 0, difference: 0 });
    sum.n += 1;
    sum.difference += one.difference;
  }
  return sums;
}

/** The open findings of the period's days, one line an action. */
function Next({ of, at }) {
  const { location, from, to } = of.balance;
  const found = useData(url("discrepancies", { location, from, to, limit: 1000 }), ["discrepancies"]);
  const actions = new Map();
  for (const one of found.data?.rows ?? []) {
    if (one.level !== "PERIOD") {
      const entry = actions.get(one.kind) ?? { ...one, n: 0 };
      entry.n += 1;
      actions.set(one.kind, entry);
    }
  }
  const pending = of.balance.kinds.pending;
  return html`<section class="card">
    <h2>What to do next</h2>
    ${found.data
      ? html`<ol class="next">
          ${[...actions.values()].map(
            (one) => html`<li key=${one.kind}>
              <${Severity} of=${one.severity} />
              <div>
                <a href=${href("work", { kind: one.kind, location, from, to })}
                  >${short(one.kind)} (${number(one.n)})</a
                >
                <p>${one.action}</p>
              </div>
            </li>`,
          )}
        </ol>
        ${actions.size === 0 &&
        html`<p>
          ${pending ? `Wait: the charges or notes of ${plural(pending, "visit")} may still arrive.` : "Nothing. No discrepancies are open."}
        </p>`}`
      : html`<${Waiting} ...${found} what="discrepancies" />`}
  </section>`;
}

function Bridge({ of, at, reason, me }) {
  const isShown = useIds(me);
  const ids = useVisitIds(at, "BRIDGE", isShown);
  const shown = reason ? of.bridge.filter((one) => one.reason === reason) : of.bridge;
  const list = useRef(null);
  useEffect(() => {
    if (reason) {
      list.current?.scrollIntoView({ block: "nearest" });
    }
  }, [reason]);
  const balance = of.balance;
  const count = Object.keys(balance.items).length;
  return html`<section class="card">
    <div class="title">
      <h2>Bridge: why the counts differ</h2>
      <p class="kinds">
        ${KIND_ORDER.filter((kind) => balance.kinds[kind.toLowerCase()] > 0).map(
          (kind) => html`<${Kind} of=${kind} word="${number(balance.kinds[kind.toLowerCase()])} ${KINDS[kind].word}" />`,
        )}
      </p>
    </div>
    <${Waterfall}
      emr=${balance.reported.emrVisits}
      billing=${balance.reported.billingVisits}
      items=${balance.items}
      accepted=${accepted(of.bridge)}
      picked=${reason}
      link=${(one) => href("period", { ...at, reason: one === reason ? null : one })}
    />
    ${count === 0
      ? html`<p class="quiet">Nothing to explain: both systems agree, visit by visit.</p>`
      : html`<div class="title" ref=${list} id="visits">
            <h3>${reason ? short(reason) : "All visits in the bridge"}: ${plural(shown.length, "visit")}</h3>
            <div class="filters">
              ${reason && html`<a class="button" href=${href("period", at)}>Show all</a>`}
              <${ShowIds} me=${me} />
              <${Csv} address=${url("period/items", { ...at, list: "BRIDGE", reason, ids: isShown })}
                name="bridge-${at.location}-${at.from}.csv" />
            </div>
          </div>
          <${Items} of=${shown} withReason=${true} ids=${ids} />
          ${of.bridge.length >= 500 && html`<p class="quiet">Showing the first 500 visits. The files have all of them.</p>`}`}
  </section>`;
}

/** The three things that the procedure looks at before anybody compares. */
function Ready({ of, ids }) {
  const { readiness } = of;
  const moved = [
    [readiness.failedTransmissions, "failed"],
    [readiness.pendingTransmissions, "pending"],
    [readiness.absentTransmissions, "not on the Claims Feed"],
  ];
  const transmissions = moved.flatMap(([list]) => list);
  return html`<section class="card">
    <h2>Before you balance</h2>
    <div class="checks">
      <${Check} title="Open notes" items=${readiness.openNotes} none="All notes are finalized."
        ids=${ids}
        some=${() => "Ask the therapists to finalize them."} />
      <${Check} title="Incomplete transmissions" items=${transmissions} none="No transmissions have failed or are pending." ids=${ids}
        some=${() => moved.filter(([list]) => list.length).map(([list, word]) => `${number(list.length)} ${word}`).join(", ") +
          ". Check the Claims Feed."} />
      <${Check} title="Held visits" items=${readiness.heldVisits} none="No visits are on the Integration Rejection Summary." ids=${ids}
        some=${() => "Work Patient rejections first, then Case, then Charge."} />
    </div>
  </section>`;
}

const Check = ({ title, items, none, some, ids }) => html`<div class="check ${items.length ? "open" : "done"}">
  <h3>${title}: ${number(items.length)}</h3>
  <p>${items.length ? some() : none}</p>
  ${items.length > 0 && html`<details><summary>Show list</summary><${Items} of=${items} ids=${ids} /></details>`}
</div>`;

const Providers = ({ of, at }) => html`<section class="card">
  <div class="title">
    <h2>By provider</h2>
    <${Csv} address=${url("period/providers", at)} name="providers-${at.location}-${at.from}.csv" />
  </div>
  ${of.length === 0
    ? html`<p class="quiet">No provider has visits or units in this period.</p>`
    : html`<${Scroll}>
        <table class="figures" id="providers">
          <thead>
            <tr>
              <th scope="col" class="text">Provider</th>
              <th scope="col">EMR visits</th>
              <th scope="col">Billing visits</th>
              <th scope="col">Diff.</th>
              <th scope="col" title="With supplies and fees">EMR units</th>
              <th scope="col" title="With supplies and fees">Billing units</th>
            </tr>
          </thead>
          <tbody>
            ${of.map(
              (one) => html`<tr key=${one.providerId} class=${one.emrVisits !== one.billingVisits ? "differs" : ""}>
                <th scope="row"><${Therapist} of=${one.providerId} /></th>
                <td>${number(one.emrVisits)}</td>
                <td>${number(one.billingVisits)}</td>
                <td>${signed(one.emrVisits - one.billingVisits)}</td>
                <td>${number(one.emrUnits)}</td>
                <td>${number(one.billingUnits)}</td>
              </tr>`,
            )}
          </tbody>
        </table>
      <//>`}
</section>`;

const NewPatients = ({ of, ids }) => html`<section class="card" id="new-patients">
  <h2>New patients</h2>
  <p>
    EMR: ${plural(of.balance.newPatients.emrUnits, "unit")} of initial evaluations. Billing:
    ${" "}${plural(of.balance.newPatients.billingVisits, "visit")} with an initial evaluation. Difference:
    ${" "}<b>${signed(of.balance.newPatients.difference)}</b>.
  </p>
  <p class="quiet">
    For information; does not affect the balance.
  </p>
  ${of.newPatients.length > 0 &&
  html`<${Items} of=${of.newPatients} withReason=${true} ids=${ids} />`}
</section>`;
