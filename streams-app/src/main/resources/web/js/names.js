// How the settings call locations, payers and therapists. What has no name is called by its ID, and
// the ID of what has one stays on the page.
import { html, useEffect, useState } from "../vendor/preact-htm-3.1.1.js";
import { get, url } from "./api.js";
import { onChange } from "./live.js";

const NONE = { locations: {}, payers: {}, therapists: {} };
const hearers = new Set();
let names = NONE;
let address = null;

/** Whatever cannot be told has no name: the page works without. */
async function read() {
  const asked = address;
  const answer = await get(asked).catch(() => null);
  if (answer && asked === address) {
    names = answer;
    hearers.forEach((hearer) => hearer(names));
  }
}

/** Begins with the names of the company that is shown. */
export function begin() {
  const now = url("names");
  if (now !== address) {
    address = now;
    names = NONE;
    hearers.forEach((hearer) => hearer(names));
    read();
  }
}

onChange((kinds) => address && (!kinds || kinds.includes("settings")) && read());

const own = (map, id) => (id !== null && id !== undefined && Object.hasOwn(map, id) ? map[id] : null);

/** The names as they are now; the component is drawn again when they change. */
export function useNames() {
  const [, setTurn] = useState(names);
  useEffect(() => {
    hearers.add(setTurn);
    setTurn(names);
    return () => hearers.delete(setTurn);
  }, []);
  return names;
}

/** A location's name, and its ID if it has none. */
export const locationName = (id) => own(names.locations, id)?.name ?? id;

/** The region of a location, or null. */
export const groupOf = (id) => own(names.locations, id)?.group ?? null;

const Named = ({ id, name }) =>
  name ? html`<span class="named" title=${id}>${name} <small>${id}</small></span>` : id ?? "–";

/** A location: its name, and its ID below. */
export const Place = ({ of }) => html`<${Named} id=${of} name=${own(useNames().locations, of)?.name} />`;

export const Payer = ({ of }) => html`<${Named} id=${of} name=${own(useNames().payers, of)} />`;

export const Therapist = ({ of }) => html`<${Named} id=${of} name=${own(useNames().therapists, of)} />`;
