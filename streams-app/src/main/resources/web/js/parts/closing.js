// Whether a period is closed, whether it has changed since, and by what; and to close it.
import { html, useState } from "../../vendor/preact-htm-3.1.1.js";
import { send, url } from "../api.js";
import { date, instant, plural } from "../format.js";
import { Dialog } from "./decide.js";
import { mayClose } from "../may.js";
import { href } from "../route.js";
import { happened, inWords } from "../words.js";

/** What may still change a period after it is closed, in words. */
function unsettled({ kinds, readiness }) {
  return [
    readiness.heldVisits > 0 && `${plural(readiness.heldVisits, "visit is", "visits are")} held by a rejection.`,
    kinds.pending > 0 && `${plural(kinds.pending, "difference is", "differences are")} pending: a charge or note may still arrive.`,
  ].filter(Boolean);
}

export function Closing({ of, at, balance, today, me }) {
  const [state, setState] = useState({});
  const [asks, setAsks] = useState(false);
  const isOver = today && balance.to < today;
  const open = unsettled(balance);
  const isClosed = of.version > 0;
  const close = async () => {
    setAsks(false);
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
      <button type="button" onClick=${() => setAsks(true)} disabled=${state.isBusy}>
        ${isClosed ? "Close again with the current figures" : "Close this period"}
      </button>
    </p>`}
    ${asks &&
    html`<${Dialog} title=${open.length > 0 ? "This period is not settled. Close it anyway?" : "Close this period?"}
      word=${open.length > 0 ? "Close anyway" : "Close period"} busy=${state.isBusy} onClose=${() => setAsks(false)} onSubmit=${close}>
      ${open.length > 0 && html`<ul class="unsettled">${open.map((one) => html`<li key=${one}>${one}</li>`)}</ul>
        <p>When that changes, the period is reported as changed since it was closed.</p>`}
      <p>Closing saves these figures permanently, with your name.</p>
    <//>`}
    ${state.done && html`<p role="status">${state.done}</p>`}
    ${state.problem && html`<p role="alert">${state.problem.title}: ${state.problem.message}</p>`}
  </section>`;
}
