// Units: what was scrubbed, what explains it, and unit limits that payers' figures suggest.
import { html, useState } from "../../vendor/preact-htm-3.1.1.js";
import { Scroll } from "../parts/scroll.js";
import { send, url } from "../api.js";
import { adopted, adoptions, isAdopted, reverted } from "../caps.js";
import { mayReplaceSettings, seesCompany } from "../may.js";
import { useData } from "../data.js";
import { Day, monthShortOf, number, plural, plusDays } from "../format.js";
import { Csv, Select, Stale, Waiting } from "../parts/basics.js";
import { Days } from "../parts/dates.js";
import { IdCells, IdHeads, ShowIds, useIds } from "../parts/ids.js";
import { Known, Places } from "../parts/places.js";
import { Token } from "../parts/visits.js";
import { Payer, Place } from "../names.js";
import { href, narrow } from "../route.js";
import { rules } from "../words.js";
import { MOST as MOST_ROWS, More } from "./work.js";

const PAGE = 100;
const MOST = 500;

export function Units({ route, me }) {
  const { params } = route;
  const span = { location: params.getAll("location"), from: params.get("from"), to: params.get("to") };
  return html`
    <div class="title">
      <h1>Units</h1>
      <div class="filters">
        <${Places} params=${params} />
        <${Days} label="Finalized from" from=${span.from} to=${span.to} />
      </div>
    </div>
    ${seesCompany(me) && html`<${Proposals} me=${me} />`}
    <${Known} params=${params}>
    <${Sums} span=${span} params=${params} />
    <${Variances} span=${span} params=${params} me=${me} />
    <//>
  `;
}

function Proposals({ me }) {
  const proposals = useData(url("cap-proposals", { limit: MOST }), ["capProposals"]);
  const recent = useData(url("insights", { kind: "UNIT_LIMIT", limit: MOST }), ["insights"]);
  const settings = useData(url("settings"), ["settings"]);
  const mayAdopt = mayReplaceSettings(me);
  const months = proposals.data?.rows ?? [];
  const of = [...months, ...ofThirtyDays(recent.data, months)];
  return html`<section class="card" id="proposals">
    <h2>Suggested unit limits</h2>
    ${!proposals.data
      ? html`<${Waiting} ...${proposals} what="suggestions" />`
      : of.length === 0
        ? html`<p class="quiet">
            None. A limit is suggested when at least 20 visits in a month or in the last 30 days documented more units of a
            code than the limit, none was billed for more, and nearly all were billed for exactly that.
          </p>`
        : html`<${Scroll}><table class="figures">
              <thead><tr>
                <th scope="col" class="text">Payer</th><th scope="col" class="text">Code</th>
                <th scope="col" class="text">Suggestion</th><th scope="col">Month</th>
                <th scope="col" title="Visits that documented more units">Visits</th>
                <th scope="col" class="text">If adopted</th><td></td>
              </tr></thead>
              <tbody>
                ${of.map(
                  (one) => html`<${Proposal} key=${one.payerId + one.cpt + monthOf(one)} of=${one}
                    settings=${settings.data} mayAdopt=${mayAdopt} />`,
                )}
              </tbody>
            </table><//>
            ${!mayAdopt && html`<p class="quiet">A user with the admin role can adopt these limits.</p>`}`}
    <${Adopted} settings=${settings.data?.settings} mayAdopt=${mayAdopt} />
  </section>`;
}

/**
 * Suggestions of the last 30 days that no month says as well. Adopted, they hold from the first day of
 * the month in which these days began.
 */
function ofThirtyDays(data, months) {
  const since = data?.freshness.today && plusDays(data.freshness.today, -30).slice(0, 7);
  return (since ? data.rows : [])
    .map((one) => ({
      payerId: one.payerId, cpt: one.cpt, cap: Number(one.proposal), support: one.observed, units: one.total,
      month: since, isRecent: true,
    }))
    .filter((one) => !months.some(
      (other) => other.payerId === one.payerId && other.cpt === one.cpt && other.cap === one.cap && other.month >= since,
    ));
}

/** Replaces the settings by what a change makes of those that are there now, so that nothing is lost. */
async function replace(change, why) {
  const now = await (await send(url("settings"))).json();
  await send(url("settings", { why }), {
    method: "PUT",
    headers: { "Content-Type": "application/json", "If-Match": `"${now.version}"` },
    body: JSON.stringify(change(now.settings)),
  });
}

const limitOf = (one) => (one.cap === 0 ? "Code not covered" : `Limit of ${plural(one.cap, "unit")}`);

