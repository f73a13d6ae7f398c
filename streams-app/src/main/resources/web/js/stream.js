// Reads the service's stream of changes, again and again until it is told to stop. Used by the tabs'
// common worker, or by a tab itself where the browser has no such workers.

const RETRY_MS = 3_000;

/** Three times as long as the service is ever silent. */
const SILENT_MS = 45_000;

/**
 * Follows the stream of an address.
 *
 * @param say is told {state: "live" or "lost"}, {event, change}, {heard: true} or {refused: true}
 */
export async function follow({ address, token }, signal, say) {
  while (!signal.aborted) {
    try {
      const response = await fetch(address, {
        headers: { Accept: "text/event-stream", ...(token ? { Authorization: "Bearer " + token } : {}) },
        cache: "no-store",
        signal,
      });
      if (response.status === 401) {
        // Nobody is signed in; it is started again when somebody is.
        say({ refused: true });
        return say({ state: "lost" });
      }
      if (response.ok) {
        say({ state: "live" });
        await read(response.body.pipeThrough(new TextDecoderStream()).getReader(), say);
      }
    } catch {
      // It is asked again below, whatever it was.
    }
    if (!signal.aborted) {
      say({ state: "lost" });
      await new Promise((done) => setTimeout(done, RETRY_MS));
    }
  }
}

/** Until it ends, or nothing comes: a connection that is cut somewhere on its way does not end. */
async function read(reader, say) {
  let text = "";
  for (;;) {
    const silence = setTimeout(() => reader.cancel(), SILENT_MS);
    const { value, done } = await reader.read();
    clearTimeout(silence);
    if (done) {
      return;
    }
    say({ heard: true });
    text += value;
    const events = text.split(/\r?\n\r?\n/);
    text = events.pop();
    events.map(parsed).filter(Boolean).forEach(say);
  }
}

function parsed(event) {
  const lines = event.split(/\r?\n/);
  const field = (name) =>
    lines
      .filter((line) => line.startsWith(name + ":"))
      .map((line) => line.slice(name.length + 1).trimStart())
      .join("\n");
  const data = field("data");
  return data ? { event: field("event"), change: JSON.parse(data) } : null;
}
