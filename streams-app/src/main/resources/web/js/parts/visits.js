// A table of visits, each a way to the visit.
import { html } from "../../vendor/preact-htm-3.1.1.js";
import { Scroll } from "./scroll.js";
import { Day, number, signed } from "../format.js";
import { href } from "../route.js";
import { because, kindOf, short } from "../words.js";
import { Kind } from "./basics.js";
import { IdCells, IdHeads } from "./ids.js";

/** A visit's token, short enough to read out; the whole of it is in the address and the title. */
export const Token = ({ of }) => html`<a class="token" href=${href(`visit/${of}`)} title=${of}>${of.slice(0, 8)}</a>`;

/**
 * Items of a period: {visit, reason, difference, summary}.
 *
 * @param ids the IDs of each visit, where they are shown
 */
export const Items = ({ of, withReason, ids }) => html`<${Scroll}>
  <table class="figures list">
    <thead>
      <tr>
        <th scope="col">Visit</th>
        ${withReason && html`<th scope="col">Reason</th><th scope="col" class="number">Diff.</th>`}
        <th scope="col">Provider</th>
        <th scope="col" class="number">Date of service</th>
        <th scope="col" class="number">Finalized</th>
        <th scope="col" class="number">Created</th>
        <th scope="col" class="number" title="Documented units">Documented</th>
        <th scope="col" class="number" title="Billed units">Billed</th>
        ${ids && html`<${IdHeads} />`}
      </tr>
    </thead>
    <tbody>
      ${of.map(
        (one) => html`<tr key=${one.list + one.visit} data-reason=${one.reason}>
          <th scope="row">
            ${one.summary ? html`<${Token} of=${one.visit} />` : html`<span class="token" title=${one.visit}>${one.visit.slice(0, 8)}</span>`}
          </th>
          ${withReason &&
          html`<td class="reason"><${Kind} of=${one.kind ?? kindOf(one.reason)} /> ${short(one.reason)}${one.acceptedBecause ? html` <span class="quiet">(${because(one.acceptedBecause)})</span>` : ""}</td>
            <td class="number">${signed(one.difference)}</td>`}
          ${one.summary
            ? html`<td>${one.summary.providerId}</td>
                <td class="number"><${Day} iso=${one.summary.dateOfService} /></td>
                <td class="number"><${Day} iso=${one.summary.finalizedOn} /></td>
                <td class="number"><${Day} iso=${one.summary.createdOn} /></td>
                <td class="number">${number(one.summary.documentedUnits)}</td>
                <td class="number">${number(one.summary.billedUnits)}</td>`
            : html`<td colspan="6" class="quiet">open note, not a visit yet</td>`}
          ${ids && html`<${IdCells} of=${ids.get(one.visit)} />`}
        </tr>`,
      )}
    </tbody>
  </table>
<//>`;
