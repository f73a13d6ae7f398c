// Money: what open discrepancies are worth, by reason, location, day, or payer.
import { html } from "../../vendor/preact-htm-3.1.1.js";
import { Scroll } from "../parts/scroll.js";
import { url } from "../api.js";
import { useData } from "../data.js";
import { Day, number, plural } from "../format.js";
import { mayShowIds } from "../may.js";
import { Choice, Csv, Stale, Waiting } from "../parts/basics.js";
import { Days } from "../parts/dates.js";
import { SideTiles, Sum } from "../parts/money.js";
import { Known, Places } from "../parts/places.js";
import { Payer, Place } from "../names.js";
import { href, narrow } from "../route.js";
import { short } from "../words.js";

/** What the sums are told by, the name of its field, and what is read first. */
const BY = {
  reason: { title: "By reason", head: "Discrepancy", field: "kind", usual: "-atRisk" },
  location: { title: "By location", head: "Location", field: "location", usual: "-atRisk" },
  day: { title: "By day", head: "Day", field: "day", usual: "-name" },
  payer: { title: "By payer", head: "Payer", field: "payerId", usual: "-atRisk" },
};

/** The columns with sums; each is sorted by its dollars. */
const SUMS = [
  ["atRisk", "At risk", "Documented, and may never be paid"],
  ["exposed", "Exposed", "Billed, and may have to be paid back"],
  ["pastDeadline", "Past the deadline", "Unbilled visits whose last day to file a claim has passed"],
  ["fileSoon", "File within 14 days", "Unbilled visits whose last day to file a claim is today or within 14 days"],
];

export function Money({ route, me }) {
  const { params } = route;
  const choices = Object.entries(BY).filter(([name]) => name !== "payer" || mayShowIds(me));
  const by = choices.some(([name]) => name === params.get("by")) ? params.get("by") : "reason";
  const filters = {
    location: params.getAll("location"),
    payer: mayShowIds(me) ? params.getAll("payer") : [],
    from: params.get("from"),
    to: params.get("to"),
  };
  const address = url("money", { by, ...filters });
  const state = useData(address, ["discrepancies", "visits"]);
  const data = state.data?.by === by ? state.data : null;
  return html`
    <div class="title">
      <h1>Money</h1>
      <div class="filters">
        <${Places} params=${params} />
        <${Days} from=${filters.from} to=${filters.to} />
        ${["location", "payer", "from", "to"].some((name) => params.has(name)) &&
        html`<a class="button" href=${href("money", { by: params.get("by") })}>Clear filters</a>`}
      </div>
    </div>
    <${Known} params=${params}>
    ${data
      ? html`<${Stale} problem=${state.problem} />
          <${SideTiles} of=${data.total} today=${data.freshness.today} within=${workOf(filters)} />
          <section class="card">
            <div class="title">
              <div class="filters">
                <${Choice} legend="Shown" value=${by} of=${choices.map(([name, one]) => [name, one.title])}
                  onPick=${(one) => narrow({ by: one === "reason" ? null : one, sort: null })} />
              </div>
              <div class="filters"><${Csv} address=${address} name="money-by-${by}.csv" /></div>
            </div>
            ${data.rows.length === 0
              ? html`<p class="quiet">No open discrepancy has an amount${params.size > 0 ? " with these filters" : ""}.</p>`
              : html`<${Sums} of=${data} by=${by} sort=${params.get("sort") ?? BY[by].usual} filters=${filters} />`}
          </section>`
      : html`<${Waiting} ...${state} what="the sums" />`}
    <//>
  `;
}

/** The filters that the work list has too. */
const workOf = ({ location, payer, from, to }) => ({ location, payer, from, to });

/** A row's place in an order; what is not known comes last either way. */
function sorted(rows, by, sort) {
  const name = sort.replace(/^-/, "");
  const sign = sort.startsWith("-") ? -1 : 1;
  const value = (row) =>
    name === "name" ? named(row, by) : name === "nextDeadline" ? row.nextDeadline : row[name].visits > 0 ? row[name].cents : null;
  const order = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
  return [...rows].sort((one, other) => {
    const [a, b] = [value(one), value(other)];
    return a === null || b === null ? (a === null) - (b === null) : sign * order(a, b);
  });
}

const named = (row, by) => {
  const value = row[BY[by].field];
  return by === "reason" ? short(value) : value;
};

function Head({ name, title, says, sort, filters, isText }) {
  const isOn = sort.replace(/^-/, "") === name;
  const first = isText ? name : `-${name}`;
  const next = sort === first ? (isText ? `-${name}` : name) : first;
  const pick = (event) => {
    event.preventDefault();
    narrow({ sort: next });
  };
  return html`<th scope="col" class=${isText ? "text" : null} title=${says}
    aria-sort=${isOn ? (sort.startsWith("-") ? "descending" : "ascending") : null}
    ><a class="sort" href=${href("money", { ...filters, sort: next })} onClick=${pick}>${title}</a></th>`;
}

function Sums({ of, by, sort, filters }) {
  const all = { ...filters, by: by === "reason" ? null : by };
  return html`<${Scroll}>
    <table class="figures sums" id="money">
      <thead>
        <tr>
          <${Head} name="name" title=${BY[by].head} sort=${sort} filters=${all} isText=${true} />
          ${SUMS.map(
            ([name, title, says]) => html`<${Head} name=${name} title=${title} says=${says} sort=${sort} filters=${all} />
              <th scope="col">Visits</th>`,
          )}
          <${Head} name="nextDeadline" title="Next deadline" sort=${sort} filters=${all} isText=${true} />
        </tr>
      </thead>
      <tbody>
        <tr class="total">
          <th scope="row">Total</th>
          <${Figures} of=${of.total} />
        </tr>
        ${sorted(of.rows, by, sort).map(
          (row) => html`<tr key=${named(row, by)} data-name=${row[BY[by].field]}>
            <th scope="row"><${Name} of=${row} by=${by} filters=${filters} /></th>
            <${Figures} of=${row} />
          </tr>`,
        )}
      </tbody>
    </table>
  <//>
  ${by !== "payer" &&
  html`<p class="quiet">
    A visit can be in several rows. It counts once in the total, so the rows can add up to more.
  </p>`}
  ${of.more && html`<p class="quiet">Showing the first ${plural(of.rows.length, "row")}. The files have all of them.</p>`}`;
}

const Figures = ({ of }) => html`
  ${SUMS.map(
    ([name]) => html`<td data-sum=${name}>${of[name].visits > 0 ? html`<${Sum} of=${of[name]} />` : "–"}</td>
      <td>${of[name].visits > 0 ? number(of[name].visits) : "–"}</td>`,
  )}
  <td class="text"><${Day} iso=${of.nextDeadline} /></td>
`;

/** A row leads to its discrepancies, or to its reasons. */
function Name({ of, by, filters }) {
  if (by === "payer") {
    return of.payerId === null
      ? "No payer"
      : html`<a href=${href("money", { ...filters, payer: of.payerId })}><${Payer} of=${of.payerId} /></a>`;
  } else if (by === "location") {
    return html`<a href=${href("money", { ...filters, location: of.location })}><${Place} of=${of.location} /></a>`;
  }
  return by === "day"
    ? html`<a href=${href("work", { ...workOf(filters), from: of.day, to: of.day })}><${Day} iso=${of.day} /></a>`
    : html`<a href=${href("work", { kind: of.kind, ...workOf(filters) })}>${short(of.kind)}</a>`;
}
