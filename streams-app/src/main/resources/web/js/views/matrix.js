// Locations by days, weeks or months: where something is wrong, at a glance.
import { html, useLayoutEffect, useRef } from "../../vendor/preact-htm-3.1.1.js";
import { url } from "../api.js";
import { useData } from "../data.js";
import { date, isWeekend, monthShortOf, number, periodName, plural, plusDays, signed, weekdayShortOf } from "../format.js";
import { Choice, Csv, Select, Stale, Waiting } from "../parts/basics.js";
import { Days } from "../parts/dates.js";
import { href, narrow } from "../route.js";
import { KINDS, VERDICTS } from "../words.js";

const GRANULARITIES = [
  ["DAY", "Days"],
  ["WEEK", "Weeks"],
  ["MONTH", "Months"],
];
const STATUSES = Object.entries(VERDICTS).map(([name, { word }]) => [name, word]);
const WAYS = [
  ["reported", "As the reports show"],
  ["origin", "By finalized visit"],
];

export function Matrix({ params }) {
  const granularity = params.get("granularity") ?? "DAY";
  const way = params.get("by") ?? "reported";
  const verdict = params.get("verdict");
  const [from, to] = [params.get("from"), params.get("to")];
  const state = useData(
    url("matrix", { granularity, from, to, location: params.getAll("location") }),
    ["balances", "closes", "discrepancies"],
  );
  return html`<section class="card matrix" aria-labelledby="matrix-title">
    <div class="title">
      <h2 id="matrix-title">Locations by ${granularity.toLowerCase()}</h2>
      <div class="filters">
        <${Choice} legend="Periods" value=${granularity} of=${GRANULARITIES}
          onPick=${(one) => narrow({ granularity: one === "DAY" ? null : one, from: null, to: null })} />
        <${Choice} legend="Count" value=${way} of=${WAYS}
          onPick=${(one) => narrow({ by: one === "reported" ? null : one })} />
        <${Select} label="Status" value=${verdict} of=${STATUSES} all="All" onPick=${(one) => narrow({ verdict: one })} />
        <${Days} from=${from ?? state.data?.from} to=${to ?? state.data?.to} />
        ${state.data && html`<${Csv} address=${url("balances", csv(state.data, params))} name="balances.csv" />`}
      </div>
    </div>
    ${state.data
      ? html`<${Stale} problem=${state.problem} /><${Grid} of=${only(state.data, verdict)} way=${way} verdict=${verdict} />`
      : html`<${Waiting} ...${state} what="locations" />`}
    <${Legend} way=${way} />
  </section>`;
}

/** The cells of one status, and the locations that have any. */
function only(of, verdict) {
  const cells = of.cells.filter((cell) => !verdict || cell.verdict === verdict);
  const locations = new Set(cells.map((cell) => cell.location));
  return { ...of, cells, locations: of.locations.filter((one) => locations.has(one)) };
}

const csv = (of, params) => ({
  verdict: params.get("verdict"),
  granularity: of.granularity,
  from: of.periods[0],
  to: of.to,
  location: params.getAll("location"),
});

