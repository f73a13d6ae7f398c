// The mapping assistant: says how a file is read that no mapping fits, and keeps it for the next ones.
import { html, useEffect, useMemo, useState } from "../../vendor/preact-htm-3.1.1.js";
import { send, sentence, url } from "../api.js";
import { number } from "../format.js";
import { plain } from "../words.js";

const PAUSE_MS = 500;
const BUSY = [429, 503];
const TRIES = 6;
const CONSTANT = "=";
const ANY = "*";

const KINDS = {
  visit: "Visits, one row per documented line",
  charge: "Charges, one row per charge",
  patient: "Patients: EMR ID and billing account",
  rejection: "Rejections, such as billing exceptions",
  note: "Open notes",
  transmission: "Transmissions, such as the claims feed",
};

const LOOKS = {
  EMPTY: "empty",
  DATE: "dates",
  DATE_AND_TIME: "dates and times",
  YES_NO: "yes or no",
  CODE: "codes",
  NUMBER: "numbers",
  AMOUNT: "amounts",
  ID: "IDs",
  TEXT: "text",
};

const FIELDS = {
  visitId: "Visit ID",
  patientKey: "Patient or account ID",
  emrPatientId: "Patient ID in the EMR",
  clinicId: "Clinic",
  locationId: "Location in billing",
  posCode: "Place of service code",
  caseId: "Case ID",
  dateOfService: "Date of service",
  finalizedAt: "Finalized: date and time",
  finalizedOn: "Finalized Date",
  therapistId: "Therapist",
  documentingTherapistId: "Documenting therapist",
  cosignTherapistId: "Co-signer",
  cpt: "CPT code",
  amountCents: "Amount",
  payerId: "Payer",
  chargeId: "Charge ID",
  originalChargeId: "Original charge ID",
  createdAt: "Created: date and time",
  createdOn: "Created Date",
  updatedAt: "Updated",
  emrVisitId: "Visit ID in the EMR",
  billingVisitId: "Visit ID in billing",
  treatingProviderId: "Treating provider",
  billingProviderId: "Billing provider",
  rejectionId: "Rejection ID",
  noteId: "Note ID",
  at: "When it happened",
};
const labelOf = (field) =>
  FIELDS[field] ?? plain(field.replace(/[A-Z]/g, (letter) => "_" + letter).toUpperCase());

/** Fields that a row need not have, but most files do. */
const USUAL = ["cpt", "modifiers", "units", "amountCents", "payerId", "posCode", "noCharge"];

const kindOf = (survey, fact) => survey.kinds.find((one) => one.fact === fact);

/** What is chosen for a field: by the person, else what the survey guesses. */
const choiceOf = (field, choices) =>
  choices[field.field] ?? { column: field.column, constant: field.column === null ? field.constant : null };

/** The words of a column with the symbols that are chosen, or guessed, for them. */
function valuesOf(field, choice) {
  const values = {};
  for (const { text, symbol } of field.words) {
    const chosen = choice.values?.[text] ?? symbol;
    if (chosen) {
      values[text] = chosen;
    }
  }
  if (choice.values?.[ANY]) {
    values[ANY] = choice.values[ANY];
  }
  return values;
}

/** The entry of the mapping, as mapping.yaml has it. */
function entryOf(survey, { fact, match, isSnapshot, choices }) {
  const columns = {};
  for (const field of kindOf(survey, fact).fields) {
    const choice = choiceOf(field, choices);
    if (choice.column) {
      const values = field.symbols.length > 0 ? valuesOf(field, choice) : {};
      columns[field.field] = {
        column: choice.column,
        ...(Object.keys(values).length > 0 ? { values } : {}),
        ...(field.required ? {} : { optional: true }),
      };
    } else if (choice.constant) {
      columns[field.field] = { value: choice.constant };
    }
  }
  return { match, fact, ...(isSnapshot ? { snapshot: survey.snapshot } : {}), columns };
}

const missingOf = (survey, entry) =>
  kindOf(survey, entry.fact)
    .fields.filter(
      (one) => one.required && !entry.columns[one.field] && !(entry.snapshot && one.fromName),
    )
    .map((one) => labelOf(one.field));

