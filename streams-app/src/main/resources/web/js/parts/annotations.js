// What people noted about weeks at locations: it stands on the charts and in their tables.
import { html, useState } from "../../vendor/preact-htm-3.1.1.js";
import { send, url } from "../api.js";
import { useData } from "../data.js";
import { date, Moment } from "../format.js";
import { mayAnnotate } from "../may.js";
import { locationName, Place } from "../names.js";
import { Dialog } from "./decide.js";
import { Scroll } from "./scroll.js";

const LONGEST = 200;

const keyOf = (one) => `${one.location} ${one.from}`;

/** The notes of each period as one text; null: none. */
export const notesOf = ({ periods, annotations }) =>
  periods.map((period, i) => {
    const next = periods[i + 1]?.from;
    const own = annotations.filter((one) => one.from >= period.from && (!next || one.from < next));
    return own.length === 0 ? null : own.map((one) => `${locationName(one.location)}: ${one.text}`).join("; ");
  });

/** Asks for a note; of one that is there, only its text. */
function Asking({ of, today, busy, onClose, onPick }) {
  const { data } = useData(of.location ? null : url("locations", { limit: 1000 }), []);
  const submitted = (form) =>
    onPick({ location: of.location ?? form.get("location"), from: of.from ?? form.get("from"), text: form.get("text") });
  return html`<${Dialog} title=${of.location ? `Note on the week of ${date(of.from)} at ${locationName(of.location)}` : "Add a note to a week"}
    word="Save" busy=${busy} onClose=${onClose} onSubmit=${submitted}>
    ${!of.location &&
    html`<label class="field block"><span>Location</span>
        <select name="location" required>
          <option value="">Select a location</option>
          ${(data?.rows ?? []).map((one) => html`<option value=${one.location}>${locationName(one.location)}</option>`)}
        </select></label>
      <label class="field block"><span>A day of the week</span>
        <input type="date" name="from" required max=${today} /></label>`}
    <label class="field block"><span>Note</span>
      <input name="text" required maxlength=${LONGEST} autocomplete="off" defaultValue=${of.text ?? ""}
        aria-describedby="note-hint" /></label>
    <p class="quiet" id="note-hint">One line, such as “EMR outage on Tuesday”. Do not write anything about a patient.
      The access log records what you write.</p>
  <//>`;
}

export function Annotations({ of, me }) {
  const [asks, setAsks] = useState(null);
  const [state, setState] = useState({});
  const may = mayAnnotate(me);
  const save = async (note) => {
    setState({ busy: true });
    try {
      await send(url("annotations"), {
        method: "PUT",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(note),
      });
      setState({ done: note.text === "" ? "Removed. It will be gone in a moment." : "Saved. It will appear here in a moment." });
    } catch (problem) {
      setState({ problem });
    }
    setAsks(null);
  };
  return html`<section class="card" id="annotations">
    <div class="title">
      <h2>Notes</h2>
      ${may && html`<button type="button" disabled=${state.busy} onClick=${() => setAsks({})}>Add a note</button>`}
    </div>
    ${of.annotations.length === 0
      ? html`<p class="quiet">None. A note says what happened in a week at a location, such as an outage.</p>`
      : html`<${Scroll}><table class="figures">
          <thead><tr>
            <th scope="col" class="text">Week</th><th scope="col" class="text">Location</th>
            <th scope="col" class="text">Note</th><th scope="col" class="text">By</th>
            ${may && html`<td></td>`}
          </tr></thead>
          <tbody>
            ${of.annotations.map(
              (one) => html`<tr key=${keyOf(one)}>
                <th scope="row">${date(one.from)}</th>
                <td class="text"><${Place} of=${one.location} /></td>
                <td class="text note">${one.text}</td>
                <td class="text">${one.notedBy}, <${Moment} iso=${one.notedAt} /></td>
                ${may &&
                html`<td>
                  <button type="button" disabled=${state.busy} onClick=${() => setAsks(one)}
                    aria-label="Edit the note on ${date(one.from)} at ${locationName(one.location)}">Edit</button>
                  <button type="button" disabled=${state.busy} onClick=${() => save({ location: one.location, from: one.from, text: "" })}
                    aria-label="Remove the note on ${date(one.from)} at ${locationName(one.location)}">Remove</button>
                </td>`}
              </tr>`,
            )}
          </tbody>
        </table><//>`}
    ${of.moreAnnotations && html`<p class="quiet">The latest ${of.annotations.length}. Pick locations to see others.</p>`}
    <p role="status" class=${state.done ? null : "hidden"}>${state.done}</p>
    ${state.problem && html`<p role="alert" class="notice">${state.problem.title}: ${state.problem.message}</p>`}
    ${asks && html`<${Asking} of=${asks} today=${of.freshness.today} busy=${state.busy} onClose=${() => setAsks(null)} onPick=${save} />`}
  </section>`;
}
