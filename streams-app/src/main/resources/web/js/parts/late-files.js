// Files that are late or cannot be used: what they say is missing from every figure.
import { html } from "../../vendor/preact-htm-3.1.1.js";
import { plural } from "../format.js";
import { maySendFiles } from "../may.js";
import { href } from "../route.js";

/** One sentence about them; nothing if there are none. */
export const FilesToWork = ({ of, me }) =>
  of !== null &&
  (of.missing > 0 || of.refused > 0) &&
  html`<p class="card refused" id="late-files">
    <span class="tag work">not counted</span>
    ${[
      of.missing > 0 && `${plural(of.missing, "file")} did not come on time`,
      of.refused > 0 && `${plural(of.refused, "file")} cannot be used`,
    ]
      .filter(Boolean)
      .join(", and ")}.${" "}
    ${maySendFiles(me)
      ? html`<a href=${href("files")}>See the files</a>`
      : "A person with the role worker can see the files."}
  </p>`;
