// Records that could not be used: they count nowhere until their source sends them again.
import { html } from "../../vendor/preact-htm-3.1.1.js";
import { url } from "../api.js";
import { useData } from "../data.js";
import { Moment, number } from "../format.js";
import { Csv } from "./basics.js";

const SHOWN = 20;
const DAYS = 7;
const DAY_MS = 86_400_000;

/** The latest ones of the last days; nothing where there are none. */
export function Refused() {
  const { data } = useData(url("dead-letters", { limit: SHOWN }), ["deadLetters"]);
  const since = Date.parse(data?.freshness.asOf) - DAYS * DAY_MS;
  const rows = (data?.rows ?? []).filter((one) => Date.parse(one.at) > since);
  if (rows.length === 0) {
    return null;
  }
  const isMore = data.next && rows.length === SHOWN;
  const many = isMore ? `More than ${SHOWN}` : number(rows.length);
  return html`<details class="card refused">
    <summary>
      <span class="tag work">not counted</span>
      ${many} invalid ${rows.length === 1 ? "record" : "records"} in the last ${DAYS} days
    </summary>
    <div class="scroll">
      <table class="figures list">
        <thead>
          <tr>
            <th scope="col">Source</th>
            <th scope="col">Problem</th>
            <th scope="col">Position in the source</th>
            <th scope="col" class="number">Received</th>
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            (one) => html`<tr key=${one.source + one.partition + one.position}>
              <td>${one.source}</td>
              <td>${one.field && html`<b>${one.field}</b> `}${one.reason}</td>
              <td>
                ${one.partition === null ? `line ${one.position}` : `partition ${one.partition}, offset ${one.position}`}
              </td>
              <td class="number"><${Moment} iso=${one.at} /></td>
            </tr>`,
          )}
        </tbody>
      </table>
    </div>
    <p class="more quiet">
      <span>These records are not included in any figure. Have them corrected at the source and sent again.</span>
      <${Csv} address=${url("dead-letters")} name="invalid-records.csv" />
    </p>
  </details>`;
}
