// Starts the page.
import { html, render } from "../vendor/preact-htm-3.1.1.js";
import { Shell } from "./shell.js";

const page = document.getElementById("page");
page.replaceChildren();
render(html`<${Shell} />`, page);
