// Looking for a visit by an ID. The ID stays in this tab's memory: it is in no address and no history.
import { html, useEffect, useState } from "../../vendor/preact-htm-3.1.1.js";
import { UNKNOWN, send, url } from "../api.js";
import { setZone } from "../format.js";
import { current, href } from "../route.js";

const CHANGED = "search-changed";
const NONE = { tenant: null, id: null };

/** The last search: {tenant, id}, with its answer or problem when there is one. */
let latest = NONE;

function set(search) {
  latest = search;
  dispatchEvent(new Event(CHANGED));
}

addEventListener(UNKNOWN, () => set(NONE));

const tenantOf = () => current().params.get("tenant");

async function find(id) {
  const search = { tenant: tenantOf(), id };
  set(search);
  try {
    const response = await send(url("search"), {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ id }),
    });
    const answer = await response.json();
    if (answer.freshness.zone) {
      setZone(answer.freshness.zone);
    }
    if (latest === search) {
      set({ ...search, answer });
    }
  } catch (problem) {
    if (latest === search) {
      set({ ...search, problem });
    }
  }
}

/** The last search in this company: {id, answer, problem, again}; without an ID there was none. */
export function useSearch() {
  const [, again] = useState(0);
  useEffect(() => {
    const changed = () => again((n) => n + 1);
    addEventListener(CHANGED, changed);
    return () => removeEventListener(CHANGED, changed);
  }, []);
  const own = latest.tenant === tenantOf() ? latest : NONE;
  return { ...own, again: () => find(own.id) };
}

const LABEL = "Find a visit: EMR visit, account, charge, or billing visit ID";

/** The result says which of its visits are outside the locations that were picked. */
export function Search() {
  const submit = (event) => {
    event.preventDefault();
    // Read here: a scanner sends the last key and Enter at once.
    const id = event.target.querySelector("input").value.trim();
    if (id) {
      find(id);
      location.hash = href("search", { location: current().params.getAll("location") });
    }
  };
  return html`<form class="search" role="search" onSubmit=${submit}>
    <label>
      <span class="hidden">${LABEL}</span>
      <input type="search" autocomplete="off" spellcheck="false" maxlength="256" title=${LABEL}
        placeholder="Find a visit by ID" />
    </label>
    <button type="submit">Find</button>
  </form>`;
}
