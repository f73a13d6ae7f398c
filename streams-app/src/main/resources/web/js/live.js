// The live stream: which kinds of things have changed. Read with fetch, which can send a token.
import { fresh, send, url } from "./api.js";

const RETRY_MS = 3_000;
const listeners = new Set();
const watchers = new Set();
let state = "connecting";
let stopped = null;

/** Calls back with the kinds that have changed. */
export function onChange(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Calls back with "connecting", "live" or "lost". */
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
  stopped?.abort();
  stopped = new AbortController();
  listen(stopped.signal);
}

async function listen(signal) {
  let wasLost = false;
  while (!signal.aborted) {
    try {
      const response = await send(url("changes"), {
        headers: { Accept: "text/event-stream" },
        signal,
      });
      become("live");
      if (wasLost) {
        tell(null);
      }
      await read(response.body.pipeThrough(new TextDecoderStream()).getReader());
    } catch {
      // It is asked again below, whatever it was.
    }
    if (!signal.aborted) {
      wasLost = true;
      become("lost");
      await new Promise((done) => setTimeout(done, RETRY_MS));
    }
  }
}

async function read(reader) {
  let text = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) {
      return;
    }
    text += value;
    const events = text.split(/\r?\n\r?\n/);
    text = events.pop();
    events.forEach(hear);
  }
}

function hear(event) {
  const lines = event.split(/\r?\n/);
  const field = (name) =>
    lines
      .filter((line) => line.startsWith(name + ":"))
      .map((line) => line.slice(name.length + 1).trimStart())
      .join("\n");
  const data = field("data");
  if (!data) {
    return;
  }
  const change = JSON.parse(data);
  fresh(change.asOf, change.lag);
  if (field("event") === "changed") {
    tell(change.kinds);
  }
}

/** Null: anything may have changed. */
function tell(kinds) {
  listeners.forEach((listener) => listener(kinds));
}
