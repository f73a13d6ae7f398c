// Work list: what is open, in the order of work.
import { html, useState } from "../../vendor/preact-htm-3.1.1.js";
import { Scroll } from "../parts/scroll.js";
import { url } from "../api.js";
import { useData } from "../data.js";
import { Day, date, dollars, number, plural, signed } from "../format.js";
import { AcceptAll, Accepted, Bar, Decide, Ended, Told, canBeDecided, isOpen, mayDecide, useDecisions } from "../parts/decide.js";
import { Csv, Select, Severity, Stale, Waiting } from "../parts/basics.js";
import { Days } from "../parts/dates.js";
import { IdLine, ShowIds, useIds } from "../parts/ids.js";
import { Known, Places } from "../parts/places.js";
import { SavedViews } from "../parts/saved.js";
import { FileBy, Worth } from "../parts/worth.js";
import { Token } from "../parts/visits.js";
import { Place, Therapist } from "../names.js";
import { href, narrow } from "../route.js";
import { FINDINGS, REASONS, inWords, short } from "../words.js";

const PAGE = 100;
/** How many rows a list shows at most. */
export const MOST = 1_000;

const SORTS = [
  ["work", "Work order"],
  ["fileBy", "Filing deadline"],
  ["-amount", "Largest amount"],
  ["date", "Oldest day first"],
  ["-date", "Newest day first"],
  ["-openedAt", "Newest first"],
  ["location", "By location"],
  ["kind", "By discrepancy"],
];
const STATUSES = [
  ["OPEN", "Open"],
  ["ACCEPTED", "Accepted"],
  ["RESOLVED", "Resolved"],
  ["ALL", "All"],
];
const AGES = [
  ["1", "1 day or more"],
  ["3", "3 days or more"],
  ["7", "7 days or more"],
  ["14", "14 days or more"],
  ["30", "30 days or more"],
];
const SEVERITIES = [
  ["HIGH", "High"],
  ["MEDIUM", "Medium"],
  ["LOW", "Low"],
];
const KINDS = [
  ...Object.entries(REASONS)
    .filter(([, one]) => one.kind === "UNEXPLAINED" || one.kind === "WORK")
    .map(([name]) => name),
  ...Object.keys(FINDINGS),
]
  .map((name) => [name, short(name)])
  .sort(([, a], [, b]) => (a < b ? -1 : 1));

/** Whether an address has a filter. */
export const isNarrowed = (params) => [...params.keys()].some((name) => name !== "tenant" && name !== "rows");

const WORKERS = [
  ["me", "Me"],
  ["nobody", "Unassigned"],
];
const DEADLINES = ["7", "14", "30", "60"];
const AMOUNTS = ["5000", "10000", "25000", "50000", "100000"];

/** Who works it, as the service's filters say it. */
const worker = (by, me) =>
  by === "me" ? { assignee: me.user } : by === "nobody" ? { assigned: "false" } : {};

/** A value that an address has is offered too, whatever else there is. */
const withOwn = (values, own) => (own && !values.includes(own) ? [...values, own] : values);

/** One of many names, typed or picked from those that there are. */
function Named({ label, name, params, of }) {
  const picked = params.getAll(name);
  const take = (event) => narrow({ [name]: event.target.value.trim(), rows: null });
  return html`<label class="field"><span>${label}</span>
    <input class="named" list=${`${name}-choices`} value=${picked.length > 1 ? "" : picked[0] ?? ""} maxlength="256" autocomplete="off"
      placeholder=${picked.length > 1 ? `${picked.length} selected` : "All"} onChange=${take} />
    <datalist id=${`${name}-choices`}>${(of ?? []).map((one) => html`<option value=${one} />`)}</datalist>
  </label>`;
}

