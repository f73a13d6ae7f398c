// Late arrivals: what is held, for how long and why, and how late the rest arrived.
import { html } from "../../vendor/preact-htm-3.1.1.js";
import { Scroll } from "../parts/scroll.js";
import { url } from "../api.js";
import { useData } from "../data.js";
import { Day, Moment, number, plural } from "../format.js";
import { Csv, Select, Stale, Waiting } from "../parts/basics.js";
import { IdCells, IdHeads, ShowIds, useIds } from "../parts/ids.js";
import { BUCKETS, HeldByAge, shade } from "../parts/held.js";
import { Known, Places } from "../parts/places.js";
import { Token } from "../parts/visits.js";
import { Place, Therapist } from "../names.js";
import { href, narrow } from "../route.js";
import { REJECTIONS } from "../words.js";
import { MOST, More, isNarrowed } from "./work.js";

const PAGE = 100;

export function Late({ route, me }) {
  const { params } = route;
  const location = params.getAll("location");
  const ageing = useData(url("late-arrivals/ageing", { location }), ["lateArrivals"]);
  return html`
    <div class="title">
      <h1>Late arrivals</h1>
      <div class="filters"><${Places} params=${params} /></div>
    </div>
    <${Known} params=${params}>
    ${ageing.data
      ? html`<${Stale} problem=${ageing.problem} />
          <div class="halves">
            <section class="card"><h2>Held by age and type</h2>
              <${HeldByAge} of=${ageing.data.held} location=${location} /></section>
            <${Reasons} of=${ageing.data.reasons} location=${location} />
          </div>
          <${Lags} of=${ageing.data.lags} />`
      : html`<${Waiting} ...${ageing} what="late arrivals" />`}
    <${List} params=${params} me=${me} reasons=${ageing.data?.reasons ?? []} />
    <//>
  `;
}

