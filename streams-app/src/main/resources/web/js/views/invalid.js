// Invalid records: what is wrong with them, what to do, and sending them again.
import { html, useState } from "../../vendor/preact-htm-3.1.1.js";
import { Scroll } from "../parts/scroll.js";
import { send, url } from "../api.js";
import { useData } from "../data.js";
import { Moment, number, plural } from "../format.js";
import { mayRetry } from "../may.js";
import { Csv, Stale, Waiting } from "../parts/basics.js";
import { Dialog } from "../parts/decide.js";

const MOST = 500;

/** The field, if it is one, and what is wrong. */
const problem = (of) => (of.field ? `${of.field} ${of.reason}` : of.reason);

/** A record in the wrong partition is retried in the right one; no other is moved. */
const wish = (of) => ({
  source: of.source,
  reason: problem(of),
  repartition: of.remedy === "REPARTITION",
});

const retry = async (of, dryRun) =>
  (
    await send(url("dead-letters/retry"), {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ ...wish(of), dryRun }),
    })
  ).json();

export function Invalid({ me }) {
  const state = useData(url("dead-letters", { limit: MOST }), ["deadLetters"]);
  const [told, setTold] = useState(null);
  const rows = state.data?.rows ?? [];
  return html`
    <div class="title">
      <h1>Invalid records</h1>
      <div class="filters">
        <${Csv} address=${url("dead-letters/records")} name="invalid-records.csv" />
      </div>
    </div>
    <p class="quiet">These records are not included in any figure until they are sent again.</p>
    <${Told} of=${told} />
    ${!state.data
      ? html`<${Waiting} ...${state} what="the invalid records" />`
      : html`<${Stale} problem=${state.problem} />
          <section class="card">
            ${rows.length === 0
              ? html`<p>There are no invalid records.</p>`
              : html`<${Groups} of=${rows} me=${me} onTold=${setTold} />`}
            ${state.data.next && html`<p class="quiet">There are more. The files have all of them.</p>`}
          </section>`}
  `;
}

const Groups = ({ of, me, onTold }) => html`<${Scroll}>
  <table class="figures list" id="invalid">
    <thead>
      <tr>
        <th scope="col" class="number">Records</th>
        <th scope="col">Topic</th>
        <th scope="col">Problem and what to do</th>
        <th scope="col" class="number">First</th>
        <th scope="col" class="number">Last</th>
        ${mayRetry(me) && html`<td></td>`}
      </tr>
    </thead>
    <tbody>
      ${of.map(
        (one) => html`<tr key=${[one.source, one.tenant, problem(one)].join()} data-remedy=${one.remedy}>
          <td class="number">${number(one.records)}</td>
          <td>${one.source}</td>
          <td class="reason">
            ${one.field && html`<b>${one.field}</b> `}${one.reason}
            ${one.tenant === null && html` <span class="tag none">company not readable</span>`}
            <p class="action">${one.action}</p>
          </td>
          <td class="number"><${Moment} iso=${one.since} /></td>
          <td class="number"><${Moment} iso=${one.until} /></td>
          ${mayRetry(me) &&
          html`<td>${one.remedy !== "NONE" && html`<${Retry} of=${one} onTold=${onTold} />`}</td>`}
        </tr>`,
      )}
    </tbody>
  </table>
<//>`;

/** Shows first what would be sent; nothing is sent before that is confirmed. */
function Retry({ of, onTold }) {
  const [state, setState] = useState({});
  const run = async (dryRun) => {
    setState({ ...state, busy: true });
    onTold(null);
    try {
      const answer = await retry(of, dryRun);
      setState(dryRun ? { look: answer } : {});
      if (!dryRun) {
        onTold({ answer });
      }
    } catch (problem) {
      setState({});
      onTold({ problem });
    }
  };
  const look = state.look;
  return html`
    <button type="button" onClick=${() => run(true)} disabled=${state.busy}>Retry …</button>
    ${look?.sent > 0 &&
    html`<${Dialog} title="Send ${plural(look.sent, "record")} again?" word="Send again" busy=${state.busy}
      onClose=${() => setState({})} onSubmit=${() => run(false)}>
      <p>
        ${plural(look.sent, "record")} on ${of.source} ${look.sent === 1 ? "is" : "are"} valid
        now${look.repartitioned > 0 ? `; ${number(look.repartitioned)} will move to the right partition` : ""}.
        Each is sent once.
      </p>
      <${Failing} of=${look} />
    <//>`}
    ${look?.sent === 0 &&
    html`<div role="status">
      ${look.failed > 0 ? "Nothing can be sent yet." : "Already sent again."}
      <${Failing} of=${look} />
    </div>`}
  `;
}

const Failing = ({ of }) =>
  of.failing.length > 0 &&
  html`<ul>
    ${of.failing.map(
      (one) => html`<li>${plural(one.records, "record")} still invalid: ${problem(one)}.</li>`,
    )}
  </ul>`;

/** What came of the last retry. */
function Told({ of }) {
  if (of?.problem) {
    return html`<p role="alert" class="notice">${of.problem.title}: ${of.problem.message}</p>`;
  }
  const answer = of?.answer;
  return answer
    ? html`<div role="status" class="told">
        <p>
          ${plural(answer.sent, "record")} sent again. Changes take effect in a
          moment.${answer.left > 0 ? ` ${plural(answer.left, "record")} left: retry again.` : ""}
        </p>
        <${Failing} of=${answer} />
      </div>`
    : html`<p role="status" class="hidden"></p>`;
}