/** By when a claim has to be filed: within some days of today, or by a day that an address has. */
function Deadline({ params }) {
  const [from, by] = ["fileFrom", "fileTo"].map((name) => params.get(name));
  const days = from && by ? `${date(from)} to ${date(by)}` : from ? `From ${date(from)}` : by ? `By ${date(by)}` : null;
  const within = params.get("fileWithin");
  const options = withOwn(DEADLINES, within).map((one) => [one, `Within ${plural(Number(one), "day")}`]);
  return html`<${Select} label="File by" value=${days ? "day" : within} all="Any"
    of=${[...options, ...(days ? [["day", days]] : [])]}
    onPick=${(one) => one !== "day" && narrow({ fileWithin: one, fileFrom: null, fileTo: null, rows: null })} />`;
}

/** Days out of balance repeat what their visits say: they are shown when somebody asks for them. */
const hasDays = (params) => params.get("days") === "true" || params.getAll("kind").includes("DAY");

export function Work({ route, me }) {
  const { params } = route;
  const ids = useIds(me);
  const shown = Number(params.get("rows") ?? PAGE);
  const filters = {
    status: params.get("status"),
    severity: params.getAll("severity"),
    kind: params.getAll("kind"),
    location: params.getAll("location"),
    provider: params.getAll("provider"),
    payer: params.getAll("payer"),
    assignee: params.getAll("assignee"),
    from: params.get("from"),
    to: params.get("to"),
    minAge: params.get("minAge"),
    minAmount: params.get("minAmount"),
    fileFrom: params.get("fileFrom"),
    fileTo: params.get("fileTo"),
    fileWithin: params.get("fileWithin"),
    days: hasDays(params) ? null : "false",
    ...worker(params.get("by"), me),
    sort: params.get("sort"),
  };
  const state = useData(url("discrepancies", { ...filters, ids, limit: shown }), ["discrepancies", "lateArrivals"]);
  const choices = useData(url("discrepancies/choices"), []).data;
  const work = useDecisions();
  const [picks, setPicks] = useState(new Set());
  const picked = (state.data?.rows ?? []).filter((one) => picks.has(one.id) && canBeDecided(one));
  const { sort, status, ...narrowed } = filters;
  const kinds = filters.kind;
  const pick = (name) => (value) => narrow({ [name]: value });
  const by = params.get("by") ?? (filters.assignee.length === 1 ? `user:${filters.assignee[0]}` : "");
  const users = withOwn((choices?.assignees ?? []).filter((one) => one !== me.user), params.get("assignee")).map((one) => [`user:${one}`, one]);
  const pickWorker = (one) =>
    narrow(one.startsWith("user:") ? { by: null, assignee: one.slice(5) } : { by: one, assignee: null });
  return html`
    <div class="title">
      <h1>Work list</h1>
      <div class="filters">
        <${SavedViews} route=${route} me=${me} />
        <${ShowIds} me=${me} />
        <${Csv} address=${url("discrepancies", { ...filters, ids })} name="work-list.csv" />
        ${mayDecide(me) && html`<${SendBack} work=${work} />`}
      </div>
    </div>
    <div class="filters bar">
      <${Select} label="Status" value=${filters.status ?? "OPEN"} of=${STATUSES}
        onPick=${(one) => narrow({ status: one === "OPEN" ? null : one })} />
      <${Select} label="Severity" value=${params.get("severity")} of=${SEVERITIES} all="All" onPick=${pick("severity")} />
      <${Select} label="Discrepancy" value=${kinds.length === 1 ? kinds[0] : ""} of=${KINDS}
        all=${kinds.length > 1 ? `${kinds.length} selected` : "All"} onPick=${pick("kind")} />
      <${Places} params=${params} />
      <${Deadline} params=${params} />
      <${Select} label="Amount" value=${params.get("minAmount")} all="Any" onPick=${pick("minAmount")}
        of=${withOwn(AMOUNTS, params.get("minAmount")).map((one) => [one, `${dollars(Number(one))} or more`])} />
      <${Named} label="Provider" name="provider" params=${params} of=${choices?.providers} />
      ${mayDecide(me) && html`<${Named} label="Payer" name="payer" params=${params} of=${choices?.payers} />`}
      <${Select} label="Age" value=${params.get("minAge")} of=${AGES} all="Any" onPick=${pick("minAge")} />
      <${Days} from=${filters.from} to=${filters.to} />
      <${Select} label="Assigned to" value=${by} of=${[...WORKERS, ...users]} all=${filters.assignee.length > 1 ? `${filters.assignee.length} selected` : "Anyone"} onPick=${pickWorker} />
      <${Select} label="Sort by" value=${filters.sort ?? "work"} of=${SORTS}
        onPick=${(one) => narrow({ sort: one === "work" ? null : one })} />
      <label class="switch" title="A day out of balance repeats what its visits say.">
        <input type="checkbox" checked=${hasDays(params)} disabled=${kinds.includes("DAY")}
          onChange=${(event) => narrow({ days: event.target.checked ? "true" : null })} /> Show days out of balance
      </label>
      ${isNarrowed(params) && html`<a class="button" href=${href("work")}>Clear filters</a>`}
    </div>
    <${Told} of=${work.told} />
    <${Known} params=${params}>
    ${state.data
      ? html`<${Stale} problem=${state.problem} />
          <section class="card">
            ${mayDecide(me) && state.data.rows.some(canBeDecided) &&
            (picked.length > 0
              ? html`<${Bar} picked=${picked} me=${me} people=${people(state.data.rows, me)} work=${work}
                  onClear=${() => setPicks(new Set())} />`
              : html`<div class="deciding">
                  <span class="quiet">Select discrepancies to accept or assign, or</span>
                  <${AcceptAll} filter=${narrowed} work=${work} />
                </div>`)}
            ${state.data.rows.length === 0
              ? html`<p>${state.data.freshness.asOf ? "No discrepancies match these filters." : "No data yet."}</p>`
              : html`<${Rows} of=${state.data.rows} me=${me} work=${work} picks=${picks} setPicks=${setPicks} today=${state.data.freshness.today} />`}
            <${More} of=${state.data} shown=${shown} more=${() => narrow({ rows: Math.min(MOST, shown + PAGE) })} />
            ${filters.status && html`<${Shortened} before=${state.data.freshness.removed?.resolvedBefore} />`}
          </section>`
      : html`<${Waiting} ...${state} what="the work list" />`}
    <//>
  `;
}

