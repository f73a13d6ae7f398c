// Which locations a view is about.
import { html } from "../../vendor/preact-htm-3.1.1.js";
import { url } from "../api.js";
import { useData } from "../data.js";
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

/** A choice of locations that stands in the address. */
export function Places({ params }) {
  const { data } = useData(url("locations", { limit: 1000 }), []);
  const picked = params.getAll("location");
  const all = data?.rows.map((row) => row.location) ?? picked;
  const toggle = (one) =>
    narrow({
      location: picked.includes(one) ? picked.filter((p) => p !== one) : [...picked, one],
    });
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
      <b>${picked.length === 0 ? "All" : picked.length < 3 ? picked.join(", ") : `${picked.length} of ${all.length}`}</b>
    </summary>
    <div class="menu" tabindex="-1">
      ${all.length === 0 && html`<p class="quiet">No locations have any activity yet.</p>`}
      ${all.map(
        (one) => html`<label key=${one}>
          <input type="checkbox" checked=${picked.includes(one)} onChange=${() => toggle(one)} />
          ${one}
        </label>`,
      )}
      ${picked.length > 0 &&
      html`<button type="button" onClick=${() => narrow({ location: null })}>All locations</button>`}
    </div>
  </details>`;
}
