// How fresh what is shown is.
import { html, useEffect, useState } from "../../vendor/preact-htm-3.1.1.js";
import { get, onFreshness, url } from "../api.js";
import { instant, plural } from "../format.js";
import { onState } from "../live.js";

const LOOK_MS = 20_000;
const STANDS_MS = 50_000;
const MUCH = 1_000;

/** Asks now and then, because a service with nothing new says nothing. */
function useFreshness(isOn) {
  const [fresh, setFresh] = useState({ asOf: null, lag: null });
  const [moved, setMoved] = useState(Date.now());
  const [live, setLive] = useState("connecting");
  const [, look] = useState(0);
  useEffect(() => onFreshness(setFresh), []);
  useEffect(() => onState(setLive), []);
  useEffect(() => setMoved(Date.now()), [fresh.asOf]);
  useEffect(() => {
    if (!isOn) {
      return undefined;
    }
    const timer = setInterval(() => {
      get(url("me")).catch(() => {});
      look((n) => n + 1);
    }, LOOK_MS);
    return () => clearInterval(timer);
  }, [isOn]);
  return { ...fresh, live, stands: Date.now() - moved > STANDS_MS };
}

export function Fresh({ isOn }) {
  const { asOf, lag, live, stands } = useFreshness(isOn);
  if (!isOn) {
    return null;
  }
  const [state, text] = words(live, asOf, lag, stands);
  return html`<span class="fresh ${state}" role=${state === "live" ? null : "status"} data-as-of=${asOf} data-live=${live}>
    <span class="dot" aria-hidden="true"></span>
    ${text}
  </span>`;
}

function words(live, asOf, lag, stands) {
  const as = asOf ? `as of ${instant(asOf)}` : "no data yet";
  if (live === "lost") {
    return ["lost", `Disconnected, ${as}. Reconnecting…`];
  } else if (live === "connecting") {
    return ["waits", "Connecting…"];
  } else if (lag > MUCH) {
    return ["waits", `Catching up, ${as}, ${plural(lag, "update")} behind`];
  } else if (stands) {
    return ["waits", `Clock stopped, ${as}`];
  }
  return ["live", `Live, ${as}`];
}
