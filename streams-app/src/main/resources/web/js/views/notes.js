// Open notes: what each therapist has to finish, and a list for each of them.
import { html } from "../../vendor/preact-htm-3.1.1.js";
import { Scroll } from "../parts/scroll.js";
import { url } from "../api.js";
import { useData } from "../data.js";
import { Day, number, plural } from "../format.js";
import { Csv, Select, Stale, Waiting } from "../parts/basics.js";
import { Days } from "../parts/dates.js";
import { IdCells, IdHeads, ShowIds, useIds } from "../parts/ids.js";
import { Known, Places } from "../parts/places.js";
import { Place, Therapist } from "../names.js";
import { href, narrow } from "../route.js";
import { MOST, More, isNarrowed } from "./work.js";

const PAGE = 100;

const SORTS = [
  ["date", "Oldest first"],
  ["provider", "By therapist"],
];

/** In the order of their names, those with notes of nobody last. */
function therapists(rows) {
  const all = new Map();
  for (const one of rows) {
    const entry = all.get(one.providerId) ?? { provider: one.providerId, notes: 0, oldest: one.dateOfService };
    entry.notes += 1;
    entry.oldest = one.dateOfService < entry.oldest ? one.dateOfService : entry.oldest;
    all.set(one.providerId, entry);
  }
  return [...all.values()].sort((a, b) => (b.provider !== null) - (a.provider !== null) || (a.provider < b.provider ? -1 : 1));
}

export function Notes({ route, me }) {
  const { params } = route;
  const ids = useIds(me);
  const shown = Number(params.get("rows") ?? PAGE);
  const span = { location: params.getAll("location"), from: params.get("from"), to: params.get("to") };
  const filters = { ...span, provider: params.getAll("provider"), sort: params.get("sort") };
  const state = useData(url("open-notes", { ...filters, ids, limit: shown }), ["items", "visits"]);
  const whole = useData(url("open-notes", { ...span, sort: "provider", limit: MOST }), ["items", "visits"]);
  const people = therapists(whole.data?.rows ?? []);
  const names = [...new Set([...people.map((one) => one.provider), ...filters.provider].filter(Boolean))].sort();
  const picked = filters.provider;
  return html`
    <div class="title">
      <h1>Open notes</h1>
      <div class="filters">
        <${ShowIds} me=${me} />
        <${Csv} address=${url("open-notes", { ...filters, ids })} name="${["open-notes", ...picked].join("-")}.csv" />
      </div>
    </div>
    <p class="quiet">Notes from before today that are not finalized. Their visits cannot be billed yet.</p>
    <div class="filters bar">
      <${Places} params=${params} />
      <${Select} label="Therapist" value=${picked.length === 1 ? picked[0] : ""} of=${names.map((one) => [one, one])}
        all=${picked.length > 1 ? `${picked.length} selected` : "All"} onPick=${(one) => narrow({ provider: one, rows: null })} />
      <${Days} label="Date of service from" from=${span.from} to=${span.to} />
      <${Select} label="Sort by" value=${params.get("sort") ?? "date"} of=${SORTS}
        onPick=${(one) => narrow({ sort: one === "date" ? null : one })} />
      ${isNarrowed(params) && html`<a class="button" href=${href("notes")}>Clear filters</a>`}
    </div>
    <${Known} params=${params}>
    ${people.length > 0 && html`<${People} of=${people} isCut=${Boolean(whole.data.next)} span=${span} ids=${ids} picked=${picked} />`}
    ${state.data
      ? html`<${Stale} problem=${state.problem} />
          <section class="card">
            <h2>Notes${picked.length > 0 && `: ${picked.join(", ")}`}</h2>
            ${state.data.rows.length === 0
              ? html`<p>${state.data.freshness.asOf ? "No open notes match these filters." : "No data yet."}</p>`
              : html`<${Rows} of=${state.data.rows} ids=${ids} />`}
            <${More} of=${state.data} shown=${shown} more=${() => narrow({ rows: Math.min(MOST, shown + PAGE) })} />
          </section>`
      : html`<${Waiting} ...${state} what="open notes" />`}
    <//>
  `;
}

/** With the file to send to each of them. */
const People = ({ of, isCut, span, ids, picked }) => html`<section class="card" id="therapists">
  <h2>By therapist</h2>
  <${Scroll}><table class="figures">
    <thead><tr>
      <th scope="col" class="text">Therapist</th><th scope="col">Notes</th><th scope="col">Oldest</th>
      <th scope="col">List to send</th>
    </tr></thead>
    <tbody>
      ${of.map(
        ({ provider, notes, oldest }) => html`<tr key=${provider} data-provider=${provider}>
          <th scope="row">
            ${provider === null
              ? "No therapist"
              : html`<a href=${href("notes", { ...span, provider })} aria-current=${picked.includes(provider) ? "true" : null}>${provider}</a>`}
          </th>
          <td>${number(notes)}</td>
          <td><${Day} iso=${oldest} /></td>
          <td>${provider !== null && html`<${Csv} address=${url("open-notes", { ...span, provider, ids })} name="open-notes-${provider}.csv" />`}</td>
        </tr>`,
      )}
    </tbody>
  </table><//>
  ${isCut && html`<p class="quiet">Of the first ${plural(MOST, "note")} by therapist. The files have all of a therapist's notes.</p>`}
</section>`;

const Rows = ({ of, ids }) => html`<${Scroll}><table class="figures list" id="notes">
  <thead><tr>
    <th scope="col">Note</th><th scope="col">Therapist</th><th scope="col">Location</th>
    <th scope="col" class="number">Date of service</th><th scope="col" class="number" title="Days since the date of service">Age</th>
    ${ids && html`<${IdHeads} />`}
  </tr></thead>
  <tbody>
    ${of.map(
      (one) => html`<tr key=${one.visit}>
        <th scope="row"><span class="token" title=${one.visit}>${one.visit.slice(0, 8)}</span></th>
        <td>${one.providerId === null ? "No therapist" : html`<${Therapist} of=${one.providerId} />`}</td>
        <td><${Place} of=${one.location} /></td>
        <td class="number"><${Day} iso=${one.dateOfService} /></td>
        <td class="number">${number(one.ageDays)}</td>
        ${ids && html`<${IdCells} of=${one.ids} />`}
      </tr>`,
    )}
  </tbody>
</table><//>`;