/** What the file would be by a draft: the draft stands before the file in the body. */
async function look(file, entry, signal) {
  const draft = new TextEncoder().encode(JSON.stringify(entry));
  const address = url("files", { name: file.name, preview: true, draft: draft.length });
  for (let i = 1; ; i++) {
    try {
      const options = {
        method: "POST",
        headers: { "Content-Type": "application/octet-stream" },
        body: new Blob([draft, file]),
        signal,
      };
      return await (await send(address, options)).json();
    } catch (problem) {
      // The look before this one may not have ended.
      if (signal.aborted || !BUSY.includes(problem.status) || i === TRIES) {
        throw problem;
      }
      await new Promise((done) => setTimeout(done, PAUSE_MS));
    }
  }
}

/** Puts an entry before all others of the company's mapping, in the place of one of its pattern. */
async function save(entry) {
  const now = await (await send(url("mappings"))).json();
  const others = (now.mapping.files ?? []).filter((one) => one.match !== entry.match);
  await send(url("mappings"), {
    method: "PUT",
    headers: { "Content-Type": "application/json", "If-Match": `"${now.version}"` },
    body: JSON.stringify({ ...now.mapping, files: [entry, ...others] }),
  });
}

/**
 * @param of the preview of a file that nothing fits
 * @param show shows a preview
 * @param onSend sends the file
 * @param onSaved is told the pattern of what was saved without sending
 */
