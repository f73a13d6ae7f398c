import { html } from "../../vendor/preact-htm-3.1.1.js";

export const Late = () => html`<h1>Late</h1>`;
