// Search: the visits that have an ID, or why there is none.
import { html } from "../../vendor/preact-htm-3.1.1.js";
import { Day, Moment, plural } from "../format.js";
import { maySearch, mayWorkInvalid, seesCompany } from "../may.js";
import { Waiting } from "../parts/basics.js";
import { Charges, emrVisit } from "../parts/ids.js";
import { Scroll } from "../parts/scroll.js";
import { useSearch } from "../parts/search.js";
import { Token } from "../parts/visits.js";
import { Place, Therapist } from "../names.js";
import { href } from "../route.js";
import { FOUND_BY, NOT_LISTED, short } from "../words.js";

export function Find({ route, me }) {
  const search = useSearch();
  return html`
    <div class="title"><h1>Search</h1></div>
    <div id="found-visits">
      ${!maySearch(me)
        ? html`<p>Only users with the role worker can search by ID.</p>`
        : search.id === null
          ? html`<p>
              Enter the ID of an EMR visit, account, charge, or billing visit in the search box at the
              top. The ID is not kept, so it has to be entered again after the page is reloaded. Each
              search is logged.
            </p>`
          : search.answer
            ? html`<${Answer} of=${search.answer} id=${search.id} locations=${route.params.getAll("location")} me=${me} />`
            : html`<${Waiting} ...${search} what="the visits" />`}
    </div>
  `;
}

const Answer = ({ of, id, locations, me }) =>
  of.visits.length === 0
    ? html`<${Nothing} of=${of} id=${id} me=${me} />`
    : html`
        <p role="status">${of.more ? "More than " : ""}${plural(of.visits.length, "visit")} with the ID “${id}”.</p>
        <${Elsewhere} of=${of.visits} locations=${locations} />
        <section class="card"><${Rows} of=${of.visits} /></section>
        ${of.more && html`<p class="quiet">Only these are shown. Search for the ID of a visit or charge instead.</p>`}
      `;

/** Why a list with picked locations does not show what was found. */
function Elsewhere({ of, locations }) {
  const others = of.filter((one) => one.location && locations.length > 0 && !locations.includes(one.location));
  return (
    others.length > 0 &&
    html`<p class="notice">
      ${plural(others.length, "visit is", "visits are")} not at ${locations.join(" or ")}, where you were looking,
      but at ${[...new Set(others.map((one) => one.location))].join(", ")}.
    </p>`
  );
}

const Rows = ({ of }) => html`<${Scroll}><table class="figures list">
  <thead><tr>
    <th scope="col">Visit</th><th scope="col">State</th><th scope="col">Location</th>
    <th scope="col" class="number">Date of service</th><th scope="col">Provider</th>
    <th scope="col">EMR visit ID</th><th scope="col">Account</th><th scope="col">Payer of the visit</th>
    <th scope="col">Charge IDs</th><th scope="col">Found by</th>
  </tr></thead>
  <tbody>
    ${of.map(
      (one) => html`<tr key=${one.visit} data-status=${one.status}>
        <th scope="row">
          ${one.status === "CURRENT" ? html`<${Token} of=${one.visit} />` : html`<span class="token" title=${one.visit}>${one.visit.slice(0, 8)}</span>`}
        </th>
        <td class="reason">
          ${one.status === "CURRENT"
            ? html`<b>${short(one.state)}</b>
                ${one.openDiscrepancies > 0 && html`<p class="action">${plural(one.openDiscrepancies, "open discrepancy", "open discrepancies")}</p>`}`
            : html`<b>${NOT_LISTED[one.status].short}</b><p class="action">${NOT_LISTED[one.status].says}</p>`}
        </td>
        <td><${Place} of=${one.location} /></td>
        <td class="number"><${Day} iso=${one.dateOfService} /></td>
        <td><${Therapist} of=${one.providerId} /></td>
        <td class="id">${emrVisit(one.name)}</td>
        <td class="id">${one.patientKey}</td>
        <td class="id">${one.payerId ?? "–"}</td>
        <td class="id"><${Charges} of=${one.charges} /></td>
        <td>${one.foundBy.map((by) => FOUND_BY[by]).join(", ")}</td>
      </tr>`,
    )}
  </tbody>
</table><//>`;

const SOURCES = { EMR: "EMR", BILLING: "Billing" };

const Nothing = ({ of, id, me }) => html`
  <p role="status">No visit has the ID “${id}”. Here is what may explain it.</p>
  <section class="card">
    <h2>How far each system's data goes</h2>
    <ul>
      ${Object.entries(SOURCES).map(([source, name]) => {
        const feed = of.feeds.find((one) => one.source === source);
        return html`<li key=${source}>
          ${feed?.completeUntil
            ? html`${name} data ends <b><${Moment} iso=${feed.completeUntil} /></b>. Anything later is not here yet.`
            : feed
              ? `${name} never reports where its data ends, so nobody knows whether the record is still to come.`
              : `Nothing has been received from ${source === "EMR" ? "the EMR" : "billing"} yet.`}
        </li>`;
      })}
    </ul>
  </section>
  ${of.files && html`<${Files} of=${of.files} />`}
  <${Letters} of=${of.deadLetters} me=${me} />
  <section class="card">
    <h2>Other reasons</h2>
    <ul>
      <li>The ID is not exactly as the system shows it: leading zeros and capital letters count.</li>
      <li>The visit belongs to another company${seesCompany(me) ? "" : ", or to a location you have no access to"}.</li>
    </ul>
  </section>
`;

/** What was delivered as files: whoever sent none of them with the ID has to send one. */
const Files = ({ of }) => {
  const others = [
    of.deadRows > 0 && plural(of.deadRows, "invalid row"),
    of.refused > 0 && plural(of.refused, "refused file"),
  ].filter(Boolean);
  return html`<section class="card" id="not-in-files">
    <h2>Files</h2>
    <p>
      The ID is not in any file since <b><${Moment} iso=${of.since} /></b>: ${plural(of.read, "file was", "files were")} read.${" "}
      ${others.length > 0 && html`It may be in ${others.join(" or in ")}: see <a href=${href("files")}>Files</a>.`}
    </p>
  </section>`;
};

const Letters = ({ of, me }) => html`<section class="card" id="letters">
  <h2>Invalid records</h2>
  ${!seesCompany(me)
    ? html`<p>Invalid records name no location, so they are not searched for users with access to some locations only.</p>`
    : of.length === 0
      ? html`<p>No invalid record contains the ID.</p>`
      : html`<p>
            ${plural(of.length, "invalid record contains", "invalid records contain")} the ID. They are not used
            until they are corrected and sent again${mayWorkInvalid(me) && html`: see <a href=${href("invalid")}>Invalid records</a>`}.
          </p>
          <${Scroll}><table class="figures list">
            <thead><tr>
              <th scope="col">Topic</th><th scope="col">Problem</th><th scope="col" class="number">Received</th>
            </tr></thead>
            <tbody>
              ${of.map(
                (one) => html`<tr>
                  <td>${one.source}</td>
                  <td class="reason">${one.field && html`<b>${one.field}</b> `}${one.reason}</td>
                  <td class="number"><${Moment} iso=${one.at} /></td>
                </tr>`,
              )}
            </tbody>
          </table><//>`}
</section>`;