const Reasons = ({ of, location }) => {
  const most = Math.max(1, ...of.map((one) => one.visits));
  return html`<section class="card">
    <h2>Held by reason code</h2>
    ${of.length === 0
      ? html`<p class="quiet">No visits are held.</p>`
      : html`<${Scroll}><table class="figures">
          <thead><tr>
            <th scope="col" class="text">Rejection</th><th scope="col" class="text">Reason code</th>
            <th scope="col">Visits</th><td class="meter"></td>
          </tr></thead>
          <tbody>
            ${of.map(
              (one) => html`<tr>
                <th scope="row">${REJECTIONS[one.rejectionType] ?? "–"}</th>
                <td class="text">
                  <a href=${href("late", { status: "HELD", rejectionType: one.rejectionType, reasonCode: one.reasonCode, location })}>
                    ${one.reasonCode ?? "–"}</a>
                </td>
                <td>${number(one.visits)}</td>
                <td class="meter"><${Meter} n=${one.visits} most=${most} /></td>
              </tr>`,
            )}
          </tbody>
        </table><//>`}
  </section>`;
};

/** A bar beside a number that says the same. */
export const Meter = ({ n, most, kind = "work" }) => html`<svg class="meter" viewBox="0 0 100 10"
  preserveAspectRatio="none" aria-hidden="true"><rect class="bar ${kind}-bar" width=${(100 * n) / most} height="10" rx="1" /></svg>`;

const Lags = ({ of }) => {
  const most = Math.max(1, ...of.flatMap((one) => BUCKETS.map((bucket) => one.buckets[bucket] ?? 0)));
  return html`<section class="card">
    <h2>How late charges arrived</h2>
    ${of.length === 0
      ? html`<p class="quiet">In the last 90 days, every charge was created on the day its visit was finalized.</p>`
      : html`<${Scroll}><table class="figures heat" id="lags">
            <thead><tr>
              <th scope="col" class="text">Location</th>
              ${BUCKETS.map((bucket) => html`<th scope="col">${bucket.replace("-", "–")}</th>`)}
              <th scope="col">Late</th><th scope="col">Median</th><th scope="col">Longest</th>
              <th scope="col">In a later week</th><th scope="col">In a later month</th>
            </tr></thead>
            <tbody>
              ${of.map(
                (one) => html`<tr key=${one.location}>
                  <th scope="row"><${Place} of=${one.location} /></th>
                  ${BUCKETS.map((bucket) => {
                    const n = one.buckets[bucket] ?? 0;
                    return html`<td class="shade${shade(n, most)}">${n ? number(n) : "·"}</td>`;
                  })}
                  <td><b>${number(one.visits)}</b></td>
                  <td>${number(one.medianLag)}</td>
                  <td>${number(one.maxLag)}</td>
                  <td>${number(one.otherWeek)}</td>
                  <td>${one.otherMonth
                    ? html`<a href=${href("late", { otherMonth: "true", location: one.location })}>${number(one.otherMonth)}</a>`
                    : 0}</td>
                </tr>`,
              )}
            </tbody>
          </table><//>
          <p class="quiet">Visits finalized in the last 90 days, by days from Finalized Date to Created Date.</p>`}
  </section>`;
};

const STATUSES = [
  ["HELD", "Held"],
  ["ARRIVED", "Arrived late"],
];
const SORTS = [
  ["work", "Work order"],
  ["-lag", "Longest first"],
  ["location", "By location"],
  ["-finalizedOn", "Newest Finalized Date first"],
];
const MONTHS = [
  ["true", "In a later month"],
  ["false", "In the same month"],
];
const LAGS = [
  ["2", "2 days or more"],
  ["4", "4 days or more"],
  ["8", "8 days or more"],
  ["15", "15 days or more"],
];

function List({ params, reasons, me }) {
  const ids = useIds(me);
  const shown = Number(params.get("rows") ?? PAGE);
  const filters = {
    status: params.get("status"),
    location: params.getAll("location"),
    rejectionType: params.getAll("rejectionType"),
    reasonCode: params.getAll("reasonCode"),
    from: params.get("from"),
    to: params.get("to"),
    minLag: params.get("minLag"),
    otherMonth: params.get("otherMonth"),
    sort: params.get("sort"),
  };
  const state = useData(url("late-arrivals", { ...filters, ids, limit: shown }), ["lateArrivals"]);
  const pick = (name) => (value) => narrow({ [name]: value });
  const codes = [...new Set([...reasons.map((one) => one.reasonCode), ...filters.reasonCode].filter(Boolean))].sort();
  return html`<section class="card" id="late-list">
    <div class="title">
      <h2>Held and late visits</h2>
      <div class="filters">
        <${ShowIds} me=${me} />
        <${Csv} address=${url("late-arrivals", { ...filters, ids })} name="late-visits.csv" />
      </div>
    </div>
    <div class="filters bar">
      <${Select} label="Status" value=${params.get("status")} of=${STATUSES} all="Both" onPick=${pick("status")} />
      <${Select} label="Rejection" value=${params.get("rejectionType")} of=${Object.entries(REJECTIONS)} all="All" onPick=${pick("rejectionType")} />
      <${Select} label="Reason code" value=${params.get("reasonCode")} of=${codes.map((one) => [one, one])} all="All" onPick=${pick("reasonCode")} />
      <${Select} label="Days late" value=${params.get("minLag")} of=${LAGS} all="Any" onPick=${pick("minLag")} />
      <${Select} label="Month" value=${params.get("otherMonth")} of=${MONTHS} all="Any" onPick=${pick("otherMonth")} />
      <${Select} label="Sort by" value=${params.get("sort") ?? "work"} of=${SORTS} onPick=${(one) => narrow({ sort: one === "work" ? null : one })} />
      ${isNarrowed(params) && html`<a class="button" href=${href("late")}>Clear filters</a>`}
    </div>
    ${state.data
      ? html`<${Stale} problem=${state.problem} />
          ${state.data.rows.length === 0 ? html`<p>No held or late visits match these filters.</p>` : html`<${Rows} of=${state.data.rows} ids=${ids} />`}
          <${More} of=${state.data} shown=${shown} more=${() => narrow({ rows: Math.min(MOST, shown + PAGE) })} />`
      : html`<${Waiting} ...${state} what="held and late visits" />`}
  </section>`;
}

const Rows = ({ of, ids }) => html`<${Scroll}><table class="figures list">
  <thead><tr>
    <th scope="col">Status</th><th scope="col">Visit</th><th scope="col">Location</th><th scope="col">Provider</th>
    <th scope="col" class="number">Finalized</th><th scope="col" class="number">Created</th>
    <th scope="col" class="number">Days</th><th scope="col">Cause</th><th scope="col" class="number">Held from</th>
    <th scope="col" class="number">Held until</th>
    ${ids && html`<${IdHeads} />`}
  </tr></thead>
  <tbody>
    ${of.map(
      (one) => html`<tr key=${one.visit}>
        <td><span class="tag ${one.status === "HELD" ? "work" : "expected"}">${one.status === "HELD" ? "held" : "arrived late"}</span></td>
        <td><${Token} of=${one.visit} /></td>
        <td><${Place} of=${one.location} /></td>
        <td><${Therapist} of=${one.providerId} /></td>
        <td class="number"><${Day} iso=${one.finalizedOn} /></td>
        <td class="number"><${Day} iso=${one.createdOn} /></td>
        <td class="number" title=${one.sameMonth === false ? "In a later month" : ""}>${number(one.lagDays)}${one.sameMonth === false ? " ⤳" : ""}</td>
        <td>${one.cause === "REJECTION" ? `${REJECTIONS[one.rejectionType] ?? one.rejectionType}: ${one.reasonCode}` : html`<span class="quiet">no rejection</span>`}</td>
        <td class="number"><${Moment} iso=${one.heldFrom} /></td>
        <td class="number"><${Moment} iso=${one.heldUntil} /></td>
        ${ids && html`<${IdCells} of=${one.ids} />`}
      </tr>`,
    )}
  </tbody>
</table><//>`;
