// Trends: how the figures go by week or month, and what is not chance.
import { html } from "../../vendor/preact-htm-3.1.1.js";
import { url } from "../api.js";
import { useData } from "../data.js";
import { date, dollars, monthShortOf, number, periodName, plusDays } from "../format.js";
import { Place, useNames } from "../names.js";
import { Annotations, notesOf } from "../parts/annotations.js";
import { Choice, Csv, Stale, Waiting } from "../parts/basics.js";
import { Chart } from "../parts/chart.js";
import { Days } from "../parts/dates.js";
import { Known, Places } from "../parts/places.js";
import { Scroll } from "../parts/scroll.js";
import { href, narrow } from "../route.js";

const BY = [
  ["week", "Weeks"],
  ["month", "Months"],
];

/** What is not chance about a point, at the point and in a sentence. */
const SIGNALS = {
  ABOVE: { word: "above", says: "Above its upper limit" },
  BELOW: { word: "below", says: "Below its lower limit" },
  RUN: { word: "run", says: "Part of a long run on one side of the usual rate" },
  FEW_CROSSINGS: { word: "drift", says: "The rate drifts: it crosses the usual rate too seldom" },
};

const METRICS = { UNEXPLAINED: "Unexplained visits", LATE: "Not billed the same day" };

const percent = (rate) => `${rate === 0 ? 0 : (100 * rate).toFixed(rate < 0.01 ? 2 : 1)}%`;
const days = (n) => String(Number(n.toPrecision(2)));

export function Trends({ route, me }) {
  const { params } = route;
  const by = params.get("by") ?? "week";
  const [from, to] = [params.get("from"), params.get("to")];
  const address = url("trends", { by, from, to, location: params.getAll("location") });
  const state = useData(address, ["balances", "lateArrivals", "unitVariances", "discrepancies", "annotations"]);
  const data = state.data?.by === by ? state.data : null;
  return html`
    <div class="title">
      <h1>Trends</h1>
      <div class="filters">
        <${Places} params=${params} />
        <${Choice} legend="Periods" value=${by} of=${BY}
          onPick=${(one) => narrow({ by: one === "week" ? null : one, from: null, to: null })} />
        <${Days} from=${from ?? data?.from} to=${to ?? data?.to} />
        <${Csv} address=${address} name="trends.csv" />
      </div>
    </div>
    <${Known} params=${params}>
      ${data
        ? html`<${Stale} problem=${state.problem} /><${Charts} of=${from ? data : since(data)} me=${me} />`
        : html`<${Waiting} ...${state} what="trends" />`}
    <//>
  `;
}

/** Without the periods before there was any data. */
function since(data) {
  const first = Math.max(0, data.periods.findIndex((one) => one.finalized + one.billed > 0));
  return {
    ...data,
    periods: data.periods.slice(first),
    payers: data.payers.map((one) => ({ ...one, scrubbed: one.scrubbed.slice(first) })),
  };
}

const shortOf = (by, iso) =>
  by === "month" ? `${monthShortOf(iso)} ${iso.slice(2, 4)}` : date(iso).replace(/\/\d+$/, "");

const nameOf = (by, iso) => periodName(by.toUpperCase(), iso, by === "week" ? plusDays(iso, 6) : iso);

