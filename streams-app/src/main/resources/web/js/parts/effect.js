// What a change of settings would do: asked in the background, and the answer.
import { html, useEffect, useRef, useState } from "../../vendor/preact-htm-3.1.1.js";
import { get, send, sentence, url } from "../api.js";
import { Day, Moment, dollars, number, plural } from "../format.js";
import { href } from "../route.js";
import { VERDICTS, short } from "../words.js";
import { Scroll } from "./scroll.js";

const PAUSE_MS = 400;

/** Asks what a document would change: {answer, problem, ask, cancel}. It stops with the view. */
export function useEffectOf() {
  const [state, setState] = useState({ answer: null, problem: null });
  const running = useRef(null);
  const stop = () => {
    const mine = running.current;
    running.current = null;
    if (mine?.id) {
      send(url("settings/what-if/" + mine.id), { method: "DELETE" }).catch(() => {});
    }
  };
  useEffect(() => stop, []);
  const ask = async (document) => {
    stop();
    const mine = { id: null };
    running.current = mine;
    setState({ answer: { state: "RUNNING", records: { read: 0, all: 0 } }, problem: null });
    try {
      const begun = await send(url("settings/what-if"), {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(document),
      });
      let answer = await begun.json();
      mine.id = answer.id;
      while (running.current === mine && answer.state === "RUNNING") {
        setState({ answer, problem: null });
        await new Promise((done) => setTimeout(done, PAUSE_MS));
        answer = running.current === mine ? await get(url("settings/what-if/" + mine.id)) : answer;
      }
      if (running.current === mine) {
        running.current = null;
        setState({ answer, problem: null });
      }
    } catch (problem) {
      if (running.current === mine) {
        running.current = null;
        setState({ answer: null, problem });
      }
    }
  };
  const cancel = () => {
    stop();
    setState({ answer: null, problem: null });
  };
  return { ...state, ask, cancel };
}

/** How far it is, or the answer. */
export function Effect({ of, onCancel }) {
  if (of.problem) {
    return html`<p role="alert" class="notice">${of.problem.title}: ${of.problem.message}</p>`;
  } else if (!of.answer) {
    return null;
  }
  const { state, records, problem, result } = of.answer;
  if (state === "RUNNING") {
    return html`<p role="status" class="running">
      <span>Working out what would change…</span>
      <progress aria-label="Records read" max=${Math.max(1, records.all)} value=${Math.min(records.read, records.all)}></progress>
      <button type="button" onClick=${onCancel}>Cancel</button>
    </p>`;
  } else if (state !== "DONE") {
    return html`<p role="status" class="notice">${problem ? sentence(problem) : "It was stopped."}</p>`;
  }
  return html`<${Answer} of=${result} />`;
}

const verdict = (one) => (one ? VERDICTS[one].word : "no activity");

function Answer({ of }) {
  const isNothing = of.opened.count + of.ended.count + of.changed.count + of.days.count === 0;
  return html`<div id="effect" role="status">
    <p>
      ${isNothing
        ? html`<strong>No discrepancy and no day would change.</strong>`
        : html`<strong>${plural(of.opened.count, "discrepancy", "discrepancies")} would open (${dollars(of.opened.cents)}),
            ${` ${number(of.ended.count)}`} would end (${dollars(of.ended.cents)}), and
            ${` ${number(of.changed.count)}`} would change. ${plural(of.days.count, "day")} would have another status.</strong>`}
      ${" "}Open now: ${number(of.openBefore.count)} (${dollars(of.openBefore.cents)}); then:
      ${" "}${number(of.openAfter.count)} (${dollars(of.openAfter.cents)}).
      ${of.openAfter.withoutAmount > 0 && ` ${plural(of.openAfter.withoutAmount, "discrepancy", "discrepancies")} without an amount.`}
    </p>
    <p class="quiet">${plural(of.records, "record")} evaluated as of <${Moment} iso=${of.asOf} />.</p>
    ${of.sums.length > 0 &&
    html`<${Scroll}><table class="figures" id="effect-sums">
        <thead><tr>
          <th scope="col" class="text">Discrepancy</th><th scope="col" class="text">Location</th>
          <th scope="col">Open</th><th scope="col">End</th><th scope="col">Change</th>
          <th scope="col">Amount added</th><th scope="col">Amount removed</th>
        </tr></thead>
        <tbody>
          ${of.sums.map(
            (one) => html`<tr>
              <th scope="row">${short(one.kind)}</th><td class="text">${one.location}</td>
              <td>${number(one.opened)}</td><td>${number(one.ended)}</td><td>${number(one.changed)}</td>
              <td>${dollars(one.openedCents)}</td><td>${dollars(one.endedCents)}</td>
            </tr>`,
          )}
        </tbody>
      </table><//>`}
    <${Found} title="Would open" of=${of.opened} line=${line} />
    <${Found} title="Would end" of=${of.ended} line=${line} />
    <${Found} title="Would change" of=${of.changed} line=${changed} />
    <${Found} title="Days with another status" of=${of.days}
      line=${(one) => html`${one.location}, <${Day} iso=${one.date} />: ${verdict(one.before)} → ${verdict(one.after)}`} />
  </div>`;
}

function Found({ title, of, line: say }) {
  if (of.count === 0) {
    return null;
  }
  return html`<details class="found"><summary>${title}: ${number(of.count)}</summary>
    <ul>${of.first.map((one) => html`<li>${say(one)}</li>`)}</ul>
    ${of.count > of.first.length && html`<p class="quiet">The first ${of.first.length} of ${number(of.count)}.</p>`}
  </details>`;
}

const amount = (one) => (one.amountCents === null ? "no amount" : dollars(one.amountCents));

const line = (one) => html`${one.location}${one.date && html`, <${Day} iso=${one.date} />`}: ${short(one.kind)}
  ${one.visit && html`, <a href=${href("visit/" + one.visit)} target="_blank" rel="noopener">visit</a>, ${amount(one)}`}`;

function changed({ before, after }) {
  const parts = [
    before.amountCents !== after.amountCents && `amount ${amount(before)} → ${amount(after)}`,
    before.severity !== after.severity && `${before.severity.toLowerCase()} → ${after.severity.toLowerCase()}`,
    before.units !== after.units && `units ${number(before.units)} → ${number(after.units)}`,
    before.difference !== after.difference && `difference ${before.difference} → ${after.difference}`,
  ].filter(Boolean);
  const deadline =
    before.fileBy !== after.fileBy && html`, file by <${Day} iso=${before.fileBy} /> → <${Day} iso=${after.fileBy} />`;
  return html`${line({ ...after, amountCents: after.amountCents })}${parts.length > 0 && `: ${parts.join(", ")}`}${deadline}`;
}
