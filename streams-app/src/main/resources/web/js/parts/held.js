// Held visits by age and type.
import { html } from "../../vendor/preact-htm-3.1.1.js";
import { Scroll } from "./scroll.js";
import { number } from "../format.js";
import { href } from "../route.js";
import { REJECTIONS } from "../words.js";

export const BUCKETS = ["0-1", "2-3", "4-7", "8-14", "15-30", "31+"];

/** How dark a cell is: 0 for none, else 1 to 4. */
export const shade = (n, most) => (n === 0 ? 0 : Math.min(4, Math.ceil((4 * n) / most)));

export function HeldByAge({ of, location }) {
  const count = (type, bucket) =>
    of.find((one) => one.rejectionType === type && one.bucket === bucket)?.visits ?? 0;
  const most = Math.max(1, ...of.map((one) => one.visits));
  const total = of.reduce((sum, one) => sum + one.visits, 0);
  return html`
    <${Scroll}>
      <table class="figures heat" id="held-by-age">
        <thead>
          <tr>
            <th scope="col" class="text">Rejection</th>
            ${BUCKETS.map((bucket) => html`<th scope="col">${bucket.replace("-", "–")}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${Object.entries(REJECTIONS).map(
            ([type, word]) => html`<tr>
              <th scope="row">
                <a href=${href("late", { status: "HELD", rejectionType: type, location })}>${word}</a>
              </th>
              ${BUCKETS.map((bucket) => {
                const n = count(type, bucket);
                return html`<td class="shade${shade(n, most)}">${n ? number(n) : "·"}</td>`;
              })}
            </tr>`,
          )}
        </tbody>
      </table>
    <//>
    <p class="quiet">
      ${total === 0 ? "No visits are held." : "Days since the Finalized Date. Work Patient rejections first, then Case, then Charge."}
    </p>
  `;
}
