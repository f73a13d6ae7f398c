// Charges that belong to another visit than it looks: linked by hand, and taken back.
import { html, useEffect, useState } from "../../vendor/preact-htm-3.1.1.js";
import { send, url } from "../api.js";
import { Day } from "../format.js";
import { Dialog, Told, mayDecide } from "./decide.js";

/** The charges of a visit's patient; each look is logged. */
function useCharges(visit) {
  const [state, setState] = useState({});
  useEffect(() => {
    send(url(`visits/${encodeURIComponent(visit)}/reveal`), { method: "POST" })
      .then((response) => response.json())
      .then((ids) => setState({ charges: ids.linkable }))
      .catch((problem) => setState({ problem }));
  }, [visit]);
  return state;
}

/** Picks charges; checked are those that most likely are meant. */
function Picking({ from, only, checked, title, says, word, none, busy, onClose, onPick }) {
  const { charges, problem } = useCharges(from);
  const shown = charges?.filter(only) ?? [];
  return html`<${Dialog} title=${title} word=${word} busy=${busy || shown.length === 0} onClose=${onClose}
    onSubmit=${(form) => onPick(form.getAll("charge"))}>
    <p>${says}</p>
    ${problem && html`<p role="alert" class="notice">${problem.title}: ${problem.message}</p>`}
    ${charges && shown.length === 0 && html`<p>${none}</p>`}
    <fieldset class="charges">
      <legend>Charges (each view is logged)</legend>
      ${shown.map(
        (one) => html`<label key=${one.charge} class="block">
          <input type="checkbox" name="charge" value=${one.charge} defaultChecked=${checked(one)} />
          <span>
            <b>${one.codes}</b> · charge <span class="token">${one.charge}</span> ·
            Date of service <${Day} iso=${one.dateOfService} /> · Created Date <${Day} iso=${one.createdOn} /> ·
            ${one.location}${one.what !== "CHARGED" && " · removed or replaced"}
          </span>
        </label>`,
      )}
    </fieldset>
  <//>`;
}

/** The button of a possible match: one of the two is billing only, the other gets its charges. */
export function LinkButton({ billing, visit, me, work }) {
  const [asks, setAsks] = useState(false);
  if (!mayDecide(me)) {
    return null;
  }
  return html`<button type="button" disabled=${work.busy} onClick=${() => setAsks(true)}>Link charges…</button>
    ${asks &&
    html`<${Picking} from=${billing.visit} title="Link charges to this visit?" word="Link" busy=${work.busy}
      only=${(one) => !one.linked} checked=${(one) => one.own}
      says=${html`The selected charges will count as charges of the visit of <${Day} iso=${visit.dateOfService} /> by
        ${visit.providerId}, wherever their own dates and IDs point. You can undo this.`}
      none="No charges of this patient around that day."
      onClose=${() => setAsks(false)}
      onPick=${async (charges) => {
        if (charges.length > 0) {
          await work.link(visit.visit, charges, "LINKED");
        }
        setAsks(false);
      }} />`}`;
}

/** What people linked to a visit, and the way back. */
export function Linked({ of, me, work }) {
  const [asks, setAsks] = useState(false);
  const linked = of.timeline.filter((event) => event.link === "LINKED");
  if (linked.length === 0) {
    return work.told && html`<section class="card" id="linked"><h2>Linked charges</h2><${Told} of=${work.told} /></section>`;
  }
  return html`<section class="card" id="linked">
    <h2>Linked charges</h2>
    <${Told} of=${work.told} />
    <p class="quiet">Someone linked these charges to this visit.</p>
    <ul class="findings">
      ${linked.map(
        (one) => html`<li key=${one.at + one.codes}>
          <b>${one.codes}</b>
          <span class="quiet">Created Date <${Day} iso=${one.businessDate} /> · ${one.location}</span>
        </li>`,
      )}
    </ul>
    ${mayDecide(me) &&
    html`<span class="decide">
      <button type="button" disabled=${work.busy} onClick=${() => setAsks(true)}>Undo links…</button>
    </span>`}
    ${asks &&
    html`<${Picking} from=${of.summary.visit} title="Undo links?" word="Undo" busy=${work.busy}
      only=${(one) => one.linked} checked=${() => true}
      says="The selected charges will count where their own dates and IDs point again."
      none="No charge is linked to this visit."
      onClose=${() => setAsks(false)}
      onPick=${async (charges) => {
        if (charges.length > 0) {
          await work.link(of.summary.visit, charges, "UNLINKED");
        }
        setAsks(false);
      }} />`}
  </section>`;
}
