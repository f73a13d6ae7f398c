// What people decide about discrepancies: accept, assign, and undo both. The service takes it at
// once; it shows when it has been evaluated.
import { html, useEffect, useRef, useState } from "../../vendor/preact-htm-3.1.1.js";
import { get, send, sentence, url } from "../api.js";
import { Moment, number, plural } from "../format.js";
import { BECAUSE, because, short } from "../words.js";

const MOST = 1_000;
const SHOWN_PROBLEMS = 5;

export const mayDecide = (me) => me.roles.includes("worker");

/** Whether it can still be worked: of a visit that the service keeps no more, nothing changes. */
export const isOpen = (one) => one.status === "OPEN" && !one.leftAt;

/** An open discrepancy of a visit can be decided about; what is of a day follows from these. */
export const canBeDecided = (one) => one.level === "VISIT" && isOpen(one);

const canBeAccepted = (one) => canBeDecided(one) && one.kind !== "ACCEPTED_BUT_CHANGED";

/** Whether there is an acceptance behind it that can be undone. */
const canBeUndone = (one) =>
  one.accepted || (one.kind === "ACCEPTED_BUT_CHANGED" && isOpen(one));

const json = { "Content-Type": "application/json" };

async function post(body, headers = json) {
  const response = await send(url("decisions"), {
    method: "POST",
    headers: { ...headers, "Idempotency-Key": crypto.randomUUID?.() ?? `${Date.now()}${Math.random()}` },
    body: typeof body === "string" || body instanceof Blob ? body : JSON.stringify(body),
  });
  return response.json();
}

/** Deciding, and what came of it: {busy, told, decide, all, file}. One thing at a time. */
export function useDecisions() {
  const [state, setState] = useState({ busy: false, told: null });
  const begun = useRef(false);
  const run = async (doing) => {
    if (begun.current) {
      return false;
    }
    begun.current = true;
    setState({ busy: true, told: null });
    try {
      setState({ busy: false, told: { answer: await doing() } });
      return true;
    } catch (problem) {
      setState({ busy: false, told: { problem } });
      return false;
    } finally {
      begun.current = false;
    }
  };
  return {
    ...state,
    decide: (ids, wish) =>
      run(() => post({ decisions: ids.map((discrepancy) => ({ discrepancy, ...wish })) })),
    all: (filter, expected, wish) => run(() => post({ filter, expected, ...wish })),
    link: (visit, charges, action) =>
      run(() => post({ decisions: charges.map((charge) => ({ visit, charge, action })) })),
    file: (file) => run(() => post(file, { "Content-Type": "text/csv" })),
  };
}

/** What the service said of the last decision. */
export function Told({ of }) {
  if (of?.problem) {
    return html`<p role="alert" class="notice">${of.problem.title}: ${of.problem.message}</p>`;
  }
  const answer = of?.answer;
  if (!answer) {
    return html`<p role="status" class="hidden"></p>`;
  }
  const bad = answer.results.filter((one) => one.problem);
  return html`<div role="status" class="told">
    <p>
      ${answer.taken > 0 ? `${plural(answer.taken, "decision")} saved. ` : ""}
      ${answer.already > 0 ? `${plural(answer.already, "was", "were")} already in effect. ` : ""}
      ${answer.rejected > 0 ? `${answer.rejected} rejected. ` : ""}
      ${answer.taken > 0 ? "Changes take effect in a moment." : ""}
      ${answer.results.length === 0 ? "No row in the file has a decision." : ""}
    </p>
    ${bad.length > 0 &&
    html`<ul>
      ${bad.slice(0, SHOWN_PROBLEMS).map(
        (one) => html`<li>${one.line ? `Line ${one.line}: ` : ""}${sentence(one.problem)}</li>`,
      )}
      ${bad.length > SHOWN_PROBLEMS && html`<li>… and ${bad.length - SHOWN_PROBLEMS} more.</li>`}
    </ul>`}
  </div>`;
}

/** A dialog of the browser's own: it keeps the focus, and Escape closes it. */
export function Dialog({ title, onClose, onSubmit, word, busy, children }) {
  const own = useRef(null);
  useEffect(() => {
    own.current.showModal();
  }, []);
  const submit = (event) => {
    event.preventDefault();
    onSubmit(new FormData(event.target));
  };
  return html`<dialog ref=${own} onClose=${onClose} aria-labelledby="dialog-title">
    <form onSubmit=${submit}>
      <h2 id="dialog-title">${title}</h2>
      ${children}
      <div class="filters">
        <button type="submit" class="main" disabled=${busy}>${word}</button>
        <button type="button" onClick=${() => own.current.close()}>Cancel</button>
      </div>
    </form>
  </dialog>`;
}

/** Asks why it is accepted. A note goes to the access log, and is shown to workers. */
export const Accepting = ({ title, word = "Accept", busy, onClose, onPick, children }) => html`
  <${Dialog} title=${title} word=${word} busy=${busy} onClose=${onClose}
    onSubmit=${(form) =>
      onPick({ action: "ACCEPTED", reason: form.get("reason"), note: form.get("note") || undefined })}>
    ${children}
    <p>The difference remains but counts as expected. If its reason changes, it is reported again.</p>
    <label class="field block"><span>Reason</span>
      <select name="reason" required>
        <option value="">Select a reason</option>
        ${Object.entries(BECAUSE).map(([one, text]) => html`<option value=${one}>${text}</option>`)}
      </select></label>
    <label class="field block"><span>Note (shown to those who can accept)</span>
      <textarea name="note" rows="3" maxlength="1000"></textarea></label>
  <//>`;

