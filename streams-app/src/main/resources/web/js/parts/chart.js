// A chart with its table. It is drawn on a canvas by uPlot, which is fetched by the first chart; the
// table behind it says the same in figures, to a screen reader as well. No line is told from another
// by its color alone: each has its own dashes and marks.
import { html, useEffect, useRef, useState } from "../../vendor/preact-htm-3.1.1.js";
import { isAllDrawn, onWhole } from "../whole.js";
import { Scroll } from "./scroll.js";

const HEIGHT = 220;
const MARK = 4;
const FONT = "12px system-ui, sans-serif";

/** How the first line, the second, and so on are told apart. */
const STYLES = [
  { color: "--bar-total", dash: [], mark: "circle" },
  { color: "--bar-unexplained", dash: [8, 4], mark: "square" },
  { color: "--bar-work", dash: [3, 3], mark: "triangle" },
  { color: "--bar-accepted", dash: [10, 3, 2, 3], mark: "diamond" },
  { color: "--bar-pending", dash: [14, 4], mark: "circle" },
  { color: "--bar-expected", dash: [1, 4], mark: "square" },
  { color: "--text", dash: [6, 2, 2, 2, 2, 2], mark: "triangle" },
];
const LIMIT = { color: "--quiet", dash: [4, 4], mark: null };
const CENTER = { color: "--quiet", dash: [1, 3], mark: null };

/** The look of a series: of a role of its own, or of its place among the others. */
const styleOf = (one, n) => ({ limit: LIMIT, center: CENTER })[one.role] ?? STYLES[n % STYLES.length];

/** Paper is white, whatever the screen is. */
const PAPER = { "--sheet": "#fff", "--quiet": "#555", "--line": "#bbb" };

const colorOf = (name) =>
  isAllDrawn()
    ? PAPER[name] ?? "#000"
    : getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** The outline of a mark around a place. */
function outline(context, mark, x, y, r) {
  context.beginPath();
  if (mark === "circle") {
    context.arc(x, y, r, 0, 2 * Math.PI);
  } else if (mark === "square") {
    context.rect(x - r, y - r, 2 * r, 2 * r);
  } else {
    context.moveTo(x, y - r * 1.2);
    context.lineTo(x + r * 1.2, mark === "diamond" ? y : y + r);
    context.lineTo(mark === "diamond" ? x : x - r * 1.2, mark === "diamond" ? y + r * 1.2 : y + r);
    if (mark === "diamond") {
      context.lineTo(x - r * 1.2, y);
    }
    context.closePath();
  }
}

/** Draws the marks of the points, and a word at those that stand out. */
function marks(plot, series, labels) {
  const { ctx: context } = plot;
  const ratio = devicePixelRatio || 1;
  context.save();
  context.setLineDash([]);
  series.forEach((one, n) => {
    const style = styleOf(one, n);
    one.values.forEach((value, i) => {
      if (value === null || !style.mark) {
        return;
      }
      const [x, y] = [plot.valToPos(i, "x", true), plot.valToPos(value, "y", true)];
      const said = one.marks?.[i];
      context.fillStyle = said ? colorOf("--bar-unexplained") : colorOf("--sheet");
      context.strokeStyle = said ? colorOf("--bar-unexplained") : colorOf(style.color);
      context.lineWidth = 1.5 * ratio;
      outline(context, said ? "diamond" : style.mark, x, y, (said ? 1.6 : 1) * MARK * ratio);
      context.fill();
      context.stroke();
      if (said) {
        context.font = `bold ${11 * ratio}px system-ui, sans-serif`;
        context.fillStyle = colorOf("--text");
        context.textAlign = i > labels.length / 2 ? "right" : "left";
        context.fillText(said, x + (i > labels.length / 2 ? -9 : 9) * ratio, y - 7 * ratio);
      }
    });
  });
  context.restore();
}

/** Draws a flag at the periods that somebody noted something about. */
function flags(plot, notes) {
  const { ctx: context, bbox } = plot;
  const ratio = devicePixelRatio || 1;
  context.save();
  context.strokeStyle = colorOf("--text");
  context.fillStyle = colorOf("--text");
  context.lineWidth = ratio;
  notes.forEach((note, i) => {
    if (note !== null) {
      const x = plot.valToPos(i, "x", true);
      context.setLineDash([2 * ratio, 3 * ratio]);
      context.beginPath();
      context.moveTo(x, bbox.top);
      context.lineTo(x, bbox.top + bbox.height);
      context.stroke();
      context.fillRect(x, bbox.top, 9 * ratio, 6 * ratio);
    }
  });
  context.restore();
}

/** What uPlot is told. */
const options = (width, labels, series, format, notes) => ({
  width,
  height: HEIGHT,
  padding: [14, 12, 0, 0],
  legend: { show: false },
  cursor: { show: false },
  select: { show: false },
  scales: {
    x: { time: false, range: [-0.5, labels.length - 0.5] },
    y: { range: (plot, low, high) => [Math.min(0, low ?? 0), (high ?? 0) > 0 ? high * 1.1 : 1] },
  },
  axes: [
    {
      font: FONT,
      stroke: () => colorOf("--quiet"),
      grid: { show: false },
      ticks: { stroke: () => colorOf("--line") },
      space: 48,
      incrs: [1, 2, 4, 8, 13, 26, 52],
      values: (plot, at) => at.map((i) => labels[i] ?? ""),
    },
    {
      font: FONT,
      stroke: () => colorOf("--quiet"),
      grid: { stroke: () => colorOf("--line"), width: 1 },
      ticks: { show: false },
      size: 64,
      values: (plot, at) => at.map(format),
    },
  ],
  series: [
    {},
    ...series.map((one, n) => ({
      label: one.label,
      stroke: () => colorOf(styleOf(one, n).color),
      dash: styleOf(one, n).dash,
      width: one.role ? 1 : 2,
      points: { show: false },
    })),
  ],
  hooks: { draw: [(plot) => flags(plot, notes), (plot) => marks(plot, series, labels)] },
});

