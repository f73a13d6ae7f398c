// Which kinds of things have changed. All tabs share one stream; a tab that is not seen has none.
import { UNKNOWN, fresh, freshIs, heard, onFreshness, token, url } from "./api.js";
import { dateAt } from "./format.js";
import { follow } from "./stream.js";

const BEAT_MS = 15_000;

/** A worker that has not answered by then is not used. */
const ANSWERS_MS = 5_000;

const listeners = new Set();
const watchers = new Set();
let state = "connecting";
let isWanted = false;
let port = null;
let own = null;
let patience = null;

const dayOf = (asOf) => asOf && dateAt(asOf);

// What is told of today, or since Monday, is another thing on another day, although no row has changed.
// Until the day is known, the service takes its own clock's.
let last;
onFreshness(({ asOf }) => {
  const isAnother = last !== undefined && dayOf(asOf) !== dayOf(last);
  last = asOf;
  if (isAnother) {
    listeners.forEach((listener) => listener(null));
  }
});

/** Calls back with the kinds that have changed; null: any may have. */
export function onChange(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Calls back with "connecting", "live", "lost", or "paused" while the tab is not seen. */
export function onState(watcher) {
  watchers.add(watcher);
  watcher(state);
  return () => watchers.delete(watcher);
}

function become(now) {
  if (state !== now) {
    state = now;
    watchers.forEach((watcher) => watcher(now));
  }
}

/** Starts listening, for the tenant of the address; anything before is stopped. */
export function start() {
  isWanted = true;
  turn();
}

/** Stops listening, until it is started again. */
export function end() {
  isWanted = false;
  turn();
}

document.addEventListener("visibilitychange", turn);
addEventListener("pageshow", (event) => event.persisted && turn());
addEventListener("pagehide", () => stop());
setInterval(() => state !== "paused" && port?.postMessage({ beat: true }), BEAT_MS);

/** Listens if it is wanted and the tab is seen. */
function turn() {
  stop();
  if (!isWanted) {
    return;
  } else if (document.visibilityState === "hidden") {
    become("paused");
    return;
  }
  become("connecting");
  const source = { address: url("changes"), token: token.get() };
  port ??= worker();
  if (port) {
    port.postMessage({ listen: source });
    patience = setTimeout(() => alone(source), ANSWERS_MS);
  } else {
    alone(source);
  }
}

function stop() {
  clearTimeout(patience);
  port?.postMessage({ leave: true });
  own?.abort();
  own = null;
}

/** The tabs' common worker; null where there is none. */
function worker() {
  try {
    const shared = new SharedWorker("/js/live-worker.js", { type: "module", name: "visit-balance" });
    shared.port.onmessage = ({ data }) => {
      clearTimeout(patience);
      if (!own && document.visibilityState !== "hidden") {
        take(data);
      }
    };
    return shared.port;
  } catch {
    return null;
  }
}

/** A stream of this tab's own. */
function alone(source) {
  port = null;
  own = new AbortController();
  const { signal } = own;
  follow(source, signal, (said) => !signal.aborted && take(said));
}

function take({ state: now, event, change, heard: isHeard, refused, joined, again }) {
  if (refused) {
    dispatchEvent(new Event(UNKNOWN));
  }
  if (isHeard || now === "live") {
    heard();
  }
  if (change) {
    (event === "hello" ? freshIs : fresh)(change.asOf, change.lag, change.progress, change.stopped);
  }
  if (now) {
    become(now);
  }
  if (event === "changed") {
    listeners.forEach((listener) => listener(change.kinds));
  } else if (joined) {
    listeners.forEach((listener) => listener(null));
  }
  if (again) {
    turn();
  }
}
