// Whether a period is closed, whether it has changed since, and by what; and to close it.
import { html, useState } from "../../vendor/preact-htm-3.1.1.js";
import { send, url } from "../api.js";
import { date, instant } from "../format.js";
import { href } from "../route.js";
import { happened, inWords } from "../words.js";

export function Closing({ of, at, to, today }) {
  const [state, setState] = useState({});
  const isOver = today && to < today;
  const isClosed = of.version > 0;
  const close = async () => {
    if (!window.confirm("A close stays for ever, with your name and these figures. Close?")) {
      return;
    }
    setState({ isBusy: true });
    try {
      await send(url("closes"), {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ ...at, seal: of.seal }),
      });
      setState({ done: "Closed; it takes a moment until it shows here." });
    } catch (problem) {
      setState({ problem });
    }
  };
  return html`<section class="card" id="closing">
    <h2>Closed</h2>
    <p>
      ${!isClosed
        ? isOver
          ? "Nobody has closed this period yet."
          : "This period is not over yet; it can be closed from the day after on."
        : of.changed
          ? html`<strong class="tag unexplained">⚠ changed since it was closed</strong>${` by ${of.closedBy}, ${instant(of.closedAt)} (version ${of.version}).`}`
          : html`<strong class="tag expected">✓ closed</strong>${` by ${of.closedBy}, ${instant(of.closedAt)} (version ${of.version}); it is what was closed.`}`}
    </p>
    ${of.changed &&
    html`<dl>
        <dt>Closed as</dt>
        <dd>${inWords(of.before)}</dd>
        <dt>Now</dt>
        <dd>${inWords(of.after)}</dd>
      </dl>
      ${of.changedBy.length > 0 &&
      html`<h3>What became known since</h3>
        <ul>
          ${of.changedBy.map(
            (one) => html`<li>
              ${`${instant(one.knownAt)}: ${happened(one.what)}`}${one.day && `, ${date(one.day)}`}
              ${one.visit && html`${" · "}<a href=${href("visit", { token: one.visit })}>its visit</a>`}
            </li>`,
          )}
        </ul>`}`}
    ${isOver &&
    (!isClosed || of.changed) &&
    html`<p>
      <button type="button" onClick=${close} disabled=${state.isBusy}>
        ${isClosed ? "Close it again as it is now" : "Close this period"}
      </button>
    </p>`}
    ${state.done && html`<p role="status">${state.done}</p>`}
    ${state.problem && html`<p role="alert">${state.problem.title}: ${state.problem.message}</p>`}
  </section>`;
}