function Grid({ of, way, verdict }) {
  const grid = useRef(null);
  // The latest periods are seen first where not all have room.
  useLayoutEffect(() => {
    if (grid.current) {
      grid.current.scrollLeft = grid.current.scrollWidth;
    }
  }, [of.granularity, of.from, of.to]);
  const cells = new Map(of.cells.map((cell) => [cell.location + "|" + cell.from, cell]));
  if (of.cells.length === 0 && verdict) {
    return html`<p class="quiet">Nothing is ${VERDICTS[verdict].word.toLowerCase()} from ${date(of.from)} to ${date(of.to)}.</p>`;
  } else if (of.cells.length === 0) {
    return html`<p class="quiet">
      No activity from ${date(of.from)} to ${date(of.to)}: no visits, charges or open notes. Choose
      other dates or locations.
    </p>`;
  }
  const move = (event) => arrow(event, grid.current);
  const first = of.cells.reduce((a, b) => (a.location <= b.location ? a : b));
  return html`<div class="scroll" ref=${grid} onKeyDown=${move}>
    <table class="grid ${of.granularity.toLowerCase()}">
      <thead>
        <tr>
          <th scope="col" class="text">Location</th>
          ${of.periods.map((period) => html`<${Head} key=${period} of=${period} granularity=${of.granularity} />`)}
        </tr>
      </thead>
      <tbody>
        ${of.locations.map(
          (location, row) => html`<tr key=${location}>
            <th scope="row">${location}</th>
            ${of.periods.map((period, column) => {
              const cell = cells.get(location + "|" + period);
              const weekend = of.granularity === "DAY" && isWeekend(period) ? " weekend" : "";
              return html`<td key=${period} class=${"cell" + weekend}>
                ${cell &&
                html`<${Cell} of=${cell} granularity=${of.granularity} way=${way} row=${row}
                  column=${column} isFirst=${cell === first} />`}
              </td>`;
            })}
          </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function Head({ of, granularity }) {
  if (granularity === "MONTH") {
    return html`<th scope="col"><time datetime=${of.slice(0, 7)}><b>${monthShortOf(of)}</b> ${of.slice(0, 4)}</time></th>`;
  }
  const top = granularity === "DAY" ? weekdayShortOf(of) : monthShortOf(of);
  const isMonth = of.endsWith("-01");
  return html`<th scope="col" class=${granularity === "DAY" && isWeekend(of) ? "weekend" : ""} title=${date(of)}>
    <time datetime=${of}><small>${isMonth ? monthShortOf(of) : top}</small> <b>${Number(of.slice(8))}</b></time>
  </th>`;
}

function Cell({ of, granularity, way, row, column, isFirst }) {
  const colour = way === "origin" ? (of.outstanding > 0 ? "out" : "none") : (of.worst ?? "none").toLowerCase();
  const text = says(of, granularity);
  return html`<a
    class="box ${colour}${way !== "origin" && of.verdict === "WAITING" ? " waiting" : ""}${of.offsetting ? " offsetting" : ""}${of.ready ? "" : " unready"}"
    href=${href("period", { location: of.location, granularity, from: of.from })}
    title=${text}
    aria-label=${text}
    tabindex=${isFirst ? 0 : -1}
    data-row=${row}
    data-column=${column}
    data-from=${of.from}
    data-location=${of.location}
  >
    ${way === "origin"
      ? html`<b>${of.outstanding ? number(of.outstanding) : "✓"}</b>`
      : of.unexplained || of.work
        ? html`${of.unexplained > 0 && html`<b>${number(of.unexplained)}</b>`}
            ${of.work > 0 && html`<span class="todo">${number(of.work)}</span>`}`
        : html`<span>${of.worst ? "" : "✓"}</span>`}
    ${way !== "origin" && of.verdict === "WAITING" && html`<span class="waits">…</span>`}
    ${of.closed && html`<sup class="closed">${of.changed ? "⚠" : "▪"}</sup>`}
  </a>`;
}

function says(of, granularity) {
  const to = granularity === "WEEK" ? plusDays(of.from, 6) : of.from;
  const parts = [
    `${of.location}, ${periodName(granularity, of.from, to)}`,
    VERDICTS[of.verdict].word.toLowerCase(),
    `Difference ${signed(of.difference)} in the reports, ${plural(of.outstanding, "unbilled visit")}`,
    Object.entries(KINDS)
      .map(([kind, { word }]) => [of[kind.toLowerCase()], word])
      .filter(([n]) => n > 0)
      .map(([n, word]) => `${n} ${word}`)
      .join(", ") || "Balanced, visit by visit",
  ];
  if (of.offsetting) {
    parts.push("Offsetting: differences cancel each other out");
  }
  if (of.closed) {
    parts.push(of.changed ? "Changed since it was closed" : "Closed");
  }
  if (!of.ready) {
    const why = [
      of.openNotes && plural(of.openNotes, "open note"),
      of.heldVisits && plural(of.heldVisits, "held visit"),
    ].filter(Boolean);
    parts.push("Not ready to balance" + (why.length ? ": " + why.join(", ") : ""));
  }
  return parts.join(". ");
}

const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

/** Moves to the nearest cell in the direction of an arrow key. */
function arrow(event, grid) {
  const step = STEPS[event.key];
  const at = event.target.closest?.("a.box");
  if (!step || !at) {
    return;
  }
  event.preventDefault();
  const { row, column } = at.dataset;
  const place = (one) => [Number(one.dataset.row) - row, Number(one.dataset.column) - column];
  const ahead = [...grid.querySelectorAll("a.box")]
    .map((one) => ({ one, place: place(one) }))
    .filter(({ place: [down, right] }) => (step[0] ? down * step[0] > 0 : down === 0 && right * step[1] > 0))
    .sort((a, b) => far(a.place, step) - far(b.place, step));
  if (ahead.length > 0) {
    grid.querySelectorAll("a.box[tabindex='0']").forEach((one) => (one.tabIndex = -1));
    ahead[0].one.tabIndex = 0;
    ahead[0].one.focus();
  }
}

/** Rows before columns where the way is up or down. */
const far = ([down, right], step) =>
  step[0] ? Math.abs(down) * 1000 + Math.abs(right) : Math.abs(right);

const Legend = ({ way }) => html`
  <p class="legend">
    ${way === "origin"
      ? html`<span><i class="box out">3</i> visits finalized then and still unbilled</span>
          <span><i class="box none">✓</i> all are billed</span>`
      : html`<span><i class="box unexplained"><b>2</b><span class="todo">1</span></i> 2 unexplained, 1 to do</span>
          ${Object.entries(KINDS).filter(([kind]) => kind !== "PENDING").map(
            ([kind, { word, says }]) => html`<span title=${says}><i class="box ${kind.toLowerCase()}"></i> ${word}</span>`,
          )}
          <span title=${VERDICTS.WAITING.says}><i class="box pending waiting">…</i> waiting</span>
          <span><i class="box none">✓</i> balanced</span>`}
    <span><i class="box expected offsetting"></i> offsetting: differences cancel out</span>
    <span><i class="box none unready"></i> not ready to balance</span>
    <span><i class="box none"><sup>▪</sup></i> closed</span>
    <span><i class="box none"><sup>⚠</sup></i> changed since it was closed</span>
  </p>
`;
