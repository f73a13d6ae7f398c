// Files: what came and what became of it, and sending one after a look at what it would change.
import { html, useEffect, useRef, useState } from "../../vendor/preact-htm-3.1.1.js";
import { Problem, send, sentence, url } from "../api.js";
import { useData } from "../data.js";
import { Day, Moment, number, plural } from "../format.js";
import { mayReplaceMapping } from "../may.js";
import { Asked } from "../parts/asked.js";
import { Csv, Stale, Waiting } from "../parts/basics.js";
import { Again, Missing } from "../parts/expected.js";
import { Mappings } from "../parts/mappings.js";
import { Scroll } from "../parts/scroll.js";
import { Several, unsendable } from "../parts/several.js";
import { Assistant } from "./assistant.js";

const MOST = 200;
const FEW = 8;

const STATES = {
  RECEIVED: { word: "Waiting to be read", kind: "pending" },
  READ: { word: "Being sent", kind: "pending" },
  DONE: { word: "Done", kind: "expected" },
  QUARANTINED: { word: "Refused", kind: "unexplained" },
  REPLACED: { word: "Refused, then replaced", kind: "expected" },
  GIVEN_UP: { word: "Refused, then given up", kind: "expected" },
};
const SOURCES = { FOLDER: "Folder", SFTP: "SFTP", UPLOAD: "Browser", HL7: "HL7" };

/** A look with `preview`, or sending with `confirm`; the file is the body both times. */
const post = async (file, params) =>
  (
    await send(url("files", { name: file.name, ...params }), {
      method: "POST",
      headers: { "Content-Type": "application/octet-stream" },
      body: file,
    })
  ).json();