function Charts({ of, me }) {
  const names = useNames();
  const { periods, by } = of;
  const axis = {
    labels: periods.map((one) => shortOf(by, one.from)),
    names: periods.map((one) => nameOf(by, one.from) + (one.open ? " (not over)" : "")),
    notes: notesOf(of),
  };
  const line = (label, field) => ({ label, values: periods.map((one) => one[field]) });
  if (periods.every((one) => one.finalized + one.billed === 0)) {
    return html`<p class="quiet">No visits in these periods. Pick other dates or locations.</p>`;
  }
  return html`
    <${Signals} of=${of} />
    <${Annotations} of=${of} me=${me} />
    <div class="charts">
      <${Chart} ...${axis} title="Visits" format=${number}
        series=${[line("Finalized", "finalized"), line("Billed", "billed"), line("Difference", "difference")]} />
      <${Chart} ...${axis} title="Unexplained visits" format=${percent} ...${control(periods, "unexplainedRate", "Unexplained")} />
      <${Chart} ...${axis} title="Not billed the same day" format=${percent} ...${control(periods, "lateRate", "Later, or not yet")} />
      <${Chart} ...${axis} title="Charge lag" format=${days}
        note="Average days from the Finalized Date to the first charge."
        series=${[line("Days", "lagDays")]} />
      <${Chart} ...${axis} title="Not billed yet" format=${number}
        note="Of the visits finalized in the period."
        series=${[line("Unbilled", "outstanding"), line("Held", "held")]} />
      <${Chart} ...${axis} title="Units billed otherwise than documented" format=${number}
        series=${[line("Scrubbed", "scrubbed"), line("Added", "added"), line("Unexplained", "unexplainedUnits")]} />
      <${Chart} ...${axis} title="Dollars at risk" format=${(cents) => dollars(cents).replace(/\.\d+$/, "")}
        note="What the open discrepancies of the period may cost; amounts that are not known are left out."
        series=${[line("At risk", "atRiskCents")]} />
      ${of.payers.length > 0 &&
      html`<${Chart} ...${axis} title="Scrubbed units by payer" format=${number}
        series=${of.payers.map((one) => ({
          label: one.others ? "All others" : one.payerId === null ? "No payer" : names.payers[one.payerId] ?? one.payerId,
          values: one.scrubbed,
        }))} />`}
    </div>
  `;
}

/** A rate with what is usual, and marks where chance does not explain it. */
function control(periods, field, label) {
  const rates = periods.map((one) => one[field]);
  const values = (name) => rates.map((one) => one[name]);
  const own = { label, values: values("rate"), marks: rates.map((one) => SIGNALS[one.signal]?.word) };
  if (rates.every((one) => one.center === null)) {
    return {
      series: [own],
      note: "With 9 periods that are over, the chart shows what is usual.",
    };
  }
  return {
    series: [
      own,
      { label: "Usual", role: "center", values: values("center") },
      { label: "Limits of chance", of: "Lower limit", role: "limit", values: values("low") },
      { label: "Limits of chance", of: "Upper limit", role: "limit", values: values("high") },
    ],
    note: "Points outside of the limits, or in a long run on one side of the usual rate, are not chance.",
  };
}

/** The locations of which something is not chance. */
function Signals({ of }) {
  return html`<section class="card" id="signals">
    <h2>Not chance</h2>
    ${of.signals.length === 0
      ? html`<p class="quiet">The rates of each location are within what chance explains, or there are fewer than 9 ${of.by}s to tell.</p>`
      : html`<${Scroll}><table class="figures">
            <thead><tr>
              <th scope="col" class="text">Location</th><th scope="col" class="text">Period</th>
              <th scope="col" class="text">Rate</th><th scope="col">Was</th><th scope="col">Usual</th>
              <th scope="col">Limits</th><th scope="col" class="text">Why it stands out</th>
            </tr></thead>
            <tbody>
              ${of.signals.slice(0, MOST).map(
                (one) => html`<tr key=${one.location + one.from + one.metric}>
                  <th scope="row"><${Place} of=${one.location} /></th>
                  <td class="text">
                    <a href=${href("period", { location: one.location, granularity: of.by.toUpperCase(), from: one.from })}
                      >${nameOf(of.by, one.from)}</a>
                  </td>
                  <td class="text">${METRICS[one.metric]}</td>
                  <td>${number(one.count)} of ${number(one.of)}, ${percent(one.rate)}</td>
                  <td>${percent(one.center)}</td>
                  <td>${percent(one.low)} to ${percent(one.high)}</td>
                  <td class="text">${SIGNALS[one.signal].says}</td>
                </tr>`,
              )}
            </tbody>
          </table><//>
          ${(of.signals.length > MOST || of.moreSignals) && html`<p class="quiet">The latest ${MOST}. Pick locations to see others.</p>`}`}
  </section>`;
}

const MOST = 20;
