// Asks for the access token.
import { html, useState } from "../../vendor/preact-htm-3.1.1.js";
import { token } from "../api.js";

export function SignIn({ problem, again }) {
  const [text, setText] = useState("");
  const tried = token.get() !== null;
  const submit = (event) => {
    event.preventDefault();
    token.set(text.trim());
    again();
  };
  return html`<form class="problem signin" onSubmit=${submit}>
    <h1>Sign in</h1>
    <p>Please sign in. Paste the access token you were given.</p>
    ${tried && html`<p role="alert" class="notice">That token was not accepted. ${problem.message}</p>`}
    <label class="field">
      <span>Access token</span>
      <input
        type="password"
        name="token"
        autocomplete="off"
        required
        value=${text}
        onInput=${(event) => setText(event.target.value)}
      />
    </label>
    <p><button type="submit" class="main">Sign in</button></p>
    <p class="quiet">The token is kept in this tab only. Closing the tab signs you out.</p>
  </form>`;
}
