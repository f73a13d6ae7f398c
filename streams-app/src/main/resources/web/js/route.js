// What is shown is in the address, filters too, so that a view can be shared:
// #/period?location=DTN&granularity=DAY&from=2026-11-04
import { useEffect, useState } from "../vendor/preact-htm-3.1.1.js";
import { parse } from "./addresses.js";

const CHANGED = "route-changed";

/** The view, what it is about, and its filters; or the problem with the address. */
export const current = () => parse(location.hash);

/**
 * The address of a view. A parameter may be a list; null, undefined and "" leave it out. The
 * tenant goes along.
 */
export function href(view, params = {}) {
  const query = new URLSearchParams();
  const tenant = current().params.get("tenant");
  for (const [name, value] of Object.entries({ ...(tenant ? { tenant } : {}), ...params })) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== null && one !== undefined && one !== "") {
        query.append(name, one);
      }
    }
  }
  const text = query.toString();
  return `#/${view}${text ? "?" + text : ""}`;
}

/** Changes filters of the view that is shown, without a step in the browser's history. */
export function narrow(changes) {
  const { view, id, params } = current();
  const all = {};
  for (const name of params.keys()) {
    all[name] = params.getAll(name);
  }
  const path = id === null ? view : `${view}/${encodeURIComponent(id)}`;
  history.replaceState(history.state, "", href(path, { ...all, ...changes }));
  dispatchEvent(new Event(CHANGED));
}

/** The route, and again each time it changes. */
export function useRoute() {
  const [route, setRoute] = useState(current);
  useEffect(() => {
    const changed = () => setRoute(current());
    addEventListener("hashchange", changed);
    addEventListener(CHANGED, changed);
    return () => {
      removeEventListener("hashchange", changed);
      removeEventListener(CHANGED, changed);
    };
  }, []);
  return route;
}
