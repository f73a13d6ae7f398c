// Fields of the settings: to fill in, or only to read.
import { html } from "../../vendor/preact-htm-3.1.1.js";
import { date, dollars } from "../format.js";
import { emptyRow, spanWords } from "../settings.js";

const WEEKDAYS = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"];
const OFTEN = [
  "America/New_York", "America/Chicago", "America/Denver", "America/Phoenix", "America/Los_Angeles",
  "America/Anchorage", "Pacific/Honolulu", "UTC",
];
const ALL_ZONES = Intl.supportedValuesOf?.("timeZone") ?? [];

const word = (symbol) => symbol[0] + symbol.slice(1).toLowerCase();

/** A value as it is read. */
function shown(field, text) {
  if (text === "" || text === undefined) {
    return "";
  }
  switch (field.type) {
    case "truth": return text === "true" ? "Yes" : "No";
    case "weekday": return word(text);
    case "duration": return spanWords(text);
    case "day": return date(text);
    case "money": return dollars(Number(text) * 100);
    default: return text;
  }
}

/** What counts where nothing is set. */
export function usualOf(field) {
  if (field.usual === undefined) {
    return null;
  }
  return field.usual === null ? "never" : shown(field, String(field.usual));
}

const idOf = (path) => "set-" + path.replace(/[^A-Za-z0-9]+/g, "-");

function Options({ field, value }) {
  const usual = html`<option value="" selected=${value === ""}>${`Default (${usualOf(field)})`}</option>`;
  const option = (one, text = one) => html`<option value=${one} selected=${one === value}>${text}</option>`;
  if (field.type === "truth") {
    return [usual, option("true", "Yes"), option("false", "No")];
  } else if (field.type === "weekday") {
    return [usual, ...WEEKDAYS.map((one) => option(one, word(one)))];
  }
  const others = ALL_ZONES.filter((one) => !OFTEN.includes(one));
  const isOdd = value !== "" && !OFTEN.includes(value) && !others.includes(value);
  return [
    usual,
    isOdd && option(value),
    html`<optgroup label="United States">${OFTEN.map((one) => option(one))}</optgroup>`,
    html`<optgroup label="All">${others.map((one) => option(one))}</optgroup>`,
  ];
}

/** A number and its unit; what is neither days nor hours is written as ISO 8601. */
function Span({ field, value, attributes, onPut }) {
  const [, days] = /^P(\d+)D$/.exec(value) ?? [];
  const [, hours] = /^PT(\d+)H$/.exec(value) ?? [];
  const unit = hours !== undefined ? "H" : days !== undefined || value === "" || /^\d*$/.test(value) ? "D" : "ISO";
  const number = hours ?? days ?? value;
  const put = (text, one) => {
    const plain = text.trim();
    onPut(/^\d+$/.test(plain) ? (one === "H" ? `PT${plain}H` : one === "D" ? `P${plain}D` : plain) : plain);
  };
  return html`<span class="span">
    <input type="text" inputmode=${unit === "ISO" ? "text" : "numeric"} size=${unit === "ISO" ? 10 : 5} value=${number}
      ...${attributes} onInput=${(event) => put(event.target.value, unit)} />
    <select aria-label="${field.label}, unit" onChange=${(event) => put(number, event.target.value)}>
      <option value="D" selected=${unit === "D"}>days</option>
      <option value="H" selected=${unit === "H"}>hours</option>
      ${unit === "ISO" && html`<option value="ISO" selected>ISO 8601</option>`}
    </select>
  </span>`;
}

