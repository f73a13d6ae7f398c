// Files that should have come, and files to read again.
import { html, useState } from "../../vendor/preact-htm-3.1.1.js";
import { send, url } from "../api.js";
import { useData } from "../data.js";
import { Day, Moment, plural } from "../format.js";
import { mayReplaceSettings } from "../may.js";
import { Dialog } from "./decide.js";
import { Scroll } from "./scroll.js";

const post = (path, params) => send(url(path, params), { method: "POST" });

/** What has not come by its time; an administrator can give it up. */
export function Missing({ me }) {
  const state = useData(url("files/missing"), ["files"]);
  const [asks, setAsks] = useState(null);
  const [told, setTold] = useState(null);
  const all = state.data?.missing ?? [];
  const giveUp = async () => {
    const { match, day } = asks;
    try {
      await post("files/accept-gap", { match, day });
      setTold({ says: `${match} was given up.` });
      state.again();
    } catch (problem) {
      setTold({ problem });
    }
    setAsks(null);
  };
  return html`
    ${told?.says && html`<p role="status" class="told">${told.says}</p>`}
    ${told?.problem && html`<p role="alert" class="notice">${told.problem.title}: ${told.problem.message}</p>`}
    ${all.length > 0 &&
    html`<section class="card">
      <h2>Missing files</h2>
      <p>${plural(all.length, "file")} should have come. Until then, later visits and charges of the system count as not known yet.</p>
      <${Scroll}><table class="figures list" id="missing">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col" class="number">Day</th>
            <th scope="col" class="number">Expected by</th>
            ${mayReplaceSettings(me) && html`<td></td>`}
          </tr>
        </thead>
        <tbody>
          ${all.map(
            (one) => html`<tr key=${one.match + one.day}>
              <td class="reason">${one.match}</td>
              <td class="number"><${Day} iso=${one.day} /></td>
              <td class="number"><${Moment} iso=${one.due} /></td>
              ${mayReplaceSettings(me) &&
              html`<td><button type="button" aria-label="Give up ${one.match} of ${one.day}" onClick=${() => setAsks(one)}>Give up…</button></td>`}
            </tr>`,
          )}
        </tbody>
      </table><//>
    </section>`}
    ${asks &&
    html`<${Dialog} title="Give up ${asks.match}?" word="Give up" onClose=${() => setAsks(null)} onSubmit=${giveUp}>
      <p>The file of <${Day} iso=${asks.day} /> will not be waited for. Its system then counts as complete without it, so what is not in other files counts as missing.</p>
    <//>`}
  `;
}

/** Has a file read again, after its mapping or the settings have changed. */
export function Again({ of, me }) {
  const [told, setTold] = useState(null);
  if (!mayReplaceSettings(me) || !["DONE", "QUARANTINED"].includes(of.state)) {
    return null;
  }
  const read = async () => {
    try {
      await post(`files/${of.sha256}/again`);
      setTold({ says: "It is read again in a moment." });
    } catch (problem) {
      setTold({ problem });
    }
  };
  return html`<button type="button" aria-label="Read ${of.name} again" onClick=${read}>Read again</button>
    ${told && html`<p role=${told.problem ? "alert" : "status"} class="quiet">${told.says ?? told.problem.message}</p>`}`;
}
