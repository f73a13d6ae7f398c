// Asks who it is: by the organization's sign-in page, by an access token, or either.
import { html, useEffect, useState } from "../../vendor/preact-htm-3.1.1.js";
import { token } from "../api.js";

export function SignIn({ problem, again }) {
  // Another tab may have signed in meanwhile.
  useEffect(() => {
    const seen = () => document.visibilityState === "visible" && again();
    document.addEventListener("visibilitychange", seen);
    return () => document.removeEventListener("visibilitychange", seen);
  }, [again]);
  const hasBrowser = problem.signIn.includes("browser");
  const hasStart = problem.signIn.includes("start");
  const hasToken = problem.signIn.includes("token");
  return html`<section class="problem signin">
    <h1>Sign in</h1>
    ${hasBrowser && html`<${Browser} />`}
    ${hasStart &&
    html`<p>
      Start Visit Balance again on this computer. It opens this page and signs you in; what is running goes on.
    </p>`}
    ${hasToken && html`<${Token} problem=${problem} again=${again} isOther=${hasBrowser || hasStart} />`}
  </section>`;
}

const Browser = () => html`
  <p>Please sign in with your organization's account.</p>
  <p>
    <a
      class="button main"
      href=${"/sign-in?" + new URLSearchParams({ to: location.hash })}
      onClick=${() => token.clear()}
      >Sign in</a
    >
  </p>
`;

function Token({ problem, again, isOther }) {
  const [text, setText] = useState("");
  const tried = token.get() !== null;
  const submit = (event) => {
    event.preventDefault();
    token.set(text.trim());
    again();
  };
  return html`<form onSubmit=${submit}>
    <p>${isOther ? "Or paste" : "Please sign in. Paste"} the access token you were given.</p>
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
    <p>
      <button type="submit" class=${isOther ? null : "main"}>
        ${isOther ? "Use this token" : "Sign in"}
      </button>
    </p>
    <p class="quiet">The token is kept in this tab only. Closing the tab signs you out.</p>
  </form>`;
}