const monthOf = (one) => one.isRecent ? "Last 30 days" : `${monthShortOf(one.month + "-01")} ${one.month.slice(0, 4)}`;

function Adopted({ settings, mayAdopt }) {
  const of = adoptions(settings);
  return of.length > 0 && html`<h3>Adopted unit limits</h3>
    <${Scroll}><table class="figures" id="adopted">
      <thead><tr>
        <th scope="col" class="text">Payer</th><th scope="col" class="text">Code</th>
        <th scope="col" class="text">Limit</th><th scope="col">From</th><td></td>
      </tr></thead>
      <tbody>
        ${of.map((one) => html`<${Adoption} key=${one.payerId + one.cpt + one.month} of=${one} mayAdopt=${mayAdopt} />`)}
      </tbody>
    </table><//>`;
}

/** Changes the settings about a unit limit when asked to; says how that goes. */
function useChange(change, of, what) {
  const [state, setState] = useState({});
  const ask = async () => {
    setState({ asking: true });
    try {
      await replace((settings) => change(settings, of), `Unit limit of ${of.payerId} for ${of.cpt} ${what}`);
      setState({ done: true });
    } catch (problem) {
      setState({ problem });
    }
  };
  return [state, ask];
}

const limitCells = (of) => html`<th scope="row"><${Payer} of=${of.payerId} /></th>
    <td class="text">${of.cpt}</td>
    <td class="text">${limitOf(of)}</td>
    <td>${monthOf(of)}</td>`;

const problemOf = ({ problem }) =>
  problem && html`<span role="alert" class="bad">${problem.title}: ${problem.message}</span>`;

function Adoption({ of, mayAdopt }) {
  const [state, revert] = useChange(reverted, of, "reverted");
  return html`<tr>
    ${limitCells(of)}
    <td>
      ${state.done
        ? html`<span class="tag none">reverted</span>`
        : mayAdopt && html`<button type="button" onClick=${revert} disabled=${state.asking}>Revert</button>`}
      ${problemOf(state)}
    </td>
  </tr>`;
}

function Proposal({ of, settings, mayAdopt }) {
  const [state, adopt] = useChange(adopted, of, "adopted");
  const isTaken = isAdopted(settings?.settings, of);
  return html`<tr>
    ${limitCells(of)}
    <td>${number(of.support)}</td>
    <td class="text">${of.units === 0 ? "No unit becomes explained" : `${plural(of.units, "unit")} ${of.units === 1 ? "becomes" : "become"} explained`}</td>
    <td>
      ${isTaken || state.done
        ? html`<span class="tag none">adopted</span>`
        : mayAdopt &&
          html`<button type="button" class="main" onClick=${adopt} disabled=${state.asking || !settings}>Adopt</button>`}
      ${problemOf(state)}
    </td>
  </tr>`;
}

