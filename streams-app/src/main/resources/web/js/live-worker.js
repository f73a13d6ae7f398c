// One stream of changes for all tabs of a company: a browser keeps few connections to a host, and a
// stream takes one for as long as it lasts. A tab that is not seen does not listen.
import { follow } from "./stream.js";

/** A tab that was closed without a word; tabs say every 15 seconds that they are there. */
const GONE_MS = 60_000;
const CHECK_MS = 20_000;

/** By address and token: who listens since when, and what was said last. */
const streams = new Map();

/** By port: the stream it listens to. */
const places = new Map();

onconnect = ({ ports: [port] }) => {
  port.onmessage = ({ data }) => {
    if (data.listen) {
      leave(port);
      join(port, data.listen);
    } else if (data.leave) {
      leave(port);
    } else {
      places.get(port)?.ports.set(port, Date.now());
    }
  };
};

function join(port, source) {
  const key = JSON.stringify([source.address, source.token]);
  let stream = streams.get(key);
  if (stream) {
    // What this tab has asked for before may have changed since.
    port.postMessage({ state: stream.state, joined: true, event: "hello", change: stream.last });
  } else {
    stream = { key, ports: new Map(), abort: new AbortController(), state: "connecting", last: null };
    streams.set(key, stream);
    port.postMessage({ state: "connecting" });
    const own = stream;
    follow(source, own.abort.signal, (said) => tell(own, said)).then(() => forget(own));
  }
  stream.ports.set(port, Date.now());
  places.set(port, stream);
}

function tell(stream, said) {
  stream.state = said.state ?? stream.state;
  stream.last = said.change ?? stream.last;
  [...stream.ports.keys()].forEach((port) => port.postMessage(said));
}

function leave(port) {
  const stream = places.get(port);
  places.delete(port);
  stream?.ports.delete(port);
  if (stream?.ports.size === 0) {
    stream.abort.abort();
    forget(stream);
  }
}

function forget(stream) {
  if (streams.get(stream.key) === stream) {
    streams.delete(stream.key);
  }
}

setInterval(() => {
  const gone = Date.now() - GONE_MS;
  for (const [port, stream] of places) {
    if (stream.ports.get(port) < gone) {
      leave(port);
      // It may only have slept, with the computer; then it comes again.
      port.postMessage({ state: "lost", again: true });
    }
  }
}, CHECK_MS);
