// Settings: what is in force, changing it with a look at what that would do, and who changed what.
import { html, useEffect, useRef, useState } from "../../vendor/preact-htm-3.1.1.js";
import { get, send, sentence, url } from "../api.js";
import { useData } from "../data.js";
import { Moment, plural } from "../format.js";
import { mayReplaceSettings, seesCompany } from "../may.js";
import { Asked } from "../parts/asked.js";
import { Stale, Waiting } from "../parts/basics.js";
import { Dialog } from "../parts/decide.js";
import { RowTable, Setting } from "../parts/editor.js";
import { Effect, useEffectOf } from "../parts/effect.js";
import { ProposedWait } from "../parts/insights.js";
import { guardLeaving } from "../route.js";
import { GROUPS, MAPS, TABLES, documentOf, formOf, placed, plainForm, same } from "../settings.js";

const PAGE = 20;
const MOST = 1_000;
const JSON_TYPE = { "Content-Type": "application/json" };

export function Settings({ me }) {
  const state = useData(url("settings"), ["settings"]);
  const mayEdit = mayReplaceSettings(me);
  return html`
    <div class="title"><h1>Settings</h1></div>
    ${!state.data
      ? html`<${Waiting} ...${state} what="the settings" />`
      : html`<${Stale} problem=${state.problem} />
          ${!mayEdit &&
          html`<p class="quiet">${seesCompany(me)
            ? "A user with the admin role can change these settings."
            : "You see the rows of your own locations. A user with the admin role and access to all locations can change these settings."}</p>`}
          <${Asked} me=${me} />
          <${ProposedWait} />
          ${mayEdit
            ? html`<${Editor} newest=${state.data} again=${state.again} />`
            : html`<${Fields} form=${formOf(state.data.settings)} problems=${{}} mayEdit=${false} />`}
          <${History} current=${state.data.version} mayEdit=${mayEdit} />`}
  `;
}

/** All fields, to change or only to read. */
function Fields({ form, problems, mayEdit, onPut }) {
  // Each change is made to what is there by then: two may come before the page is drawn again.
  const putText = (name, text) => onPut((old) => ({ ...old, texts: { ...old.texts, [name]: text } }));
  const putRows = (name, change) => onPut((old) => ({ ...old, rows: { ...old.rows, [name]: change(old.rows[name]) } }));
  const group = ({ title, fields }) => html`<section class="card settings" key=${title}>
    <h2>${title}</h2>
    ${fields.map(
      (field) => html`<${Setting} key=${field.name} field=${field} value=${form.texts[field.name]} problem=${problems[field.name]}
        mayEdit=${mayEdit} onPut=${(text) => putText(field.name, text)} />`,
    )}
  </section>`;
  const table = (one) => html`<${RowTable} key=${one.name} table=${one} rows=${form.rows[one.name]} problems=${problems}
    mayEdit=${mayEdit} onPut=${(change) => putRows(one.name, change)} />`;
  return html`${group(GROUPS[0])}${TABLES.map(table)}${MAPS.map(table)}${GROUPS.slice(1).map(group)}`;
}

/** Moves the focus to the first field that cannot be used. */
const toFirstProblem = () =>
  requestAnimationFrame(() => {
    const first = document.querySelector('main [aria-invalid="true"]');
    first?.scrollIntoView({ block: "center" });
    first?.focus({ preventScroll: true });
  });