export const Assigning = ({ title, people, busy, onClose, onPick }) => html`
  <${Dialog} title=${title} word="Assign" busy=${busy} onClose=${onClose}
    onSubmit=${(form) => onPick({ action: "ASSIGNED", assignee: form.get("assignee") })}>
    <label class="field block"><span>Assign to</span>
      <input name="assignee" required maxlength="200" list="people" autocomplete="off" /></label>
    <datalist id="people">${people.map((one) => html`<option value=${one} />`)}</datalist>
  <//>`;

/** All that a filter finds, after showing how many there are. */
export function AcceptAll({ filter, work }) {
  const [found, setFound] = useState(null);
  const [problem, setProblem] = useState(null);
  const look = () => {
    setProblem(null);
    get(url("discrepancies", { ...filter, status: "OPEN", level: "VISIT", limit: MOST }))
      .then((page) => setFound({ rows: page.rows.filter(canBeAccepted), isCut: Boolean(page.next) }))
      .catch(setProblem);
  };
  const kinds = new Map();
  found?.rows.forEach((one) => kinds.set(one.kind, (kinds.get(one.kind) ?? 0) + 1));
  const n = found?.rows.length;
  const clean = Object.fromEntries(
    Object.entries(filter).filter(([name, value]) => name !== "status" && value !== null && value?.length !== 0),
  );
  return html`
    <button type="button" onClick=${look} disabled=${work.busy}>Accept all matching…</button>
    ${problem && html`<span role="alert" class="notice">${problem.message}</span>`}
    ${found && !found.isCut && n > 0 &&
    html`<${Accepting} title="Accept ${plural(n, "discrepancy", "discrepancies")}?" word="Accept all ${n}" busy=${work.busy}
      onClose=${() => setFound(null)}
      onPick=${async (wish) => {
        await work.all(clean, n, wish);
        setFound(null);
      }}>
      <ul>${[...kinds].map(([kind, count]) => html`<li>${plural(count, "visit")}: ${short(kind)}</li>`)}</ul>
      <p>If the list changes before you accept, nothing is accepted.</p>
    <//>`}
    ${found && (found.isCut || n === 0) &&
    html`<span role="status" class="quiet">${n === 0 ? "No open visit discrepancies match these filters." : `More than ${number(MOST)} discrepancies match. Narrow the filters.`}</span>`}
  `;
}

/** What can be done about the selected discrepancies. */
export function Bar({ picked, me, people, work, onClear }) {
  const [asks, setAsks] = useState(null);
  const ids = picked.map((one) => one.id);
  const n = plural(ids.length, "discrepancy", "discrepancies");
  const close = () => setAsks(null);
  const done = async (wish) => {
    if (await work.decide(ids, wish)) {
      onClear();
    }
    close();
  };
  return html`<div class="deciding" role="group" aria-label="Actions for the selected discrepancies">
    <b>${n} selected</b>
    <button type="button" class="main" disabled=${work.busy} onClick=${() => setAsks("ACCEPT")}>Accept…</button>
    <button type="button" disabled=${work.busy} onClick=${() => done({ action: "ASSIGNED", assignee: me.user })}>Assign to me</button>
    <button type="button" disabled=${work.busy} onClick=${() => setAsks("ASSIGN")}>Assign to…</button>
    ${picked.some((one) => one.assignee) &&
    html`<button type="button" disabled=${work.busy} onClick=${() => done({ action: "RELEASED" })}>Unassign</button>`}
    <button type="button" onClick=${onClear}>Clear selection</button>
    ${asks === "ACCEPT" && html`<${Accepting} title="Accept ${n}" busy=${work.busy} onClose=${close} onPick=${done} />`}
    ${asks === "ASSIGN" && html`<${Assigning} title="Assign ${n}" people=${people} busy=${work.busy} onClose=${close} onPick=${done} />`}
  </div>`;
}

/** The buttons of one discrepancy. */
export function Decide({ of, me, work }) {
  const [asks, setAsks] = useState(false);
  if (!mayDecide(me)) {
    return null;
  }
  const undo = () => work.decide([of.id], { action: "WITHDRAWN" });
  const mine = () => work.decide([of.id], { action: "ASSIGNED", assignee: me.user });
  return html`<span class="decide">
    ${canBeAccepted(of) && html`<button type="button" disabled=${work.busy} onClick=${() => setAsks(true)}>Accept…</button>`}
    ${canBeDecided(of) && of.assignee !== me.user &&
    html`<button type="button" disabled=${work.busy} onClick=${mine}>Assign to me</button>`}
    ${canBeUndone(of) && html`<button type="button" disabled=${work.busy} onClick=${undo}>Undo acceptance</button>`}
    ${asks &&
    html`<${Accepting} title="Accept: ${short(of.kind)}" busy=${work.busy} onClose=${() => setAsks(false)}
      onPick=${async (wish) => {
        await work.decide([of.id], wish);
        setAsks(false);
      }} />`}
  </span>`;
}

/** Who accepted it, when, and the note, as far as the reader may know. */
export const Accepted = ({ of }) =>
  of.acceptance &&
  html`<p class="action acceptance">
    Accepted by ${of.acceptance.by}, <${Moment} iso=${of.acceptance.at} />.${of.acceptance.note && html` <q>${of.acceptance.note}</q>`}
  </p>`;

/** How a discrepancy that is not open ended, or that the service no longer follows it. */
export const Ended = ({ of }) => {
  if (of.leftAt) {
    return " (older than the service keeps visits: nothing can be decided about it)";
  }
  return (
    of.status === "RESOLVED" &&
    (of.accepted
      ? html` <span class="tag accepted">accepted${of.acceptedBecause ? `: ${because(of.acceptedBecause)}` : ""}</span>`
      : " (resolved)")
  );
};
