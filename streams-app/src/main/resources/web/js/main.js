// Starts the page.
import { html, render } from "../vendor/preact-htm-3.1.1.js";
import { Boundary } from "./parts/boundary.js";
import { Shell } from "./shell.js";
import { onWhole } from "./whole.js";

const page = document.getElementById("page");
page.replaceChildren();
const show = () => render(html`<${Boundary}><${Shell} /><//>`, page);
show();
// Paper does not wait for a later drawing.
onWhole(show);