function Editor({ newest, again }) {
  const [base, setBase] = useState(newest);
  const [form, setForm] = useState(() => formOf(newest.settings));
  const [clean, setClean] = useState(() => plainForm(formOf(newest.settings)));
  const [problems, setProblems] = useState({});
  const [told, setTold] = useState(null);
  const [review, setReview] = useState(null);
  const [busy, setBusy] = useState(false);
  const effect = useEffectOf();
  const isDirty = !same(plainForm(form), clean);

  const load = (of) => {
    const fresh = formOf(of.settings);
    setBase(of);
    setForm(fresh);
    setClean(plainForm(fresh));
    setProblems({});
    setReview(null);
    effect.cancel();
  };
  // Without changes of one's own, the page follows what is in force.
  useEffect(() => {
    if (!isDirty && newest.version > base.version) {
      load(newest);
    }
  }, [newest.version, isDirty]);
  useEffect(() => {
    if (!isDirty) {
      return undefined;
    }
    const warn = (event) => event.preventDefault();
    addEventListener("beforeunload", warn);
    const stop = guardLeaving("Your changes to the settings are not saved. Leave without saving?");
    return () => {
      removeEventListener("beforeunload", warn);
      stop();
    };
  }, [isDirty]);

  const put = (change) => {
    setForm(change);
    setTold(null);
    if (review) {
      setReview(null);
      effect.cancel();
    }
  };
  const fail = (problem) => {
    const found = problem.values ? placed(problem.values, form) : {};
    setProblems(found);
    setTold({ problem, fields: Object.keys(found).length });
    toFirstProblem();
  };

  /** Has the document checked, and shows what it changes; asks what that would do if wanted. */
  const look = async (isAsked) => {
    const { document, problems: own } = documentOf(form, base.settings);
    if (Object.keys(own).length > 0) {
      setProblems(own);
      setTold({ fields: Object.keys(own).length });
      toFirstProblem();
      return;
    }
    setBusy(true);
    setTold(null);
    try {
      const answer = await (
        await send(url("settings/check"), { method: "POST", headers: JSON_TYPE, body: JSON.stringify(document) })
      ).json();
      setProblems({});
      setReview({ document, changes: answer.changes, warnings: answer.warnings, isAsked });
      if (isAsked && answer.changes.length > 0) {
        effect.ask(document);
      }
    } catch (problem) {
      fail(problem);
    }
    setBusy(false);
  };

  const save = async (why) => {
    setBusy(true);
    setTold(null);
    try {
      const answer = await (
        await send(url("settings", { why }), {
          method: "PUT",
          headers: { ...JSON_TYPE, "If-Match": `"${base.version}"` },
          body: JSON.stringify(review.document),
        })
      ).json();
      load({ version: answer.version, settings: answer.settings });
      setTold({ saved: answer.version });
      again();
    } catch (problem) {
      fail(problem);
    }
    setBusy(false);
  };

  const isOvertaken = isDirty && newest.version > base.version;
  return html`
    <${Fields} form=${form} problems=${problems} mayEdit=${true} onPut=${put} />
    ${isOvertaken &&
    html`<section class="notice overtaken" role="alert">
      <p>${newest.who ?? "Somebody"} saved version ${newest.version} of the settings while you were changing them.</p>
      <p>
        <button type="button" onClick=${() => load(newest)}>Discard my changes</button>
        ${" "}<button type="button" onClick=${() => (setBase(newest), setReview(null), setTold(null))}>Keep mine and compare again</button>
      </p>
      <p>If you keep yours, look at what changes before you save: your document replaces the other one as a whole.</p>
    </section>`}
    ${review &&
    html`<${Review} of=${review} effect=${effect} busy=${busy} onAsk=${() => effect.ask(review.document)} onSave=${save}
      onClose=${() => (setReview(null), effect.cancel())} />`}
    <div class="saving" role="group" aria-label="Saving the settings">
      <span class="quiet">${isDirty ? "You have changes that are not saved." : `Version ${base.version}`}</span>
      <button type="button" disabled=${!isDirty || busy} onClick=${() => look(true)}>See what changes</button>
      <button type="button" class="main" disabled=${!isDirty || busy} onClick=${() => look(false)}>Save…</button>
      <button type="button" disabled=${!isDirty || busy}
        onClick=${() => confirm("Discard your changes?") && (load(newest), setTold(null))}>Discard changes</button>
      <${Outcome} of=${told} />
    </div>
  `;
}

/** What came of the last step. */
function Outcome({ of }) {
  if (!of) {
    return html`<p role="status" class="hidden"></p>`;
  } else if (of.saved) {
    return html`<p role="status" class="told">Saved as version ${of.saved}. It takes effect in a moment.</p>`;
  } else if (of.fields > 0) {
    return html`<p role="alert" class="notice">Nothing was saved. ${plural(of.fields, "field")} cannot be used; each says what is wrong.</p>`;
  }
  return html`<p role="alert" class="notice">${of.problem.title}: ${of.problem.message}</p>`;
}

