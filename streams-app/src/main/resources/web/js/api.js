// The service's API: requests, the token, problems, and how fresh the answers are.
import { setZone } from "./format.js";
import { current } from "./route.js";

const ROOT = "/api/v1/";
const TOKEN = "visit-balance-token";

/** The event of a token that is not, or no longer, taken. */
export const UNKNOWN = "caller-unknown";

/** The name of a file, or of a sheet in one, before what is said of it. */
const FILE = /^[^:]+\.\w+(![^:]*)?:/;

/** A text as a sentence: a capital letter first, unless it is a file's name; a period at the end. */
export const sentence = (text) =>
  (FILE.test(text) ? text[0] : text[0].toUpperCase()) + text.slice(1) + (/[.!?]$/.test(text) ? "" : ".");

/** Something that the service refused or could not do; its text says what to do. */
export class Problem extends Error {
  constructor(status, title, detail, signIn = ["token"], values = null) {
    super(sentence(detail));
    this.status = status;
    this.title = title;
    this.signIn = signIn;
    this.values = values;
  }
}

/** A service that takes longer to begin an answer is asked again. */
const PATIENCE_MS = 30_000;

const hearers = new Set();
const asked = new Set();
let isCut = false;
let heardAt = Date.now();

/** Something has come from the service. */
export function heard() {
  isCut = false;
  heardAt = Date.now();
}

/** How the service answers: whether it cannot be reached, and for how long it owes an answer. */
export const line = () => ({
  isCut,
  owesMs: asked.size === 0 ? 0 : Date.now() - Math.min(...[...asked].map((one) => one.at)),
  silentMs: Date.now() - heardAt,
});

let freshness = { asOf: undefined, lag: null, progress: null, stopped: null };

/**
 * Calls back with {asOf, lag, progress, stopped} whenever an answer says so. What is not known yet is
 * null; as long as there was no answer, asOf is undefined.
 */
export function onFreshness(hearer) {
  hearers.add(hearer);
  hearer(freshness);
  return () => hearers.delete(hearer);
}

/**
 * Takes over what an answer or an event said; an answer that was overtaken by another one does not
 * take it back.
 */
export function fresh(asOf, lag, progress, stopped = null) {
  if (!freshness.asOf || (asOf && Date.parse(asOf) >= Date.parse(freshness.asOf))) {
    freshIs(asOf, lag, progress, stopped);
  }
}

/** The same from a service that has just been found: what was heard before may be another's. */
export function freshIs(asOf, lag, progress, stopped = null) {
  freshness = { asOf, lag, progress, stopped };
  hearers.forEach((hearer) => hearer(freshness));
}

/** The token of this tab; it is forgotten with the tab. */
export const token = {
  get: () => sessionStorage.getItem(TOKEN),
  set: (text) => sessionStorage.setItem(TOKEN, text),
  clear: () => sessionStorage.removeItem(TOKEN),
};

/** Tells the other tabs of this browser that its session has ended, and hears it from them. */
const tabs = new BroadcastChannel("visit-balance-session");
tabs.onmessage = () => dispatchEvent(new Event(UNKNOWN));

/** Signs out: of this tab's token, or of the session that all tabs of this browser share. */
export async function signOut() {
  if (token.get()) {
    token.clear();
    location.reload();
    return;
  }
  const { to } = await (await send("/sign-out", { method: "POST" })).json();
  tabs.postMessage("ended");
  location.assign(to);
}

/** The address of a resource; parameters as in route.href. */
export function url(path, params = {}) {
  const query = new URLSearchParams();
  const tenant = current().params.get("tenant");
  for (const [name, value] of Object.entries({ ...params, ...(tenant ? { tenant } : {}) })) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== null && one !== undefined && one !== "") {
        query.append(name, one);
      }
    }
  }
  const text = query.toString();
  return ROOT + path + (text ? "?" + text : "");
}

/** Waits for an answer to begin, and keeps in mind that one is awaited. */
async function asking(address, options) {
  const abort = new AbortController();
  const stop = () => abort.abort();
  const timer = options.method ? null : setTimeout(stop, PATIENCE_MS);
  const mark = { at: Date.now() };
  options.signal?.addEventListener("abort", stop);
  asked.add(mark);
  try {
    const response = await fetch(address, { ...options, signal: abort.signal });
    heard();
    return response;
  } catch (failure) {
    if (options.signal?.aborted) {
      throw failure;
    }
    isCut = failure.name !== "AbortError";
    throw new Problem(
      0,
      isCut ? "Cannot reach the service" : "The service does not answer",
      "Trying again in a few seconds.",
    );
  } finally {
    asked.delete(mark);
    clearTimeout(timer);
    options.signal?.removeEventListener("abort", stop);
  }
}

/** Sends a request; throws a Problem for every answer that is none. */
export async function send(address, options = {}) {
  const headers = { ...options.headers };
  if (token.get()) {
    headers.Authorization = "Bearer " + token.get();
  }
  const response = await asking(address, { ...options, headers, cache: "no-store" });
  fresh(
    response.headers.get("Visit-Balance-As-Of"),
    Number(response.headers.get("Visit-Balance-Lag") ?? 0),
    JSON.parse(response.headers.get("Visit-Balance-Progress") ?? "null"),
    JSON.parse(response.headers.get("Visit-Balance-Stopped") ?? "null"),
  );
  if (response.status === 401) {
    dispatchEvent(new Event(UNKNOWN));
  }
  if (!response.ok && response.status !== 304) {
    const told = await response.json().catch(() => ({}));
    throw new Problem(
      response.status,
      told.title ?? "Request failed",
      told.detail ?? `The service returned status ${response.status}.`,
      told.signIn,
      told.problems,
    );
  }
  return response;
}

/**
 * An answer's JSON. Of an answer that is known already the service says only that it still holds.
 *
 * @param known what is known of the address: {tag, answer}; what is learned is put there
 */
export async function get(address, signal, known = {}) {
  const response = await send(address, { signal, headers: known.tag ? { "If-None-Match": known.tag } : {} });
  if (response.status === 304) {
    const asOf = response.headers.get("Visit-Balance-As-Of");
    known.answer = { ...known.answer, freshness: { ...known.answer.freshness, ...(asOf ? { asOf } : {}) } };
    return known.answer;
  }
  const answer = await response.json();
  known.tag = response.headers.get("ETag");
  known.answer = known.tag ? answer : null;
  if (answer.freshness?.zone) {
    setZone(answer.freshness.zone);
  }
  return answer;
}

/** Saves a list as a file, under a name that says what it is, and whether it is a part. */
export async function save(address, name) {
  const response = await send(address);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await response.blob());
  const isPart = /-part\.\w+"?$/.test(response.headers.get("Content-Disposition") ?? "");
  link.download = isPart ? name.replace(/\.\w+$/, "-part$&") : name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