function Canvas({ name, labels, series, format, notes }) {
  const frame = useRef(null);
  const [problem, setProblem] = useState(false);
  useEffect(() => {
    let plot = null;
    let isGone = false;
    const scheme = matchMedia("(prefers-color-scheme: dark)");
    const again = () => plot?.redraw(false);
    const sized = new ResizeObserver(
      () => plot && frame.current && plot.setSize({ width: frame.current.clientWidth, height: HEIGHT }),
    );
    let stop = () => {};
    import("../../vendor/uplot-1.6.32.js").then(
      ({ default: Plot }) => {
        if (isGone) {
          return;
        }
        const data = [labels.map((_, i) => i), ...series.map((one) => one.values)];
        plot = new Plot(options(frame.current.clientWidth, labels, series, format, notes), data, frame.current);
        plot.root.querySelector("canvas").setAttribute("aria-hidden", "true");
        sized.observe(frame.current);
        scheme.addEventListener("change", again);
        stop = onWhole(again);
        frame.current.dataset.drawn = "";
      },
      () => !isGone && setProblem(true),
    );
    return () => {
      isGone = true;
      sized.disconnect();
      scheme.removeEventListener("change", again);
      stop();
      plot?.destroy();
    };
  }, [JSON.stringify([labels, series, notes])]);
  return problem
    ? html`<p class="notice" role="status">The chart could not be loaded. Its table has all figures.</p>`
    : html`<div class="plot" role="img" aria-label="${name}, as a chart. The table below has its figures." ref=${frame}></div>`;
}

/** A line as the chart draws it, beside its name. */
const Swatch = ({ style }) => html`<svg class="swatch" viewBox="0 0 34 12" aria-hidden="true">
  <line x1="1" y1="6" x2="33" y2="6" class="line${style.color}" stroke-dasharray=${style.dash.join(" ") || null} />
  ${style.mark === "circle" && html`<circle cx="17" cy="6" r="4" class="line${style.color}" />`}
  ${style.mark === "square" && html`<rect x="13" y="2" width="8" height="8" class="line${style.color}" />`}
  ${style.mark === "triangle" && html`<path d="M17 1 22 10 12 10Z" class="line${style.color}" />`}
  ${style.mark === "diamond" && html`<path d="M17 1 22 6 17 11 12 6Z" class="line${style.color}" />`}
</svg>`;

/**
 * A chart in a card.
 *
 * @param labels of the periods, short; `names` in full
 * @param series [{label, values, role, marks}]: role "limit" or "center" for what is drawn in gray;
 *     marks[i] is a word at a point that stands out
 * @param format of the figures
 * @param notes [text]: what somebody noted about a period, or null
 */
export function Chart({ title, note, labels, names, series, format, notes }) {
  const seen = series.filter((one, n) => series.findIndex((other) => other.label === one.label) === n);
  const isNoted = notes.some((one) => one !== null);
  const isMarked = series.some((one) => one.marks?.some(Boolean));
  return html`<section class="card chart">
    <h2>${title}</h2>
    ${note && html`<p class="quiet">${note}</p>`}
    <${Canvas} name=${title} labels=${labels} series=${series} format=${format} notes=${notes} />
    <ul class="lines">
      ${isNoted && html`<li><svg class="swatch" viewBox="0 0 34 12" aria-hidden="true"><path d="M12 0H21V6H13V12H12Z" class="flag" /></svg>Noted</li>`}
      ${seen.map(
        (one) => html`<li key=${one.label}><${Swatch} style=${styleOf(one, series.indexOf(one))} />${one.label}</li>`,
      )}
    </ul>
    <details class="figures-behind">
      <summary>Table<span class="hidden"> of ${title}</span></summary>
      <${Scroll}><table class="figures">
        <thead><tr>
          <th scope="col" class="text">Period</th>
          ${series.map((one) => html`<th scope="col">${one.of ?? one.label}</th>`)}
          ${isMarked && html`<th scope="col" class="text">Stands out</th>`}
          ${isNoted && html`<th scope="col" class="text">Notes</th>`}
        </tr></thead>
        <tbody>
          ${names.map(
            (name, i) => html`<tr key=${name}>
              <th scope="row">${name}</th>
              ${series.map((one) => html`<td>${one.values[i] === null ? "–" : format(one.values[i])}</td>`)}
              ${isMarked && html`<td class="text">${series.map((one) => one.marks?.[i]).find(Boolean) ?? ""}</td>`}
              ${isNoted && html`<td class="text note">${notes[i] ?? ""}</td>`}
            </tr>`,
          )}
        </tbody>
      </table><//>
    </details>
  </section>`;
}
