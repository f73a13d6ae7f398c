import { html } from "../../vendor/preact-htm-3.1.1.js";

export const Visit = () => html`<h1>Visit</h1>`;
