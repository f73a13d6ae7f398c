// Which locations a view is about.
import { html } from "../../vendor/preact-htm-3.1.1.js";
import { url } from "../api.js";
import { useData } from "../data.js";
import { narrow } from "../route.js";

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
