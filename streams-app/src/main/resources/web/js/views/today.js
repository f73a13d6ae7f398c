// Today: what has to be known first thing in the morning, and where to look.
import { html } from "../../vendor/preact-htm-3.1.1.js";
import { Scroll } from "../parts/scroll.js";
import { url } from "../api.js";
import { useData } from "../data.js";
import { Day, date, number, plural, signed } from "../format.js";
import { First } from "../parts/asked.js";
import { Severity, Stale, Waiting } from "../parts/basics.js";
import { Feeds } from "../parts/feeds.js";
import { HeldByAge } from "../parts/held.js";
import { Insights } from "../parts/insights.js";
import { FilesToWork } from "../parts/late-files.js";
import { UnbilledTiles } from "../parts/money.js";
import { Known, Places } from "../parts/places.js";
import { Refused } from "../parts/refused.js";
import { Place, Therapist } from "../names.js";
import { href } from "../route.js";
import { short } from "../words.js";
import { Matrix } from "./matrix.js";
import { target } from "./work.js";

const SHOWN = 6;

export function Today({ route, me }) {
  const location = route.params.getAll("location");
  const overview = useData(url("overview", { location }), [
    "balances", "visits", "discrepancies", "lateArrivals", "feeds", "items", "deadLetters", "files",
  ]);
  const data = overview.data;
  return html`
    <div class="title">
      <h1>Today ${data?.freshness.today && html`<small><${Day} iso=${data.freshness.today} /></small>`}</h1>
      <div class="filters"><${Places} params=${route.params} /></div>
    </div>
    <${Known} params=${route.params}>
    ${data
      ? html`<${Stale} problem=${overview.problem} /><${Overview} of=${data} location=${location} me=${me} />`
      : html`<${Waiting} ...${overview} what="the overview" />`}
    <${Matrix} params=${route.params} />
    <//>
  `;
}

const Overview = ({ of, location, me }) => html`
  <${First} me=${me} feeds=${of.feeds} />
  <${Feeds} of=${of.feeds} asOf=${of.freshness.asOf} />
  <${FilesToWork} of=${of.files} me=${me} />
  <${Refused} of=${of.deadLetters} me=${me} />
  <${UnbilledTiles} of=${of.money} today=${of.freshness.today} within=${{ location }} />
  <div class="cards">
    <${Insights} location=${location} me=${me} />
    <${Spans} of=${of} location=${location} />
    <section class="card">
      <h2><a href=${href("late", { status: "HELD", location })}>Held by age and type</a></h2>
      <${HeldByAge} of=${of.held} location=${location} />
    </section>
    <${OpenNotes} of=${of.openNotes} location=${location} />
    <${Findings} title="Newest discrepancies" of=${of.newest} none=${none(of)} location=${location} sort="-openedAt" />
    <${Findings} title="Oldest discrepancies" of=${of.oldest} none=${none(of)} location=${location} sort="date" />
    <${Counts} of=${of.findings} location=${location} />
  </div>
`;

const SPANS = [
  ["yesterday", "Yesterday"],
  ["week", "Week to date"],
  ["month", "Month to date"],
];

const MEASURES = [
  ["finalized", "Finalized", "EMR visits by Finalized Date"],
  ["billed", "Billed", "Billing visits by Created Date"],
  ["difference", "Difference", "Finalized minus billed, as the two reports show"],
  ["outstanding", "Unbilled visits", "Of the visits finalized then: billable, but not billed so far"],
  ["held", "Held", "Kept out of billing by the Integration Rejection Summary"],
  ["lost", "Lost", "Missing charge; sent successfully, no charge in billing; not sent; or all charges removed"],
  ["unbilledUnits", "Unbilled units", "Documented units of the unbilled visits"],
];

const Spans = ({ of, location }) => html`
  <section class="card wide">
    <h2>Finalized and billed</h2>
    <${Scroll}>
      <table class="figures" id="spans">
        <thead>
          <tr>
            <td></td>
            ${SPANS.map(
              ([name, title]) => html`<th scope="col">
                ${title}
                <small>${name === "yesterday" ? date(of[name].from) : `since ${date(of[name].from)}`}</small>
              </th>`,
            )}
          </tr>
        </thead>
        <tbody>
          ${MEASURES.map(
            ([name, title, says]) => html`<tr class=${name}>
              <th scope="row" title=${says}>${title}</th>
              ${SPANS.map(([span]) => html`<td data-span=${span}>${figure(name, of[span], location)}</td>`)}
            </tr>`,
          )}
        </tbody>
      </table>
    <//>
  </section>
`;