export function Files({ me }) {
  const state = useData(url("files", { limit: MOST }), ["files"]);
  const taking = useData(url("files/missing"), []);
  const rows = state.data?.rows ?? [];
  return html`
    <div class="title">
      <h1>Files</h1>
      <div class="filters"><${Csv} address=${url("files")} name="files.csv" /></div>
    </div>
    <${Asked} me=${me} />
    ${taking.data?.takesFiles === false
      ? html`<p class="notice" id="no-sending">Files cannot be sent here. Put them into the company's intake folder.</p>`
      : html`<${Sending} me=${me} />`}
    <${Missing} me=${me} />
    ${mayReplaceMapping(me) && html`<${Readable} /><${Mappings} />`}
    ${!state.data
      ? html`<${Waiting} ...${state} what="the files" />`
      : html`<${Stale} problem=${state.problem} />
          <section class="card">
            <h2>Received files</h2>
            ${rows.length === 0
              ? html`<p>No files have been received.</p>`
              : html`<${Received} of=${rows} me=${me} />`}
            ${state.data.next && html`<p class="quiet">There are more. The downloads have all of them.</p>`}
          </section>`}
  `;
}

/** Takes files: chosen or dropped, previewed, then sent or not. */
function Sending({ me }) {
  const [state, setState] = useState({});
  const [isOver, setOver] = useState(false);
  const turn = useRef(0);
  const heading = useRef(null);
  useEffect(() => {
    // A file that is dropped beside the box must not replace the page.
    const stop = (event) => event.preventDefault();
    addEventListener("dragover", stop);
    addEventListener("drop", stop);
    return () => {
      removeEventListener("dragover", stop);
      removeEventListener("drop", stop);
    };
  }, []);
  useEffect(() => heading.current?.focus(), [state.look]);

  const look = async (files) => {
    const mine = ++turn.current;
    const set = (next) => mine === turn.current && setState(next);
    if (files.length === 0) {
      return;
    } else if (files.length > 1) {
      set({ several: files });
      return;
    }
    const file = files[0];
    const why = unsendable(file);
    if (why !== null) {
      set({ problem: new Problem(0, "Not sent", why) });
      return;
    }
    set({ busy: `Reading ${file.name}…` });
    try {
      set({ file, look: await post(file, { preview: true }) });
    } catch (problem) {
      set({ problem });
    }
  };
  const confirm = async () => {
    const { file, look: seen } = state;
    setState({ busy: `Sending ${file.name}…` });
    try {
      await post(file, { confirm: seen.sha256 });
      setState({ told: `${file.name} was sent. It appears below as soon as it is read.` });
    } catch (problem) {
      setState({ problem });
    }
  };
  const drop = (event) => {
    event.preventDefault();
    setOver(false);
    look([...event.dataTransfer.files]);
  };
  return html`
    <section class="card send" aria-busy=${Boolean(state.busy)}>
      <h2>Send files</h2>
      <div class="drop ${isOver ? "over" : ""}" id="drop" onDragOver=${() => setOver(true)}
        onDragLeave=${() => setOver(false)} onDrop=${drop}>
        <label class="button" for="file">Choose files</label>
        <input class="hidden" type="file" id="file" multiple disabled=${state.busy}
          onChange=${(event) => {
            look([...event.target.files]);
            event.target.value = "";
          }} />
        <span class="quiet">or drop them here. You see what they are before they are sent.</span>
      </div>
      <p role="status" class=${state.busy || state.told ? "told" : "hidden"}>${state.busy ?? state.told}</p>
      ${state.problem &&
      html`<p role="alert" class="notice">${state.problem.title}: ${state.problem.message}</p>`}
      ${state.several &&
      html`<${Several} key=${turn.current} of=${state.several} post=${post}
        onEnd=${(told) => setState(told === null ? {} : { told })} />`}
      ${state.look &&
      html`<div id="preview">
        <h3 tabindex="-1" ref=${heading}>${state.look.name}</h3>
        ${state.look.survey && mayReplaceMapping(me)
          ? html`<${Assistant} file=${state.file} of=${state.look} show=${Preview} onSend=${confirm}
              onSaved=${(match) => setState({ told: `Saved. From now on, files named ${match} are read this way.` })} />`
          : html`<${Preview} of=${state.look} />`}
        ${state.look.survey && !mayReplaceMapping(me) &&
        html`<p class="quiet">A user with the admin role can say here how such files are read.</p>`}
        <p class="buttons">
          ${state.look.refused === null &&
          html`<button type="button" class="main" onClick=${confirm}>Send</button>`}${" "}
          <button type="button" onClick=${() => setState({})}>Cancel</button>
        </p>
      </div>`}
    </section>
  `;
}

/** Files that were read in another time zone than the company's, so their times are wrong. */
function OtherZone({ of, onAsked }) {
  const [told, setTold] = useState(null);
  const again = async () => {
    setTold({ busy: true });
    try {
      const { files } = await (await send(url("files/again"), { method: "POST" })).json();
      setTold({ says: `${plural(files, "file is", "files are")} read again.` });
      onAsked();
    } catch (problem) {
      setTold({ problem });
    }
  };
  return html`
    ${told?.says && html`<p role="status" class="told">${told.says}</p>`}
    ${of && html`<section class="card" id="zone">
      <h2>Read in another time zone</h2>
      <p>
        ${plural(of.files, "file was", "files were")} read in the time zone ${of.zone}, so times without a zone in ${of.files === 1 ? "it" : "them"} are wrong until ${of.files === 1 ? "it is" : "they are"} read again.
      </p>
      ${told?.problem && html`<p role="alert" class="notice">${told.problem.title}: ${told.problem.message}</p>`}
      <p class="buttons"><button type="button" class="main" disabled=${told?.busy} onClick=${again}>Read ${of.files === 1 ? "it" : "them"} again</button></p>
    </section>`}
  `;
}

/** Files that were refused, and that can be read by now; and files to read in another time zone. */
function Readable() {
  const state = useData(url("files/again"), ["files", "settings"]);
  const [sent, setSent] = useState({});
  const rows = (state.data?.rows ?? []).filter((one) => !sent[one.sha256]?.done);
  const again = async (sha) => {
    const say = (what) => setSent((old) => ({ ...old, [sha]: what }));
    say({ asking: true });
    try {
      await send(url(`files/${sha}/again`), { method: "POST" });
      say({ done: true });
    } catch (problem) {
      say({ problem });
    }
  };
  return html`<${OtherZone} of=${state.data?.otherZone} onAsked=${state.again} />
  ${rows.length > 0 && html`<section class="card" id="again">
    <h2>Refused files that can be read now</h2>
    <ul>
      ${rows.map(
        (one) => html`<li key=${one.sha256}>${one.name}${" "}
          <button type="button" disabled=${sent[one.sha256]?.asking} aria-label=${"Read again: " + one.name}
            onClick=${() => again(one.sha256)}>Read again</button>
          ${sent[one.sha256]?.problem &&
          html`<span role="alert" class="bad">${sent[one.sha256].problem.message}</span>`}</li>`,
      )}
    </ul>
  </section>`}`;
}

const KINDS = {
  visit: ["visit", "visits"],
  charge: ["charge", "charges"],
  rejection: ["rejection", "rejections"],
  transmission: ["transmission", "transmissions"],
  note: ["note", "notes"],
  feed: ["feed", "feeds"],
};
const named = (n, kind) => plural(n, ...(KINDS[kind] ?? [kind, kind + "s"]));

function Preview({ of }) {
  if (of.refused !== null) {
    return html`<p role="alert" class="notice">This file cannot be used. ${sentence(of.refused)}</p>`;
  }
  const changes = of.changes.flatMap(({ kind, adds, changes: changed, removes }) => [
    adds > 0 && html`<li>Adds ${named(adds, kind)}</li>`,
    changed > 0 && html`<li>Changes ${named(changed, kind)}</li>`,
    removes > 0 && html`<li>Removes ${named(removes, kind)}</li>`,
  ]).filter(Boolean);
  const isMessages = of.entry?.startsWith("HL7 ");
  return html`
    ${of.repeats !== null &&
    html`<p class="notice">The same file was received before as ${of.repeats}. Nothing would change.</p>`}
    <dl class="facts">
      <dt>Read by</dt><dd>${of.entry ?? "–"}</dd>
      <dt>${isMessages ? "Messages" : "Rows"}</dt>
      <dd>
        ${number(of.rows)}: ${number(of.valid)} valid, ${number(of.dead)} invalid, ${number(of.skipped)} skipped
      </dd>
      <dt>Business dates</dt>
      <dd>${of.firstDate ? html`<${Day} iso=${of.firstDate} /> to <${Day} iso=${of.lastDate} />` : "–"}</dd>
      ${!isMessages && html`
        <dt>Columns used</dt><dd>${of.matched.join(", ") || "–"}</dd>
        <dt>Columns not used</dt><dd>${of.unused.join(", ") || "–"}</dd>`}
    </dl>
    ${of.note && html`<p>${sentence(of.note)}</p>`}
    ${changes.length > 0 ? html`<ul>${changes}</ul>` : html`<p>Nothing would change.</p>`}
    ${of.days.length > 0 &&
    html`<p class="quiet">
      Days affected: ${of.days.slice(0, FEW).map((one, i) => html`${i > 0 && ", "}<${Day} iso=${one} />`)}${of.days.length > FEW ? ` and ${number(of.days.length - FEW)} more` : ""}
    </p>`}
    ${of.reasons.length > 0 &&
    html`<h4>Invalid ${isMessages ? "messages" : "rows"}</h4>
      <ul>
        ${of.reasons.map(
          (one) => html`<li>${one.line !== null && `Line ${number(one.line)}: `}${one.column && html`<b>${one.column}</b> `}${one.reason}</li>`,
        )}
      </ul>`}
  `;
}

const Received = ({ of, me }) => html`<${Scroll}>
  <table class="figures list" id="files">
    <thead>
      <tr>
        <th scope="col">File</th>
        <th scope="col">Status</th>
        <th scope="col">Came by</th>
        <th scope="col" class="number">Received</th>
        <th scope="col" class="number">Rows</th>
        <th scope="col" class="number">Invalid rows</th>
        <th scope="col" class="number">Records</th>
        <th scope="col" class="number">Sent</th>
      </tr>
    </thead>
    <tbody>
      ${of.map(
        (one) => html`<tr key=${one.sha256 + one.part} data-state=${one.state}>
          <td class="reason">
            ${one.name}${" "}
            ${one.reason && html`<p class="action">${sentence(one.reason)}</p>`}
            <${Again} of=${one} me=${me} />
          </td>
          <td><span class="tag ${STATES[one.state].kind}">${STATES[one.state].word}</span></td>
          <td>${SOURCES[one.source]}${one.by && `, ${one.by}`}</td>
          <td class="number"><${Moment} iso=${one.receivedAt} /></td>
          <td class="number">${number(one.rows)}</td>
          <td class="number">${number(one.dead)}</td>
          <td class="number">${number(one.facts)}</td>
          <td class="number">${number(one.sent)}</td>
        </tr>`,
      )}
    </tbody>
  </table>
<//>`;
