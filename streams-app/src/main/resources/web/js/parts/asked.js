// What the settings do not say although the data needs it: asked here, and answered with a new version.
import { html, useState } from "../../vendor/preact-htm-3.1.1.js";
import { get, send, url } from "../api.js";
import { useData } from "../data.js";
import { plural } from "../format.js";
import { mayReplaceSettings, maySendFiles, seesCompany } from "../may.js";
import { href } from "../route.js";
import { GROUPS } from "../settings.js";
import { Control } from "./editor.js";

const ZONE = GROUPS[0].fields.find((one) => one.name === "zone");
const FEW = 5;

/** The codes of places of service that clinics use most. */
const CODES = { "02": "telehealth", 10: "telehealth at home", 11: "office", 12: "home" };

const useQuestions = (isOn) => useData(isOn ? url("settings/questions") : null, ["settings", "balances"]);

const keyOf = (one) => `${one.clinicId}|${one.posCode}`;

/** On Today, before everything else: what has to be done before figures can be right. */
export function First({ me, feeds }) {
  const { data } = useQuestions(seesCompany(me));
  if (feeds.every((one) => !one.lastFactAt)) {
    return html`<p class="notice first">
      Nothing has been received yet.${maySendFiles(me) && html` <a href=${href("files")}>Send your first files</a>.`}
    </p>`;
  } else if (!data) {
    return null;
  }
  const clinics = [...new Set(data.clinics.map((one) => one.clinicId))];
  return html`
    ${clinics.length > 0 &&
    html`<p class="notice first">
      The location of ${plural(clinics.length, "clinic")} is not known, so visits and charges there do not
      meet: ${clinics.slice(0, FEW).join(", ")}${clinics.length > FEW ? ", …" : ""}.
      ${" "}<a href=${href("settings")}>Say which location each one is</a>.
    </p>`}
    ${data.zone === null &&
    html`<p class="notice first">
      The time zone of the company is not set, so its days begin and end in UTC.
      ${" "}<a href=${href("settings")}>Set the time zone</a>.
    </p>`}
  `;
}

/** The questions, for those who may answer. */
export function Asked({ me }) {
  const state = useQuestions(mayReplaceSettings(me));
  const [answers, setAnswers] = useState({});
  const [zone, setZone] = useState(Intl.DateTimeFormat().resolvedOptions().timeZone);
  const [told, setTold] = useState(null);
  const [busy, setBusy] = useState(false);
  const of = state.data;
  if (!of || (of.zone !== null && of.clinics.length === 0)) {
    return told?.says && html`<p role="status" class="told">${told.says}</p>`;
  }
  const answerOf = (one) => answers[keyOf(one)] ?? (of.locations.includes(one.clinicId) ? one.clinicId : "");
  const save = async (event) => {
    event.preventDefault();
    setBusy(true);
    setTold(null);
    try {
      const { version, settings } = await get(url("settings"));
      const rows = settings.locations ?? [];
      const added = of.clinics
        .filter((one) => answerOf(one) !== "")
        .filter((one) => !rows.some((row) => keyOf(row) === keyOf(one)))
        .map((one) => ({ ...one, locationId: answerOf(one) }));
      const document = {
        ...settings,
        zone: settings.zone ?? (zone || null),
        locations: added.length > 0 ? [...rows, ...added] : settings.locations,
      };
      const answer = await (
        await send(url("settings", { why: "Answered on the page" }), {
          method: "PUT",
          headers: { "Content-Type": "application/json", "If-Match": `"${version}"` },
          body: JSON.stringify(document),
        })
      ).json();
      setTold({ says: `Saved as version ${answer.version}. Figures follow in a moment.` });
      state.again();
    } catch (problem) {
      setTold({ problem });
    }
    setBusy(false);
  };
  return html`<section class="card settings" id="asked" aria-labelledby="asked-title">
    <h2 id="asked-title">What the files do not say</h2>
    <form onSubmit=${save}>
      ${of.zone === null &&
      html`<div class="field block">
        <label for="set-asked-zone">In which time zone does the company work?</label>
        <${Control} field=${ZONE} path="asked.zone" value=${zone} onPut=${setZone} />
        <p class="quiet">Times in files without a zone are read in it. Answer before you send files: files that are there already must be read again, which Files offers after you save.</p>
      </div>`}
      ${of.clinics.length > 0 &&
      html`<p>These clinics were found. Which of billing's locations is each?</p>
        <ul class="answers">
          ${of.clinics.map(
            (one) => html`<li key=${keyOf(one)}>
              <label class="field">
                <span>${one.clinicId}, POS ${one.posCode}${CODES[one.posCode] && ` (${CODES[one.posCode]})`}</span>
                <select data-clinic=${keyOf(one)}
                  onChange=${(event) => setAnswers({ ...answers, [keyOf(one)]: event.target.value })}>
                  <option value="" selected=${answerOf(one) === ""}>Not known yet</option>
                  ${of.locations.map((id) => html`<option value=${id} selected=${answerOf(one) === id}>${id}</option>`)}
                </select>
              </label>
            </li>`,
          )}
        </ul>
        <p class="quiet">The table of locations in <a href=${href("settings")}>Settings</a> takes any other location.</p>`}
      <p class="buttons"><button class="main" type="submit" disabled=${busy}>Save these answers</button></p>
      ${told &&
      (told.problem
        ? html`<p role="alert" class="notice">${told.problem.title}: ${told.problem.message}</p>`
        : html`<p role="status" class="told">${told.says}</p>`)}
    </form>
  </section>`;
}