/** The differences, what they would do, and the button that saves them. */
function Review({ of, effect, busy, onAsk, onSave, onClose }) {
  const head = useRef(null);
  const why = useRef(null);
  useEffect(() => {
    head.current.scrollIntoView({ block: "start" });
    head.current.focus({ preventScroll: true });
  }, [of]);
  const isNone = of.changes.length === 0;
  return html`<section class="card" id="review" aria-labelledby="review-title">
    <h2 id="review-title" tabindex="-1" ref=${head}>What changes</h2>
    ${isNone
      ? html`<p>Nothing: the settings mean the same as those in force.</p>`
      : html`<ul class="changes">${of.changes.map((one) => html`<li>${arrows(one.says)}</li>`)}</ul>`}
    ${of.warnings.length > 0 &&
    html`<div class="notice" role="alert">${of.warnings.map((one) => html`<p>${warned(one)}</p>`)}</div>`}
    ${!isNone &&
    !effect.answer &&
    html`<p><button type="button" onClick=${onAsk}>See what this would do to open discrepancies</button></p>`}
    <${Effect} of=${effect} onCancel=${effect.cancel} />
    <label class="field block"><span>Why (optional; shown in the history)</span>
      <input type="text" maxlength="500" ref=${why} autocomplete="off" /></label>
    <p class="filters">
      <button type="button" class="main" disabled=${busy} onClick=${() => onSave(why.current.value.trim())}>Save these changes</button>
      <button type="button" onClick=${onClose}>Back to the settings</button>
    </p>
  </section>`;
}

/** A warning without the place in the document, which nobody here sees. */
const warned = (warning) => sentence(warning.replace(/^settings:\d+: /, ""));

const arrows = (text) => text.replaceAll(" -> ", " → ");

function History({ current, mayEdit }) {
  const [rows, setRows] = useState(PAGE);
  const [asks, setAsks] = useState(null);
  const [told, setTold] = useState(null);
  const state = useData(url("settings/history", { limit: rows }), ["settings"]);
  const ask = async (version) => {
    setTold(null);
    try {
      const { changes } = await get(url("settings/difference", { from: current, to: version }));
      setAsks({ version, changes });
    } catch (problem) {
      setTold({ problem });
    }
  };
  const revert = async (why) => {
    try {
      const answer = await (
        await send(url("settings/revert"), {
          method: "POST",
          headers: { ...JSON_TYPE, "If-Match": `"${current}"` },
          body: JSON.stringify({ version: asks.version, why: why || null }),
        })
      ).json();
      setTold({ saved: answer.version });
      state.again();
    } catch (problem) {
      setTold({ problem });
    }
    setAsks(null);
  };
  return html`<section class="card" id="history">
    <h2>History</h2>
    ${told && html`<${Outcome} of=${told} />`}
    ${!state.data
      ? html`<${Waiting} ...${state} what="the history" />`
      : state.data.rows.length === 0
        ? html`<p class="quiet">No settings were ever sent; the defaults are in force.</p>`
        : html`<ol class="versions">
              ${state.data.rows.map(
                (one) => html`<li key=${one.version}>
                  <p>
                    <strong>Version ${one.version}</strong>${one.version === current && html` <span class="tag none">in force</span>`}
                    ${" · "}<${Moment} iso=${one.at} />${" · "}${one.who ?? html`<span class="quiet">not sent with the page or the API</span>`}
                  </p>
                  ${one.why && html`<p class="why">“${one.why}”</p>`}
                  ${one.changes.length > 0
                    ? html`<ul>${one.changes.map((says) => html`<li>${arrows(says)}</li>`)}</ul>`
                    : html`<p class="quiet">No difference from the version before.</p>`}
                  ${mayEdit &&
                  one.version !== current &&
                  html`<p><button type="button" aria-label="Revert to version ${one.version}" onClick=${() => ask(one.version)}>Revert…</button></p>`}
                </li>`,
              )}
            </ol>
            ${state.data.next &&
            rows < MOST &&
            html`<p><button type="button" onClick=${() => setRows(Math.min(MOST, rows * 3))}>Show older versions</button></p>`}`}
    ${asks &&
    html`<${Dialog} title="Revert to version ${asks.version}?" word="Revert" onClose=${() => setAsks(null)}
      onSubmit=${(form) => revert(form.get("why").trim())}>
      <p>Its settings are saved again as a new version. Compared with the settings in force:</p>
      ${asks.changes.length > 0
        ? html`<ul>${asks.changes.map((one) => html`<li>${arrows(sentence(one.says))}</li>`)}</ul>`
        : html`<p>Nothing changes.</p>`}
      <label class="field block"><span>Why (optional)</span><input name="why" maxlength="500" autocomplete="off" /></label>
    <//>`}
  </section>`;
}
