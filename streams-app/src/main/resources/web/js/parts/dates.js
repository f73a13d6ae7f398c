// Dates to filter by.
import { html, useState } from "../../vendor/preact-htm-3.1.1.js";
import { isDate } from "../addresses.js";
import { narrow } from "../route.js";

/**
 * A date that can be left out. A browser reports each key as a date, in the years 2, 20 and 202 as
 * well; only a date that is complete, or no date at all, is picked.
 */
export function DateField({ label, value, onPick }) {
  const [draft, setDraft] = useState(null);
  const shown = draft ?? value ?? "";
  const typed = ({ target }) => {
    setDraft(target.value);
    const isNone = target.value === "" && !target.validity.badInput;
    if ((isNone || isDate(target.value)) && target.value !== (value ?? "")) {
      onPick(target.value);
    }
  };
  return html`<label class="field"><span>${label}</span>
    <span class="date ${shown ? "" : "empty"}">
      <input type="date" value=${shown} min="1900-01-01" max="2199-12-31" onInput=${typed} onBlur=${() => setDraft(null)} />
      ${!shown && html`<span class="any" aria-hidden="true">Any</span>`}
    </span></label>`;
}

/** The first and the last day of a view; a day beyond the other one takes it along. */
export const Days = ({ from, to, label = "From" }) => html`
  <${DateField} label=${label} value=${from}
    onPick=${(day) => narrow({ from: day, ...(day && to && day > to ? { to: day } : {}) })} />
  <${DateField} label="To" value=${to}
    onPick=${(day) => narrow({ to: day, ...(day && from && day < from ? { from: day } : {}) })} />
`;
