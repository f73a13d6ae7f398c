import { html } from "../../vendor/preact-htm-3.1.1.js";

export const Period = () => html`<h1>Period</h1>`;
