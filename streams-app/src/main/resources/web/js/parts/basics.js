// Small parts that every view uses.
import { html } from "../../vendor/preact-htm-3.1.1.js";
import { save, token } from "../api.js";
import { KINDS, VERDICTS } from "../words.js";

/** What a view shows until it has data, and when it gets none. */
export function Waiting({ problem, what, again }) {
  if (!problem) {
    return html`<p class="quiet start" role="status">Loading ${what}…</p>`;
  }
  return html`<section class="problem" role="alert">
    <h2>${problem.title}</h2>
    <p>${problem.message}</p>
    <p><button type="button" onClick=${again}>Try again</button></p>
  </section>`;
}

/** Above data that could not be brought up to date. */
export const Stale = ({ problem }) =>
  problem &&
  html`<p class="notice" role="status">
    These figures may be out of date. ${problem.title}: ${problem.message}
  </p>`;

/** A kind by colour and word. */
export const Kind = ({ of, word }) =>
  of &&
  html`<span class="tag ${of.toLowerCase()}" title=${KINDS[of].says}>${word ?? KINDS[of].word}</span>`;

export const Verdict = ({ of }) =>
  html`<span class="verdict ${of.toLowerCase()}" title=${VERDICTS[of].says}>${VERDICTS[of].word}</span>`;

export const Severity = ({ of, word }) =>
  html`<span class="severity ${of.toLowerCase()}">${word ?? of[0] + of.slice(1).toLowerCase()}</span>`;

/** Saves a list as a CSV file or a workbook. */
export const Csv = ({ address, name }) => html`
  <${Download} address=${address} format="csv" word="CSV" name=${name} />
  <${Download} address=${address} format="xlsx" word="Excel" name=${name.replace(/\.csv$/, ".xlsx")} />
`;

function Download({ address, format, word, name }) {
  const file = address + (address.includes("?") ? "&" : "?") + "format=" + format;
  const clicked = (event) => {
    if (token.get()) {
      event.preventDefault();
      save(file, name).catch((problem) => alert(problem.message));
    }
  };
  return html`<a class="button csv ${format}" href=${file} download=${name} onClick=${clicked}>${word}</a>`;
}

/** One of a few. */
export const Choice = ({ legend, value, of, onPick }) => html`
  <fieldset class="choice">
    <legend>${legend}</legend>
    ${of.map(
      ([one, text]) => html`<label class=${one === value ? "on" : ""}>
        <input type="radio" name=${legend} checked=${one === value} onChange=${() => onPick(one)} />
        ${text}
      </label>`,
    )}
  </fieldset>
`;

/** One of many; "" is all. */
export const Select = ({ label, value, of, all, onPick }) => html`
  <label class="field">
    <span>${label}</span>
    <select value=${value ?? ""} onChange=${(event) => onPick(event.target.value)}>
      ${all !== undefined && html`<option value="" selected=${!value}>${all}</option>`}
      ${of.map(
        ([one, text]) => html`<option value=${one} selected=${one === value}>${text}</option>`,
      )}
    </select>
  </label>
`;