function figure(name, span, location) {
  const value = span[name];
  if (name === "difference") {
    return signed(value);
  } else if (name === "lost" && value > 0) {
    const kind = ["MISSING_CHARGE", "LOST_AFTER_ACCEPTANCE", "NOT_SENT", "CHARGES_REMOVED"];
    return html`<a class="bad" href=${href("work", { kind, from: span.from, to: span.to, location })}
      >${number(value)}</a
    >`;
  } else if (name === "held" && value > 0) {
    return html`<a href=${href("late", { status: "HELD", from: span.from, to: span.to, location })}
      >${number(value)}</a
    >`;
  }
  return number(value);
}

/** Why nothing is open: not all is well where nothing has come. */
const none = ({ feeds }) => {
  const missing = feeds.filter((one) => !one.lastFactAt).map((one) => (one.source === "EMR" ? "the EMR" : "billing"));
  return missing.length > 0
    ? `Nothing has been received from ${missing.join(" or ")} yet.`
    : "No open discrepancies. The systems agree, or every difference is explained.";
};

const Findings = ({ title, of, none, location, sort }) => html`
  <section class="card">
    <h2><a href=${href("work", { sort, location })}>${title}</a></h2>
    ${of.length === 0
      ? html`<p class="quiet">${none}</p>`
      : html`<ul class="findings">
          ${of.slice(0, SHOWN).map(
            (one) => html`<li key=${one.id}>
              <${Severity} of=${one.severity} />
              <a href=${target(one) ?? href("work", { location: one.location })}>${short(one.kind)}</a>
              <span class="quiet">
                <${Place} of=${one.location} />${one.date && html` · <${Day} iso=${one.date} />`}
                ${one.ageDays !== null && html` · ${one.ageDays === 0 ? "new" : `opened ${plural(one.ageDays, "day")} ago`}`}
              </span>
            </li>`,
          )}
        </ul>`}
  </section>
`;

const Counts = ({ of, location }) => html`
  <section class="card">
    <h2><a href=${href("work", { location })}>Open discrepancies</a></h2>
    ${of.length === 0
      ? html`<p class="quiet">None.</p>`
      : html`<${Scroll}><table class="figures">
          <thead>
            <tr>
              <th scope="col" class="text">Discrepancy</th>
              <th scope="col">Open</th>
              <th scope="col" title="Opened in the last 24 hours">New</th>
            </tr>
          </thead>
          <tbody>
            ${of.map(
              (one) => html`<tr key=${one.severity + one.kind}>
                <th scope="row">
                  <${Severity} of=${one.severity} />
                  <a href=${href("work", { kind: one.kind, severity: one.severity, location })}
                    >${short(one.kind)}</a
                  >
                </th>
                <td>${number(one.open)}</td>
                <td>${one.new ? "+" + number(one.new) : html`<span class="quiet">0</span>`}</td>
              </tr>`,
            )}
          </tbody>
        </table><//>`}
  </section>
`;

const OpenNotes = ({ of, location }) => html`
  <section class="card">
    <h2><a href=${href("notes", { location })}>Open notes by therapist</a></h2>
    ${of.length === 0
      ? html`<p class="quiet">No notes from before today are open.</p>`
      : html`<${Scroll}><table class="figures">
          <thead>
            <tr>
              <th scope="col" class="text">Therapist</th>
              <th scope="col">Notes</th>
              <th scope="col">Oldest</th>
            </tr>
          </thead>
          <tbody>
            ${of.slice(0, 8).map(
              (one) => html`<tr>
                <th scope="row">
                  ${one.providerId === null
                    ? "No therapist"
                    : html`<a href=${href("notes", { provider: one.providerId, location })}><${Therapist} of=${one.providerId} /></a>`}
                </th>
                <td>${number(one.notes)}</td>
                <td><${Day} iso=${one.oldest} /></td>
              </tr>`,
            )}
          </tbody>
        </table><//>
        ${of.length > 8 && html`<p class="quiet">and ${plural(of.length - 8, "more therapist")}</p>`}`}
  </section>
`;