function Sums({ span, params }) {
  const state = useData(url("unit-variances/summary", { ...span, limit: MOST }), ["unitVariances"]);
  const of = state.data?.rows ?? [];
  const total = (name) => of.reduce((sum, one) => sum + one[name], 0);
  const most = Math.max(1, ...of.map((one) => one.scrubbed + one.added));
  return html`<section class="card">
    <div class="title">
      <h2>By payer and code</h2>
      <${Csv} address=${url("unit-variances/summary", span)} name="units-by-payer-and-code.csv" />
    </div>
    ${!state.data
      ? html`<${Waiting} ...${state} what="totals" />`
      : of.length === 0
        ? html`<p class="quiet">No differences: every visit compared was billed as documented.</p>`
        : html`<${Stale} problem=${state.problem} />
            <${Scroll}><table class="figures" id="sums">
              <thead><tr>
                <th scope="col" class="text">Payer</th><th scope="col" class="text">Code</th>
                <th scope="col">Visits</th><th scope="col">Documented</th><th scope="col">Billed</th>
                <th scope="col">Scrubbed</th><th scope="col">Added</th><th scope="col">Explained</th>
                <th scope="col">Unexplained</th><td class="meter"></td>
              </tr></thead>
              <tbody>
                <tr class="total">
                  <th scope="row">Total</th><td class="text"></td>
                  ${["visits", "documented", "billed", "scrubbed", "added", "explained", "unexplained"].map(
                    (name) => html`<td>${number(total(name))}</td>`,
                  )}
                  <td></td>
                </tr>
                ${of.map(
                  (one) => html`<tr key=${one.payerId + "|" + one.cpt}>
                    <th scope="row">${one.payerId === null ? "No payer" : html`<${Payer} of=${one.payerId} />`}</th>
                    <td class="text">
                      <a href=${href("units", { ...span, payer: one.payerId, cpt: one.cpt })}
                        aria-current=${params.get("cpt") === one.cpt && params.get("payer") === one.payerId ? "true" : null}
                        >${one.cpt}</a>
                    </td>
                    <td>${number(one.visits)}</td>
                    <td>${number(one.documented)}</td>
                    <td>${number(one.billed)}</td>
                    <td>${number(one.scrubbed)}</td>
                    <td>${number(one.added)}</td>
                    <td>${number(one.explained)}</td>
                    <td>${one.unexplained ? html`<span class="bad">${number(one.unexplained)}</span>` : 0}</td>
                    <td class="meter" title="Gray: explained. Red: unexplained.">
                      <${Parts} explained=${one.explained} unexplained=${one.unexplained} most=${most} />
                    </td>
                  </tr>`,
                )}
              </tbody>
            </table><//>`}
  </section>`;
}

const Parts = ({ explained, unexplained, most }) => {
  const x = (100 * explained) / most;
  return html`<svg class="meter" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
    <rect class="bar expected-bar" width=${x} height="10" />
    <rect class="bar unexplained-bar" x=${x} width=${(100 * unexplained) / most} height="10" />
  </svg>`;
};

const EXPLAINED = [
  ["false", "Unexplained only"],
  ["true", "Explained only"],
];

function Variances({ span, params, me }) {
  const ids = useIds(me);
  const shown = Number(params.get("rows") ?? PAGE);
  const filters = {
    ...span,
    payer: params.getAll("payer"),
    cpt: params.getAll("cpt"),
    explained: params.get("explained"),
  };
  const state = useData(url("unit-variances", { ...filters, ids, limit: shown }), ["unitVariances"]);
  const named = [...filters.payer, ...filters.cpt].join(", ");
  return html`<section class="card">
    <div class="title">
      <h2>Visits with unit differences${named && `: ${named}`}</h2>
      <div class="filters">
        <${Select} label="Show" value=${params.get("explained")} of=${EXPLAINED} all="All" onPick=${(one) => narrow({ explained: one })} />
        ${named && html`<a class="button" href=${href("units", span)}>All payers and codes</a>`}
        <${ShowIds} me=${me} />
        <${Csv} address=${url("unit-variances", { ...filters, ids })} name="unit-variances.csv" />
      </div>
    </div>
    ${!state.data
      ? html`<${Waiting} ...${state} what="visits" />`
      : html`<${Stale} problem=${state.problem} />
          ${state.data.rows.length === 0
            ? html`<p class="quiet">No visits with unit differences match these filters.</p>`
            : html`<${Rows} of=${state.data.rows} ids=${ids} />`}
          <${More} of=${state.data} shown=${shown} more=${() => narrow({ rows: Math.min(MOST_ROWS, shown + PAGE) })} />`}
  </section>`;
}

const Rows = ({ of, ids }) => html`<${Scroll}><table class="figures list">
  <thead><tr>
    <th scope="col">Visit</th><th scope="col">Location</th><th scope="col" class="number">Finalized</th>
    <th scope="col">Payer</th><th scope="col">Code</th><th scope="col" class="number">Documented</th>
    <th scope="col" class="number">Billed</th><th scope="col" class="number">Scrubbed</th>
    <th scope="col" class="number">Added</th><th scope="col" class="number">Unexplained</th><th scope="col">Explained by</th>
    ${ids && html`<${IdHeads} />`}
  </tr></thead>
  <tbody>
    ${of.map(
      (one) => html`<tr key=${one.visit + one.cpt}>
        <td><${Token} of=${one.visit} /></td>
        <td><${Place} of=${one.location} /></td>
        <td class="number"><${Day} iso=${one.finalizedOn} /></td>
        <td>${one.payerId === null ? "No payer" : html`<${Payer} of=${one.payerId} />`}</td>
        <td>${one.cpt}</td>
        <td class="number">${number(one.documented)}</td>
        <td class="number">${number(one.billed)}</td>
        <td class="number">${number(one.scrubbed)}</td>
        <td class="number">${number(one.added)}</td>
        <td class="number">${one.unexplained ? html`<span class="bad">${number(one.unexplained)}</span>` : 0}</td>
        <td>${rules(one.rule) || html`<span class="quiet">Unexplained</span>`}</td>
        ${ids && html`<${IdCells} of=${one.ids} />`}
      </tr>`,
    )}
  </tbody>
</table><//>`;