/** The control of a field. */
export function Control({ field, path, value, problem, label, describedBy, onPut }) {
  const id = idOf(path);
  const told = [describedBy, problem && id + "-problem"].filter(Boolean).join(" ");
  const attributes = {
    id,
    "data-path": path,
    "aria-label": label,
    "aria-describedby": told || null,
    "aria-invalid": problem ? "true" : null,
    "aria-required": field.isNeeded ? "true" : null,
  };
  const input = (event) => onPut(event.target.value);
  let control;
  if (["zone", "weekday", "truth"].includes(field.type)) {
    control = html`<select ...${attributes} onChange=${input}>${Options({ field, value })}</select>`;
  } else if (field.type === "duration") {
    control = html`<${Span} field=${field} value=${value} attributes=${attributes} onPut=${onPut} />`;
  } else if (field.type === "day") {
    control = html`<input type="date" min="1900-01-01" max="2199-12-31" value=${value} ...${attributes} onInput=${input} />`;
  } else {
    const isNumber = field.isWhole || field.type === "days" || field.type === "money";
    control = html`<input type="text" autocomplete="off" spellcheck=${false} value=${value} size=${field.size ?? 16}
      inputmode=${isNumber ? (field.type === "money" ? "decimal" : "numeric") : null} ...${attributes} onInput=${input} />`;
  }
  return html`${control}
    ${problem && html`<span class="wrong" id=${id + "-problem"}>${field.label} ${problem}</span>`}`;
}

/** A single setting: its label, its value, what it means, and its default. */
export function Setting({ field, value, problem, mayEdit, onPut }) {
  const id = idOf(field.name);
  const usual = usualOf(field);
  return html`<div class="setting">
    ${mayEdit
      ? html`<label for=${id}>${field.label}</label>
          <${Control} field=${field} path=${field.name} value=${value} problem=${problem} describedBy=${id + "-says"} onPut=${onPut} />`
      : html`<span class="name">${field.label}</span>
          <span class="value">${shown(field, value) || html`<span class="quiet">${usual} (default)</span>`}</span>`}
    <span class="quiet says" id=${id + "-says"}>${field.says} Default: ${usual}.</span>
  </div>`;
}

/** A list of rows: one more at the end, and each can be removed. */
export function RowTable({ table, rows, problems, mayEdit, onPut }) {
  const put = (i, name, text) =>
    onPut((old) => old.map((row, n) => (n === i ? { ...row, texts: { ...row.texts, [name]: text } } : row)));
  const remove = (i) => {
    onPut((old) => old.filter((_, n) => n !== i));
    requestAnimationFrame(() => {
      const left = document.querySelectorAll(`#${table.name} .rows button.remove`);
      (left[Math.min(i, left.length - 1)] ?? document.querySelector(`#${table.name} button.add`))?.focus();
    });
  };
  const add = () => {
    onPut((old) => [...old, emptyRow()]);
    requestAnimationFrame(() =>
      document.querySelector(`#${table.name} .rows tbody tr:last-child input`)?.focus(),
    );
  };
  return html`<section class="card" id=${table.name}>
    <h2>${table.title}</h2>
    <p class="quiet">${table.says}</p>
    ${rows.length === 0
      ? html`<p class="none-yet">None.</p>`
      : html`<table class="rows">
          <thead><tr>
            ${table.fields.map((field) => html`<th scope="col" title=${field.says}>${field.label}</th>`)}
            ${mayEdit && html`<td></td>`}
          </tr></thead>
          <tbody>
            ${rows.map(
              (row, i) => html`<tr key=${row.key}>
                ${table.fields.map((field) => {
                  const path = `${table.name}[${i + 1}].${field.name}`;
                  const text = row.texts[field.name] ?? "";
                  return html`<td data-label=${field.label}>
                    ${mayEdit
                      ? html`<${Control} field=${field} path=${path} value=${text} problem=${problems[path]}
                          label="${field.label}, ${table.row} ${i + 1}" onPut=${(one) => put(i, field.name, one)} />`
                      : shown(field, text) || "–"}
                  </td>`;
                })}
                ${mayEdit &&
                html`<td><button type="button" class="remove" aria-label="Remove ${table.row} ${i + 1}" onClick=${() => remove(i)}>Remove</button></td>`}
              </tr>`,
            )}
          </tbody>
        </table>`}
    ${mayEdit &&
    html`<p><button type="button" class="add" onClick=${add}>Add a ${table.row}</button></p>
      <details class="help"><summary>What the columns mean</summary>
        <dl>${table.fields.filter((field) => field.says).map((field) => html`<dt>${field.label}</dt><dd>${field.says}</dd>`)}</dl>
      </details>`}
  </section>`;
}
