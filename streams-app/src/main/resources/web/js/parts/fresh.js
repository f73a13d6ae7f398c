// How fresh what is shown is.
import { html, useEffect, useState } from "../../vendor/preact-htm-3.1.1.js";
import { get, line, onFreshness, url } from "../api.js";
import { instant, plural } from "../format.js";
import { onState } from "../live.js";

const LOOK_MS = 1_000;
const ASK_MS = 20_000;
const ASK_AGAIN_MS = 3_000;
const STANDS_MS = 50_000;
const MUCH = 1_000;

/** How long an answer may take, and how long nothing may come at all, until it is said. */
const OWES_MS = 5_000;
const SILENT_MS = 30_000;

/** Asks now and then, because a service with nothing new says nothing; not while it is not seen. */
function useFreshness(isOn) {
  const [fresh, setFresh] = useState({ asOf: null, lag: null, progress: null, stopped: null });
  const [moved, setMoved] = useState(Date.now());
  const [live, setLive] = useState("connecting");
  const [, look] = useState(0);
  useEffect(() => onFreshness(setFresh), []);
  useEffect(() => onState(setLive), []);
  useEffect(() => setMoved(Date.now()), [fresh.asOf, live]);
  useEffect(() => {
    if (!isOn) {
      return undefined;
    }
    let last = Date.now();
    const timer = setInterval(() => {
      if (document.visibilityState === "hidden") {
        return;
      }
      const { isCut, owesMs } = line();
      if (owesMs === 0 && Date.now() - last > (isCut ? ASK_AGAIN_MS : ASK_MS)) {
        last = Date.now();
        get(url("me")).catch(() => {});
      }
      look((n) => n + 1);
    }, LOOK_MS);
    return () => clearInterval(timer);
  }, [isOn]);
  return { ...fresh, live: line().isCut ? "lost" : live, stands: Date.now() - moved > STANDS_MS };
}

export function Fresh({ isOn }) {
  const { asOf, lag, progress, stopped, live, stands } = useFreshness(isOn);
  if (!isOn) {
    return null;
  }
  const [state, text] = words(live, asOf, lag, progress, stopped, stands);
  return html`<span class="fresh ${state}" role=${state === "live" ? null : "status"} data-as-of=${asOf} data-live=${live}>
    <span class="dot" aria-hidden="true"></span>
    ${text}
  </span>`;
}

/** Above every view: its figures are old, and nothing in them says so. */
export function Standstill() {
  const [{ asOf, stopped }, setFresh] = useState({ asOf: null, stopped: null });
  useEffect(() => onFreshness(setFresh), []);
  return (
    stopped &&
    html`<p class="notice" role="alert" id="stopped">
      The figures have stopped: ${stopped.reason}.
      ${asOf ? ` They are as of ${instant(asOf)}, and what was received since then may be missing from them.` : " As of what time they are is not known."}
      ${" "}To do: ${stopped.action}.
    </p>`
  );
}

const left = (doneAt) => {
  const minutes = Math.ceil((Date.parse(doneAt) - Date.now()) / 60_000);
  return minutes > 0 ? `, about ${plural(minutes, "minute")} left` : "";
};

/** What is said of the work that is going on. */
const WORK = {
  REBUILDING: (since, percent) => `The tables have been rebuilding since ${since}: ${percent}% done.`,
};

const said = ({ work, since, percent }) => WORK[work]?.(instant(since), percent) ?? "";

function words(live, asOf, lag, progress, stopped, stands) {
  const as = asOf ? `as of ${instant(asOf)}` : "time not known yet";
  if (live === "lost") {
    return ["lost", `Disconnected, ${as}. Reconnecting…`];
  } else if (live !== "live") {
    return ["waits", live === "paused" ? "Paused" : "Connecting…"];
  } else if (line().owesMs > OWES_MS || line().silentMs > SILENT_MS) {
    return ["waits", `No answer from the service, ${as}`];
  } else if (stopped) {
    return ["lost", `Figures stopped, ${as}`];
  } else if (progress?.work === "CATCHING_UP") {
    return ["waits", `Catching up, ${as}: ${progress.percent}% done${left(progress.doneAt)}`];
  } else if (progress?.work === "APPLYING_SETTINGS") {
    const { percent, doneAt } = progress;
    return ["waits", `Applying settings, ${as}: ${percent}% done${left(doneAt)}; until then, figures are in between`];
  } else if (lag > MUCH) {
    return ["waits", `Catching up, ${as}, ${plural(lag, "update")} behind`];
  } else if (stands) {
    return ["waits", `Clock stopped, ${as}`];
  }
  return ["live", progress ? `Live, ${as}. ${said(progress)}` : `Live, ${as}`];
}