const Shortened = ({ before }) =>
  before && html`<p class="quiet removed">Discrepancies that were resolved before <${Day} iso=${before} /> are no longer listed.</p>`;

export const More = ({ of, more, shown }) => html`<p class="more quiet">
  <span>${of.next ? "Showing the first " : ""}${plural(of.rows.length, "row")}.</span>
  ${of.next && shown < MOST && html`<button type="button" onClick=${more}>Show more</button>`}
  ${of.next && shown >= MOST && html`<span>The files have all of them.</span>`}
</p>`;

/** Where a discrepancy is worked: at its visit, else at its day, or the period that was closed. */
export const target = (one) => (one.visit ? href(`visit/${one.visit}`) : one.date && period(one));

const period = (one) =>
  href("period", {
    location: one.location,
    granularity: one.before?.match(/^(WEEK|MONTH):/)?.[1] ?? "DAY",
    from: one.date,
  });

/** Whom one may mean: oneself, and who works something already. */
const people = (rows, me) =>
  [...new Set([me.user, ...rows.map((one) => one.assignee).filter(Boolean)])].sort();

/** The list as a file, filled in and sent back. */
const SendBack = ({ work }) => html`<label class="button upload" title="The CSV of this list with the decision, reason, assignee and note columns filled in">
  Upload decisions (CSV)
  <input type="file" class="hidden" accept=".csv,text/csv" disabled=${work.busy}
    onChange=${async (event) => {
      const input = event.target;
      await work.file(input.files[0]);
      input.value = "";
    }} />
</label>`;

const toggled = (picks, ids, on) => {
  const next = new Set(picks);
  ids.forEach((id) => (on ? next.add(id) : next.delete(id)));
  return next;
};

/** Which billing visits a visit has, where it should have one. */
const Twice = ({ of }) =>
  of.kind === "DUPLICATE_BILLING" &&
  of.ids?.billingVisits &&
  html`<p class="action twice">Billing visits: ${of.ids.billingVisits}. Only one of them should stay.</p>`;

