// Whether a period is closed, whether it has changed since, and by what; and to close it.
import { html, useState } from "../../vendor/preact-htm-3.1.1.js";
import { send, url } from "../api.js";
import { date, instant } from "../format.js";
import { mayClose } from "../may.js";
import { href } from "../route.js";
import { happened, inWords } from "../words.js";

export function Closing({ of, at, to, today, me }) {
  const [state, setState] = useState({});
  const isOver = today && to < today;
  const isClosed = of.version > 0;
  const close = async () => {
    if (!window.confirm("Closing saves these figures permanently, with your name. Close this period?")) {
      return;
    }
    setState({ isBusy: true });
    try {
      await send(url("closes"), {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ ...at, seal: of.seal }),
      });
      setState({ done: "Closed. It will appear here in a moment." });
    } catch (problem) {
      setState({ problem });
    }
  };
  return html`<section class="card" id="closing">
    <h2>Period close</h2>
    <p>
      ${!isClosed
        ? isOver
          ? "This period has not been closed."
          : "This period is not over. It can be closed the day after it ends."
        : of.changed
          ? html`<strong class="tag unexplained">⚠ changed since it was closed</strong>${` by ${of.closedBy}, ${instant(of.closedAt)} (version ${of.version}).`}`
          : html`<strong class="tag expected">✓ closed</strong>${` by ${of.closedBy}, ${instant(of.closedAt)} (version ${of.version}). Nothing has changed since.`}`}
    </p>
    ${of.changed &&
    html`<dl>
        <dt>Closed as</dt>
        <dd>${inWords(of.before)}</dd>
        <dt>Now</dt>
        <dd>${inWords(of.after)}</dd>
      </dl>
      ${of.changedBy.length > 0 &&
      html`<h3>Received since</h3>
        <ul>
          ${of.changedBy.map(
            (one) => html`<li>
              ${`${instant(one.knownAt)}: ${happened(one.what)}`}${one.day && `, ${date(one.day)}`}
              ${one.visit && html`${" · "}<a href=${href(`visit/${one.visit}`)}>View visit</a>`}
            </li>`,
          )}
        </ul>`}`}
    ${isOver &&
    mayClose(me) &&
    (!isClosed || of.changed) &&
    html`<p>
      <button type="button" onClick=${close} disabled=${state.isBusy}>
        ${isClosed ? "Close again with the current figures" : "Close this period"}
      </button>
    </p>`}
    ${state.done && html`<p role="status">${state.done}</p>`}
    ${state.problem && html`<p role="alert">${state.problem.title}: ${state.problem.message}</p>`}
  </section>`;
}
