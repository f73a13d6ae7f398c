import { html } from "../../vendor/preact-htm-3.1.1.js";

export const Work = () => html`<h1>Work</h1>`;
