import { html } from "../../vendor/preact-htm-3.1.1.js";

export const Units = () => html`<h1>Units</h1>`;
