// Which locations a view is about.
import { html, useState } from "../../vendor/preact-htm-3.1.1.js";
import { url } from "../api.js";
import { useData } from "../data.js";
import { groupOf, locationName, useNames } from "../names.js";
import { narrow } from "../route.js";

/**
 * What a view shows of the locations that are picked. One that nobody knows is said: an empty list
 * would read as if all were well there.
 */
export function Known({ params, children }) {
  const picked = params.getAll("location");
  const { data, problem } = useData(picked.length > 0 ? url("locations", { limit: 1000 }) : null, ["balances"]);
  if (picked.length === 0 || problem || data?.next) {
    return children;
  } else if (!data) {
    return html`<p class="quiet start" role="status">Loading…</p>`;
  }
  const known = new Set(data.rows.map((row) => row.location));
  const unknown = picked.filter((one) => !known.has(one));
  const names = unknown.map((one) => `“${one}”`).join(", ");
  if (unknown.length < picked.length) {
    return html`
      ${unknown.length > 0 && html`<p class="notice" role="status">No visit, charge or open note is at ${names}.</p>`}
      ${children}
    `;
  }
  return html`<section class="problem" role="alert">
    <h2>${unknown.length === 1 ? "Unknown location" : "Unknown locations"}</h2>
    <p>No visit, charge or open note is at ${names}. Check the spelling, or choose another location.</p>
    <p><button type="button" onClick=${() => narrow({ location: null })}>All locations</button></p>
  </section>`;
}

/** More locations than that can be searched. */
const MANY = 8;

/** The locations of a region, folded, and all of them at once. */
function Region({ name, of, picked, pick, one, isOpen }) {
  const some = of.filter((id) => picked.includes(id)).length;
  return html`<details class="region" open=${isOpen || some > 0}>
    <summary>${name} <small>${some > 0 ? `${some} of ${of.length}` : of.length}</small></summary>
    <label class="every">
      <input type="checkbox" checked=${some === of.length} onChange=${(event) => pick(of, event.target.checked)} />
      <span>All of ${name}</span>
    </label>
    ${of.map(one)}
  </details>`;
}

/** A choice of locations that stands in the address. */
export function Places({ params }) {
  const { data } = useData(url("locations", { limit: 1000 }), []);
  const picked = params.getAll("location");
  const all = data?.rows.map((row) => row.location) ?? picked;
  const [wanted, setWanted] = useState("");
  useNames();
  const pick = (some, isOn) =>
    narrow({ location: [...picked.filter((one) => !some.includes(one)), ...(isOn ? some : [])] });
  const found = all
    .filter((one) => `${one} ${locationName(one)} ${groupOf(one) ?? ""}`.toLowerCase().includes(wanted.trim().toLowerCase()))
    .sort((a, b) => locationName(a).localeCompare(locationName(b), undefined, { numeric: true }));
  const groups = [...new Set(found.map(groupOf))].sort((a, b) => (a === null) - (b === null) || String(a).localeCompare(String(b)));
  const one = (id) => html`<label key=${id} title=${id}>
    <input type="checkbox" checked=${picked.includes(id)} onChange=${(event) => pick([id], event.target.checked)} />
    <span>${locationName(id)}${locationName(id) !== id && html` <small>${id}</small>`}</span>
  </label>`;
  // It closes as a menu does: by Escape, and when something else is meant.
  const close = (event) => {
    if (event.key === "Escape") {
      event.currentTarget.open = false;
      event.currentTarget.querySelector("summary").focus();
    } else if (event.type === "focusout" && !event.currentTarget.contains(event.relatedTarget)) {
      event.currentTarget.open = false;
    }
  };
  return html`<details class="places field" onKeyDown=${close} onfocusout=${close}>
    <summary>
      <span>Location</span>
      <b>${picked.length === 0 ? "All" : picked.length < 3 ? picked.map(locationName).join(", ") : `${picked.length} of ${all.length}`}</b>
    </summary>
    <div class="menu" tabindex="-1">
      ${all.length === 0 && html`<p class="quiet">No locations have any activity yet.</p>`}
      ${all.length > MANY && html`<label class="find"><span class="hidden">Find location</span>
        <input type="search" placeholder="Find location" value=${wanted} onInput=${(event) => setWanted(event.target.value)} /></label>`}
      ${all.length > 0 && found.length === 0 && html`<p class="quiet" role="status">No location is called “${wanted.trim()}”.</p>`}
      ${groups.length === 1 && groups[0] === null
        ? found.map(one)
        : groups.map((group) => html`<${Region} key=${group} name=${group ?? "No region"} isOpen=${wanted.trim() !== ""}
            of=${found.filter((id) => groupOf(id) === group)} picked=${picked} pick=${pick} one=${one} />`)}
      ${picked.length > 0 &&
      html`<button type="button" onClick=${() => narrow({ location: null })}>All locations</button>`}
    </div>
  </details>`;
}
