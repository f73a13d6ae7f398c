// How the company's files are read: who changed it, and going back to an earlier version.
import { html, useState } from "../../vendor/preact-htm-3.1.1.js";
import { send, url } from "../api.js";
import { useData } from "../data.js";
import { Moment } from "../format.js";
import { Dialog } from "./decide.js";

const FEW = 5;
const MOST = 200;

/** The versions of the company's mapping, for those who may replace it. */
export function Mappings() {
  const state = useData(url("mappings/history"), ["files"]);
  const [most, setMost] = useState(FEW);
  const [asks, setAsks] = useState(null);
  const [told, setTold] = useState(null);
  const rows = state.data?.rows ?? [];
  const revert = async (why) => {
    try {
      const answer = await (
        await send(url("mappings/revert"), {
          method: "POST",
          headers: { "Content-Type": "application/json", "If-Match": `"${rows[0].version}"` },
          body: JSON.stringify({ version: asks, why: why || null }),
        })
      ).json();
      setTold({ says: `Saved as version ${answer.version}. The next files are read by it.` });
      state.again();
    } catch (problem) {
      setTold({ problem });
    }
    setAsks(null);
  };
  return rows.length > 0 && html`<section class="card" id="mappings">
    <h2>How files are read</h2>
    ${told?.says && html`<p role="status" class="told">${told.says}</p>`}
    ${told?.problem && html`<p role="alert" class="notice">${told.problem.title}: ${told.problem.message}</p>`}
    <ol class="versions">
      ${rows.slice(0, most).map(
        (one, i) => html`<li key=${one.version}>
          <p>
            <strong>Version ${one.version}</strong>${i === 0 && html` <span class="tag none">in force</span>`}
            ${" · "}<${Moment} iso=${one.at} />${" · "}${one.who ?? html`<span class="quiet">not sent with the page or the API</span>`}
          </p>
          ${one.why && html`<p class="why">“${one.why}”</p>`}
          ${i > 0 &&
          html`<p><button type="button" aria-label="Revert to version ${one.version} of how files are read"
            onClick=${() => setAsks(one.version)}>Revert…</button></p>`}
        </li>`,
      )}
    </ol>
    ${rows.length > most &&
    html`<p><button type="button" onClick=${() => setMost(MOST)}>Show older versions</button></p>`}
    ${asks !== null &&
    html`<${Dialog} title="Revert to version ${asks}?" word="Revert" onClose=${() => setAsks(null)}
      onSubmit=${(form) => revert(form.get("why").trim())}>
      <p>It is saved again as a new version, and the next files are read by it. Files that were read stay as they are, until somebody has them read again.</p>
      <label class="field block"><span>Why (optional)</span><input name="why" maxlength="500" autocomplete="off" /></label>
    <//>`}
  </section>`;
}
