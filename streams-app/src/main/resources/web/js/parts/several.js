// Several files at once: each is previewed, then all that can be used are sent.
import { html, useEffect, useRef, useState } from "../../vendor/preact-htm-3.1.1.js";
import { sentence } from "../api.js";
import { number, plural } from "../format.js";
import { Scroll } from "./scroll.js";

const BUSY = 429;
const PAUSE_MS = 1_000;
const TRIES = 30;

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** The service takes one file at a time; another person's may be in the way. */
async function patiently(ask) {
  for (let turn = 1; ; turn++) {
    try {
      return await ask();
    } catch (problem) {
      if (problem.status !== BUSY || turn === TRIES) {
        throw problem;
      }
      await pause(PAUSE_MS);
    }
  }
}

const isGood = (one) => one.look && one.look.refused === null;
const saysOf = ({ look, problem, isSent }) => {
  if (problem) {
    return sentence(problem.message);
  } else if (!look) {
    return "Waiting";
  } else if (look.refused !== null) {
    return sentence(look.refused);
  }
  return isSent ? "Sent" : look.repeats === null ? "Can be sent" : `Received before as ${look.repeats}`;
};

const MOST_BYTES = 64 * 1024 * 1024;

/** Why a file need not be asked about; null if it has to be. */
export function unsendable({ size }) {
  if (size === 0) {
    return "The file is empty. Export it again.";
  }
  return size > MOST_BYTES ? "The file is larger than 64 MiB. Put it into the intake folder." : null;
}

/**
 * @param of the files
 * @param post previews a file or sends it
 * @param onEnd is told what there is to say at the end; null: it was canceled
 */
export function Several({ of, post, onEnd }) {
  const [rows, setRows] = useState(() => of.map((file) => ({ file })));
  const [step, setStep] = useState("looking");
  const heading = useRef(null);
  const isOver = useRef(false);
  const put = (i, more) => !isOver.current && setRows((old) => old.map((one, n) => (n === i ? { ...one, ...more } : one)));
  useEffect(() => {
    heading.current.focus();
    (async () => {
      for (let i = 0; i < of.length && !isOver.current; i++) {
        const why = unsendable(of[i]);
        if (why !== null) {
          put(i, { problem: { message: why } });
          continue;
        }
        try {
          put(i, { look: await patiently(() => post(of[i], { preview: true })) });
        } catch (problem) {
          put(i, { problem });
        }
      }
      if (!isOver.current) {
        setStep("asking");
      }
    })();
    return () => (isOver.current = true);
  }, []);
  const good = rows.filter(isGood);
  const send = async () => {
    setStep("sending");
    let failed = 0;
    for (let i = 0; i < rows.length && !isOver.current; i++) {
      if (isGood(rows[i])) {
        try {
          await patiently(() => post(rows[i].file, { confirm: rows[i].look.sha256 }));
          put(i, { isSent: true });
        } catch (problem) {
          failed++;
          put(i, { problem });
        }
      }
    }
    if (!isOver.current && failed === 0 && good.length === rows.length) {
      onEnd(`${plural(good.length, "file was", "files were")} sent. They appear below as they are read.`);
    } else {
      setStep("sent");
    }
  };
  return html`<div id="several">
    <h3 tabindex="-1" ref=${heading}>${plural(rows.length, "file")}</h3>
    <${Scroll}><table class="figures list">
      <thead>
        <tr>
          <th scope="col">File</th>
          <th scope="col">Read by</th>
          <th scope="col" class="number">Valid rows</th>
          <th scope="col" class="number">Invalid rows</th>
          <th scope="col">Status</th>
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (one) => html`<tr key=${one.file.name}>
            <td class="reason">${one.file.name}</td>
            <td>${one.look?.entry ?? "–"}</td>
            <td class="number">${one.look ? number(one.look.valid) : "–"}</td>
            <td class="number">${one.look ? number(one.look.dead) : "–"}</td>
            <td class=${one.problem || one.look?.refused ? "bad" : ""}>${saysOf(one)}</td>
          </tr>`,
        )}
      </tbody>
    </table><//>
    <p role="status" class=${step === "asking" ? "hidden" : "told"}>
      ${{ looking: "Reading the files…", asking: "", sending: "Sending the files…", sent: "The files marked as sent appear below as they are read." }[step]}
    </p>
    <p class="buttons">
      ${step === "asking" && good.length > 0 &&
      html`<button type="button" class="main" onClick=${send}>Send ${plural(good.length, "file")}</button>`}${" "}
      <button type="button" onClick=${() => onEnd(null)}>${step === "sent" ? "Close" : "Cancel"}</button>
    </p>
  </div>`;
}
