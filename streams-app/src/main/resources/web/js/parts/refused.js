// Invalid records: they count nowhere until they are sent again.
import { html } from "../../vendor/preact-htm-3.1.1.js";
import { plural } from "../format.js";
import { mayWorkInvalid } from "../may.js";
import { href } from "../route.js";

const DAYS = 7;

/** How many there were in the last days; nothing if there were none. */
export const Refused = ({ of, me }) =>
  of > 0 &&
  html`<p class="card refused" id="refused-records">
    <span class="tag work">not counted</span>
    ${plural(of, "invalid record")} in the last ${DAYS} days.${" "}
    ${mayWorkInvalid(me)
      ? html`<a href=${href("invalid")}>See what is wrong</a>`
      : "A person with the role worker can see what is wrong."}
  </p>`;
