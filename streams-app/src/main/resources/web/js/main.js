// Starts the page.
import { html, render } from "../vendor/preact-htm-3.1.1.js";
import { Boundary } from "./parts/boundary.js";
import { Shell } from "./shell.js";

const page = document.getElementById("page");
page.replaceChildren();
render(html`<${Boundary}><${Shell} /><//>`, page);
