// The service's API: requests, the token, problems, and how fresh the answers are.
import { current } from "./route.js";

const ROOT = "/api/v1/";
const TOKEN = "visit-balance-token";

/** The event of a token that is not, or no longer, taken. */
export const UNKNOWN = "caller-unknown";

/** A text as a sentence: a capital letter first, a period at the end. */
export const sentence = (text) =>
  text[0].toUpperCase() + text.slice(1) + (/[.!?]$/.test(text) ? "" : ".");

/** Something that the service refused or could not do; its text says what to do. */
export class Problem extends Error {
  constructor(status, title, detail) {
    super(sentence(detail));
    this.status = status;
    this.title = title;
  }
}

const hearers = new Set();
let freshness = { asOf: null, lag: null };

/** Calls back with {asOf, lag} whenever an answer says so. */
export function onFreshness(hearer) {
  hearers.add(hearer);
  hearer(freshness);
  return () => hearers.delete(hearer);
}

/**
 * Takes over what an answer or an event said; an answer that was overtaken by another one does not
 * take it back.
 */
export function fresh(asOf, lag) {
  if (asOf && (!freshness.asOf || Date.parse(asOf) >= Date.parse(freshness.asOf))) {
    freshIs(asOf, lag);
  }
}

/** The same from a service that has just been found: what was heard before may be another's. */
export function freshIs(asOf, lag) {
  freshness = { asOf, lag };
  hearers.forEach((hearer) => hearer(freshness));
}

/** The token of this tab; it is forgotten with the tab. */
export const token = {
  get: () => sessionStorage.getItem(TOKEN),
  set: (text) => sessionStorage.setItem(TOKEN, text),
  clear: () => sessionStorage.removeItem(TOKEN),
};

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

/** Sends a request; throws a Problem for every answer that is none. */
export async function send(address, options = {}) {
  const headers = { ...options.headers };
  if (token.get()) {
    headers.Authorization = "Bearer " + token.get();
  }
  let response;
  try {
    response = await fetch(address, { ...options, headers, cache: "no-store" });
  } catch (failure) {
    if (failure.name === "AbortError") {
      throw failure;
    }
    throw new Problem(0, "Cannot reach the service", "Trying again in a few seconds.");
  }
  fresh(
    response.headers.get("Visit-Balance-As-Of"),
    Number(response.headers.get("Visit-Balance-Lag") ?? 0),
  );
  if (response.status === 401) {
    dispatchEvent(new Event(UNKNOWN));
  }
  if (!response.ok) {
    const told = await response.json().catch(() => ({}));
    throw new Problem(
      response.status,
      told.title ?? "Request failed",
      told.detail ?? `The service returned status ${response.status}.`,
    );
  }
  return response;
}

/** An answer's JSON. */
export async function get(address, signal) {
  return (await send(address, { signal })).json();
}

/** Saves a list as a file, under a name that says what it is. */
export async function save(address, name) {
  const response = await send(address);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await response.blob());
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
