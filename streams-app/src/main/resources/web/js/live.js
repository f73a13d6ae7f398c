// The live stream: which kinds of things have changed. Read with fetch, which can send a token.
import { fresh, freshIs, send, url } from "./api.js";

const RETRY_MS = 3_000;

/** Three times as long as the service is ever silent. */
const SILENT_MS = 45_000;
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
  while (!signal.aborted) {
    try {
      const response = await send(url("changes"), {
        headers: { Accept: "text/event-stream" },
        signal,
      });
      become("live");
      await read(response.body.pipeThrough(new TextDecoderStream()).getReader());
    } catch (problem) {
      if (problem.status === 401) {
        // Nobody is signed in; it is started again when somebody is.
        return become("lost");
      }
      // It is asked again below, whatever it was.
    }
    if (!signal.aborted) {
      become("lost");
      await new Promise((done) => setTimeout(done, RETRY_MS));
    }
  }
}

/** Until it ends, or nothing comes: a connection that is cut somewhere on its way does not end. */
async function read(reader) {
  let text = "";
  for (;;) {
    const silence = setTimeout(() => reader.cancel(), SILENT_MS);
    const { value, done } = await reader.read();
    clearTimeout(silence);
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
  const take = field("event") === "hello" ? freshIs : fresh;
  take(change.asOf, change.lag);
  if (field("event") === "changed") {
    listeners.forEach((listener) => listener(change.kinds));
  }
}
