// Locations by days, weeks or months: where something is wrong, at a glance.
import { html, useLayoutEffect, useRef, useState } from "../../vendor/preact-htm-3.1.1.js";
import { url } from "../api.js";
import { useData } from "../data.js";
import { date, isWeekend, monthShortOf, number, periodName, plural, plusDays, signed, weekdayShortOf } from "../format.js";
import { Choice, Csv, Select, Stale, Waiting } from "../parts/basics.js";
import { groupOf, locationName, useNames } from "../names.js";
import { Days } from "../parts/dates.js";
import { drawn, useWindow } from "../parts/window.js";
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
  const byName = params.get("order") === "name";
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
        <${Choice} legend="Order" value=${byName ? "name" : "worst"} of=${ORDERS}
          onPick=${(one) => narrow({ order: one === "name" ? one : null })} />
        <${Select} label="Status" value=${verdict} of=${STATUSES} all="All" onPick=${(one) => narrow({ verdict: one })} />
        <${Days} from=${from ?? state.data?.from} to=${to ?? state.data?.to} />
        ${state.data && html`<${Csv} address=${url("balances", csv(state.data, params))} name="balances.csv" />`}
      </div>
    </div>
    ${state.data
      ? html`<${Stale} problem=${state.problem} /><${Grid} of=${only(state.data, verdict)} way=${way} verdict=${verdict} byName=${byName} />`
      : html`<${Waiting} ...${state} what="locations" />`}
    <${Legend} way=${way} />
  </section>`;
}

/** The cells of one status, and the locations that have any. */
function only(of, verdict) {
  if (!verdict) {
    return of;
  }
  const cells = of.cells.filter((cell) => cell.verdict === verdict);
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

const COUNTS = ["unexplained", "work", "pending", "expected", "outstanding", "difference"];

/** Cells added up. */
function total(cells) {
  const sum = Object.fromEntries(COUNTS.map((name) => [name, 0]));
  for (const cell of cells) {
    COUNTS.forEach((name) => (sum[name] += cell[name]));
  }
  const worst = ["unexplained", "work", "pending", "expected"].find((kind) => sum[kind] > 0);
  return { ...sum, worst: worst?.toUpperCase() ?? null, isSum: true };
}

/** Worst first: what nobody can explain, then what is to be done, then what is not billed. */
const worse = (a, b) =>
  b.unexplained - a.unexplained || b.work - a.work || b.outstanding - a.outstanding;

/** The rows of the grid: groups, if any location has one, and their locations, each with its cells. */
function rowsOf({ cells, locations }, { byName, wanted, folded }) {
  const own = new Map(locations.map((one) => [one, []]));
  cells.forEach((cell) => own.get(cell.location)?.push(cell));
  const order = (a, b) =>
    (byName ? 0 : worse(a.sum, b.sum)) || String(a.name).localeCompare(String(b.name), undefined, { numeric: true });
  const all = locations
    .filter((one) => wanted === "" || `${one} ${locationName(one)} ${groupOf(one) ?? ""}`.toLowerCase().includes(wanted))
    .map((location) => ({
      location,
      name: locationName(location),
      cells: new Map(own.get(location).map((cell) => [cell.from, cell])),
      sum: total(own.get(location)),
    }))
    .sort(order);
  const names = [...new Set(all.map((row) => groupOf(row.location)))];
  if (names.every((name) => name === null)) {
    return all;
  }
  return names
    .map((name) => {
      const rows = all.filter((row) => groupOf(row.location) === name);
      return { group: name ?? "No region", rows, sum: total(rows.flatMap((row) => [...row.cells.values()])) };
    })
    .sort((a, b) => order({ ...a, name: a.group }, { ...b, name: b.group }))
    .flatMap((group) => (folded.has(group.group) && wanted === "" ? [group] : [group, ...group.rows]));
}

const ORDERS = [
  ["worst", "Worst first"],
  ["name", "By name"],
];

/** More locations than that can be searched. */
const MANY = 8;

/** The cell that Tab leads to; a way back finds it again. */
let lastAt = null;

function Grid({ of, way, verdict, byName }) {
  const grid = useRef(null);
  const [wanted, setWanted] = useState("");
  const [folded, setFolded] = useState(() => new Set());
  const [at, setAt] = useState(lastAt);
  const isMoved = useRef(false);
  useNames();
  // The latest periods are seen first where not all have room.
  useLayoutEffect(() => {
    if (grid.current) {
      grid.current.scrollLeft = grid.current.scrollWidth;
    }
  }, [of.granularity, of.from, of.to]);
  const rows = rowsOf(of, { byName, wanted: wanted.trim().toLowerCase(), folded });
  const { periods } = of;
  const reached = rows.findIndex((row) => at && row.location === at.location && row.cells.has(at.from));
  const first = rows.findIndex((row) => row.cells?.size > 0);
  const row = reached >= 0 ? reached : first;
  const from = reached >= 0 ? at.from : periods.find((one) => rows[first]?.cells.has(one));
  const column = periods.indexOf(from);
  const view = useWindow(grid, {
    rows: rows.length, columns: periods.length, row: "tbody tr:not(.gap)", cell: "tbody td.cell",
  });
  // A cell that the arrows have led to is drawn first, and then has the focus.
  useLayoutEffect(() => {
    if (isMoved.current) {
      isMoved.current = false;
      const target = grid.current?.querySelector("a.box[tabindex='0']");
      target?.focus({ preventScroll: true });
      target?.scrollIntoView({ block: "nearest", inline: "nearest" });
    }
  });
  if (of.cells.length === 0 && verdict) {
    return html`<p class="quiet">Nothing is ${VERDICTS[verdict].word.toLowerCase()} from ${date(of.from)} to ${date(of.to)}.</p>`;
  } else if (of.cells.length === 0) {
    return html`<p class="quiet">
      No activity from ${date(of.from)} to ${date(of.to)}: no visits, charges or open notes. Choose
      other dates or locations.
    </p>`;
  }
  const stand = (cell) => {
    lastAt = { location: cell.location, from: cell.from };
    setAt(lastAt);
  };
  const move = (event) => {
    const step = STEPS[event.key];
    const now = event.target.closest?.("a.box[data-from]");
    if (step && now) {
      event.preventDefault();
      const cell = ahead(rows, periods, now.dataset, step);
      if (cell) {
        isMoved.current = true;
        stand(cell);
      }
    }
  };
  const fold = (group) =>
    setFolded((old) => {
      const next = new Set(old);
      if (!next.delete(group)) {
        next.add(group);
      }
      return next;
    });
  const columns = drawn(view.columns, periods.length, column);
  const sums = (ofRows) => periods.map((period) => total(ofRows.map((one) => one.cells.get(period)).filter(Boolean)));
  const locations = rows.flatMap((one) => (one.rows ? one.rows : rows.some((other) => other.rows) ? [] : [one]));
  const ofDays = sums(locations);
  const line = (draw) =>
    columns.map((one) =>
      one.gap
        ? html`<td key=${"gap" + one.gap} class="gap" colspan=${one.gap} aria-hidden="true"></td>`
        : draw(one.at));
  const cellClass = (index) => "cell" + (of.granularity === "DAY" && isWeekend(periods[index]) ? " weekend" : "");
  const sumCell = (sum) => html`<${Sum} of=${sum} way=${way} />`;
  return html`
    ${of.locations.length > MANY && html`<label class="field find">
      <span>Find location</span>
      <input type="search" value=${wanted} onInput=${(event) => setWanted(event.target.value)} />
    </label>`}
    ${rows.length === 0 && html`<p class="quiet" role="status">No location is called “${wanted.trim()}”.</p>`}
    <div class=${"scroll" + (rows.length > MANY ? " tall" : "")} ref=${grid} onKeyDown=${move}>
    <table class="grid ${of.granularity.toLowerCase()}" aria-rowcount=${rows.length + 2} aria-colcount=${periods.length + 2}>
      <colgroup>
        <col class="place" />
        ${periods.map((period) => html`<col key=${period} class="period" />`)}
        <col class="period" />
      </colgroup>
      <thead>
        <tr aria-rowindex="1">
          <th scope="col" class="text">Location</th>
          ${line((index) => html`<${Head} key=${periods[index]} of=${periods[index]} granularity=${of.granularity} column=${index + 2} />`)}
          <th scope="col" class="sum" aria-colindex=${periods.length + 2}>Total</th>
        </tr>
        ${locations.length > 1 && html`<tr class="sums" aria-rowindex="2">
          <th scope="row" class="text">All${wanted.trim() ? " found" : ""}</th>
          ${line((index) => html`<td key=${periods[index]} class=${cellClass(index)} aria-colindex=${index + 2}>${sumCell(ofDays[index])}</td>`)}
          <td class="cell sum" aria-colindex=${periods.length + 2}>${sumCell(total(ofDays))}</td>
        </tr>`}
      </thead>
      <tbody>
        ${drawn(view.rows, rows.length, row).map((one) => {
          if (one.gap) {
            return html`<tr key=${"gap" + one.gap} class="gap" aria-hidden="true"><td colspan=${periods.length + 2} style=${{ height: `calc(${one.gap} * var(--row))` }}></td></tr>`;
          }
          const own = rows[one.at];
          const ofGroup = own.group && sums(own.rows);
          return html`<tr key=${own.location ?? "group " + own.group} class=${own.group ? "group" : ""} aria-rowindex=${one.at + 3}>
            <th scope="row" title=${own.location}>
              ${own.group
                ? html`<button type="button" class="fold" aria-expanded=${!folded.has(own.group) || wanted !== ""} onClick=${() => fold(own.group)}>${own.group} <small>${own.rows.length}</small></button>`
                : html`<span class="two">${own.name}${own.name !== own.location && html`<small>${own.location}</small>`}</span>`}
            </th>
            ${line((index) => {
              const cell = own.group ? null : own.cells.get(periods[index]);
              return html`<td key=${periods[index]} class=${cellClass(index)} aria-colindex=${index + 2}>
                ${own.group && sumCell(ofGroup[index])}
                ${cell &&
                html`<${Cell} of=${cell} granularity=${of.granularity} way=${way} row=${one.at}
                  column=${index} isFirst=${one.at === row && index === column} onStand=${() => stand(cell)} />`}
              </td>`;
            })}
            <td class="cell sum" aria-colindex=${periods.length + 2}>${sumCell(own.sum)}</td>
          </tr>`;
        })}
      </tbody>
    </table>
  </div>`;
}

/** The nearest cell in the direction of an arrow key: rows before columns where the way is up or down. */
function ahead(rows, periods, { location, from }, [down, right]) {
  const row = rows.findIndex((one) => one.location === location);
  const column = periods.indexOf(from);
  if (right) {
    for (let at = column + right; at >= 0 && at < periods.length; at += right) {
      const cell = rows[row].cells.get(periods[at]);
      if (cell) {
        return cell;
      }
    }
    return null;
  }
  for (let at = row + down; at >= 0 && at < rows.length; at += down) {
    const near = [...(rows[at].cells?.values() ?? [])].map((cell) => ({ cell, far: Math.abs(periods.indexOf(cell.from) - column) }));
    if (near.length > 0) {
      return near.reduce((a, b) => (b.far < a.far ? b : a)).cell;
    }
  }
  return null;
}

/** A sum of cells. */
const Sum = ({ of, way }) => {
  const [top, below] = way === "origin" ? [of.outstanding, 0] : [of.unexplained, of.work];
  const words = way === "origin" ? plural(of.outstanding, "unbilled visit") : `${number(of.unexplained)} unexplained, ${number(of.work)} to do`;
  return html`<span class="total" title=${words}>
    ${top > 0 && html`<b>${number(top)}</b>`}${below > 0 && html`<span class="todo">${number(below)}</span>`}
    ${top === 0 && below === 0 && "·"}
  </span>`;
};

function Head({ of, granularity, column }) {
  if (granularity === "MONTH") {
    return html`<th scope="col" aria-colindex=${column}><time datetime=${of.slice(0, 7)}><b>${monthShortOf(of)}</b> ${of.slice(0, 4)}</time></th>`;
  }
  const top = granularity === "DAY" ? weekdayShortOf(of) : monthShortOf(of);
  const isMonth = of.endsWith("-01");
  return html`<th scope="col" aria-colindex=${column} class=${granularity === "DAY" && isWeekend(of) ? "weekend" : ""} title=${date(of)}>
    <time datetime=${of}><small>${isMonth ? monthShortOf(of) : top}</small> <b>${Number(of.slice(8))}</b></time>
  </th>`;
}

function Cell({ of, granularity, way, row, column, isFirst, onStand }) {
  const colour = way === "origin" ? (of.outstanding > 0 ? "out" : "none") : (of.worst ?? "none").toLowerCase();
  const text = says(of, granularity);
  return html`<a
    class="box ${colour}${way !== "origin" && of.verdict === "WAITING" ? " waiting" : ""}${of.offsetting ? " offsetting" : ""}${of.ready ? "" : " unready"}"
    href=${href("period", { location: of.location, granularity, from: of.from })}
    title=${text}
    aria-label=${text}
    tabindex=${isFirst ? 0 : -1}
    onFocus=${onStand}
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

const placeName = (id) => (locationName(id) === id ? id : `${locationName(id)} (${id})`);

function says(of, granularity) {
  const to = granularity === "WEEK" ? plusDays(of.from, 6) : of.from;
  const parts = [
    `${placeName(of.location)}, ${periodName(granularity, of.from, to)}`,
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
