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

/** What is asked before the reader leaves the view that is shown; null: nothing. */
let leaving = null;

/**
 * Asks before the reader leaves the view, until the function that is returned is called.
 *
 * @param question whether to leave
 */
export function guardLeaving(question) {
  const mine = { question, hash: location.hash };
  leaving = mine;
  return () => {
    leaving = leaving === mine ? null : leaving;
  };
}

/** Whether the reader stays; the address is then what it was. */
function stays() {
  if (!leaving || location.hash === leaving.hash) {
    return false;
  } else if (confirm(leaving.question)) {
    leaving = null;
    return false;
  }
  history.pushState(null, "", leaving.hash);
  return true;
}

/** The route, and again each time it changes. */
export function useRoute() {
  const [route, setRoute] = useState(current);
  useEffect(() => {
    const changed = () => {
      if (!stays()) {
        setRoute(current());
      }
    };
    addEventListener("hashchange", changed);
    addEventListener(CHANGED, changed);
    return () => {
      removeEventListener("hashchange", changed);
      removeEventListener(CHANGED, changed);
    };
  }, []);
  return route;
}