/** The two dates of service, where these are the finding. */
const BothDates = ({ of }) =>
  of.billedDatesOfService &&
  html`<p class="action dates-of-service">Date of service: <${Day} iso=${of.dateOfService} /> in the EMR,
    ${" "}${of.billedDatesOfService.split(", ").map((one, i) => html`${i > 0 && ", "}<${Day} iso=${one} />`)} in billing.</p>`;

const Rows = ({ of, me, work, picks, setPicks, today }) => {
  const open = mayDecide(me) ? of.filter(canBeDecided).map((one) => one.id) : [];
  const areAll = open.length > 0 && open.every((id) => picks.has(id));
  return html`<${Scroll}>
  <table class="figures list" id="work">
    <thead>
      <tr>
        ${open.length > 0 && html`<th scope="col" class="pick">
          <input type="checkbox" aria-label="Select all rows shown" checked=${areAll}
            onChange=${() => setPicks(toggled(picks, open, !areAll))} /></th>`}
        <th scope="col">Severity</th>
        <th scope="col">Discrepancy and next step</th>
        <th scope="col">Location</th>
        <th scope="col" class="number">Day</th>
        <th scope="col">Visit</th>
        <th scope="col">Provider</th>
        <th scope="col" class="number" title="At risk, or exposed where too much is billed">Amount</th>
        <th scope="col" class="number" title="The last day to file a claim">File by</th>
        <th scope="col">Assigned to</th>
        <th scope="col" class="number" title="Visits: EMR minus billing">Diff.</th>
        <th scope="col" class="number" title="Units: documented minus billed">Units</th>
        <th scope="col" class="number" title="Days since the date of service">Days since service</th>
        <th scope="col" class="number" title="Days since it was opened">Age</th>
      </tr>
    </thead>
    <tbody>
      ${of.map(
        (one) => html`<tr key=${one.id} data-kind=${one.kind} class=${one.status === "RESOLVED" && !one.accepted ? "resolved" : ""}>
          ${open.length > 0 && html`<td class="pick">
            ${canBeDecided(one) && html`<input type="checkbox" aria-label="Select ${short(one.kind)}, ${one.location}" checked=${picks.has(one.id)}
              onChange=${(event) => setPicks(toggled(picks, [one.id], event.target.checked))} />`}</td>`}
          <td><${Severity} of=${one.severity} /></td>
          <td class="reason">
            ${target(one) ? html`<a href=${target(one)}><b>${short(one.kind)}</b></a>` : html`<b>${short(one.kind)}</b>`}<${Ended} of=${one} />
            ${one.before && html`<p class="quiet">${inWords(one.before)} → ${inWords(one.after)}</p>`}
            ${isOpen(one) && html`<p class="action">${one.action}</p>`}
            <${BothDates} of=${one} />
            <${Twice} of=${one} />
            <${Accepted} of=${one} />
            ${one.ids && html`<${IdLine} of=${one.ids} />`}
            ${!canBeDecided(one) || one.kind === "ACCEPTED_BUT_CHANGED" ? html`<${Decide} of=${one} me=${me} work=${work} />` : ""}
          </td>
          <td><${Place} of=${one.location} /></td>
          <td class="number">
            ${one.date
              ? html`<a href=${period(one)}><${Day} iso=${one.date} /></a>`
              : "–"}
          </td>
          <td>${one.visit ? html`<${Token} of=${one.visit} />` : html`<span class="quiet">–</span>`}</td>
          <td><${Therapist} of=${one.providerId} /></td>
          <td class="number"><${Worth} of=${one} /></td>
          <td class="number"><${FileBy} iso=${one.fileBy} today=${today} /></td>
          <td>${one.assignee ?? html`<span class="quiet">–</span>`}</td>
          <td class="number">${signed(one.difference)}</td>
          <td class="number">${one.units === null ? "–" : signed(one.units)}</td>
          <td class="number">${one.daysSinceService === null ? "–" : number(one.daysSinceService)}</td>
          <td class="number">${one.ageDays === null ? "–" : number(one.ageDays)}</td>
        </tr>`,
      )}
    </tbody>
  </table>
<//>`;
};