export function Assistant({ file, of, show, onSend, onSaved }) {
  const [survey, setSurvey] = useState(of.survey);
  const [state, setState] = useState({
    fact: of.survey.fact,
    match: of.survey.match,
    isSnapshot: of.survey.snapshot !== null && of.survey.fact !== "transmission",
    choices: {},
  });
  const [seen, setSeen] = useState({});
  const kind = kindOf(survey, state.fact);
  const mayBeSnapshot = survey.snapshot !== null && kind.fields.some((one) => one.fromName);
  const entry = entryOf(survey, { ...state, isSnapshot: state.isSnapshot && mayBeSnapshot });
  const missing = missingOf(survey, entry);
  const key = JSON.stringify(entry);

  useEffect(() => {
    const abort = new AbortController();
    const timer = setTimeout(async () => {
      try {
        const next = await look(file, entry, abort.signal);
        setSurvey((old) => next.survey ?? old);
        setSeen({ key, look: next });
      } catch (problem) {
        if (!abort.signal.aborted) {
          setSeen({ key, problem });
        }
      }
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [key]);

  const choose = (field, choice) =>
    setState((old) => ({ ...old, choices: { ...old.choices, [field]: choice } }));
  const isKnown = seen.key === key && seen.look;
  const isGood = isKnown && seen.look.refused === null && seen.look.valid > 0;
  const keep = async (isToSend) => {
    setSeen((old) => ({ ...old, isBusy: true }));
    try {
      await save(entry);
      if (isToSend) {
        await onSend();
      } else {
        onSaved(state.match);
      }
    } catch (problem) {
      setSeen((old) => ({ ...old, isBusy: false, problem }));
    }
  };
  const [first, rest] = useMemo(() => {
    const isFirst = (one) => one.required || one.column !== null || USUAL.includes(one.field);
    const all = kindOf(of.survey, state.fact).fields;
    return [all.filter(isFirst), all.filter((one) => !isFirst(one))].map((some) =>
      some.map((one) => one.field),
    );
  }, [of, state.fact]);
  const fields = (names) =>
    names.map((name) => {
      const field = kind.fields.find((one) => one.field === name);
      return html`<${Field} key=${state.fact + name} of=${field} columns=${survey.columns}
        isRequired=${field.required && !(entry.snapshot && field.fromName)}
        choice=${choiceOf(field, state.choices)} onChoose=${(choice) => choose(name, choice)} />`;
    });
  return html`
    <p role="alert" class="notice">This file cannot be used. ${sentence(of.refused)}</p>
    <section id="assistant" aria-labelledby="assistant-title">
      <h4 id="assistant-title">Say how to read it</h4>
      <p class="quiet">
        Choose the column for each field. Your choices are saved for your company, and later files with such a
        name are read the same way.${survey.nearest ? ` The closest built-in profile is ${survey.nearest}.` : ""}
      </p>
      <p class="mapping">
        <label class="field"><span>The rows are</span>
          <select id="fact" value=${state.fact}
            onChange=${(event) => setState((old) => ({ ...old, fact: event.target.value, choices: {} }))}>
            ${survey.kinds.map((one) => html`<option value=${one.fact}>${KINDS[one.fact] ?? one.fact}</option>`)}
          </select></label>
        <label class="field"><span>Names of such files</span>
          <input id="match" value=${state.match} size="28"
            onInput=${(event) => setState((old) => ({ ...old, match: event.target.value }))} /></label>
        ${mayBeSnapshot &&
        html`<label><input type="checkbox" id="snapshot" checked=${state.isSnapshot}
          onChange=${(event) => setState((old) => ({ ...old, isSnapshot: event.target.checked }))} />${" "}
          The file lists everything that is open at the date in its name</label>`}
      </p>
      <div class="mapping">${fields(first)}</div>
      ${rest.length > 0 &&
      html`<details><summary>More fields</summary><div class="mapping">${fields(rest)}</div></details>`}
      <p role="status" id="mapping-status">${status(missing, isKnown ? seen.look : null)}</p>
      ${seen.problem &&
      html`<p role="alert" class="notice">${seen.problem.title}: ${seen.problem.message}</p>`}
      ${isGood && html`<div id="mapped"><${show} of=${seen.look} /></div>`}
      <p class="buttons">
        <button type="button" class="main" disabled=${!isGood || seen.isBusy}
          onClick=${() => keep(true)}>Save and send</button>${" "}
        <button type="button" disabled=${!isGood || seen.isBusy}
          onClick=${() => keep(false)}>Save without sending</button>
      </p>
    </section>
  `;
}

function status(missing, look) {
  if (missing.length > 0) {
    return `Still to be chosen: ${missing.join(", ")}.`;
  } else if (!look) {
    return "Reading the file…";
  } else if (look.refused !== null) {
    return sentence(look.refused);
  }
  return `${number(look.valid)} of ${number(look.rows)} rows are valid.`;
}

/** The value of a menu: a column, a constant, or nothing. */
const valueOf = (choice) =>
  choice.column ? "c:" + choice.column : choice.constant === null || choice.constant === undefined ? "" : CONSTANT;

function Field({ of, columns, isRequired, choice, onChoose }) {
  const chosen = valueOf(choice);
  const pick = (value) => {
    if (value === CONSTANT) {
      onChoose({ column: null, constant: of.constant ?? of.symbols[0] ?? "" });
    } else {
      onChoose({ column: value === "" ? null : value.slice(2), constant: null });
    }
  };
  const label = labelOf(of.field);
  return html`
    <div class="wanted" data-field=${of.field}>
      <label class="field"><span>${label}${isRequired ? " (required)" : ""}</span>
        <select value=${chosen} onChange=${(event) => pick(event.target.value)}>
          <option value="">${isRequired ? "Choose a column" : "Not in this file"}</option>
          ${columns.map(
            (one) => html`<option value=${"c:" + one.name}>${one.name} (${LOOKS[one.look]})</option>`,
          )}
          <option value=${CONSTANT}>Always the same</option>
        </select></label>
      ${chosen === CONSTANT &&
      html`<label class="field"><span>${label} of all rows</span>
        ${of.symbols.length > 0
          ? html`<${Symbols} of=${of} value=${choice.constant}
              onChoose=${(constant) => onChoose({ column: null, constant })} />`
          : html`<input value=${choice.constant} size="12"
              onInput=${(event) => onChoose({ column: null, constant: event.target.value })} />`}</label>`}
      ${choice.column && of.symbols.length > 0 && html`<${Words} of=${of} choice=${choice} onChoose=${onChoose} />`}
    </div>
  `;
}

const Symbols = ({ of, value, onChoose, none }) => html`<select value=${value ?? ""}
  onChange=${(event) => onChoose(event.target.value)}>
  ${none && html`<option value="">${none}</option>`}
  ${of.symbols.map((one) => html`<option value=${one}>${plain(one)}</option>`)}
</select>`;

/** What the words of a column mean. */
function Words({ of, choice, onChoose }) {
  const values = valuesOf(of, choice);
  const set = (text, symbol) => onChoose({ ...choice, values: { ...choice.values, [text]: symbol } });
  return html`<div class="meanings">
    ${of.words.map(
      ({ text }) => html`<label class="field" key=${text}><span>“${text}” means</span>
        <${Symbols} of=${of} value=${values[text]} none="Choose" onChoose=${(symbol) => set(text, symbol)} /></label>`,
    )}
    <label class="field"><span>Any other text means</span>
      <${Symbols} of=${of} value=${values[ANY]} none="An invalid row" onChoose=${(symbol) => set(ANY, symbol)} /></label>
  </div>`;
}
