// What paper says and the screen shows otherwise: whose figures these are, which, and of when.
import { html, useEffect, useRef } from "../../vendor/preact-htm-3.1.1.js";
import { onFreshness } from "../api.js";
import { filters } from "../filters.js";
import { instant } from "../format.js";

const FOLDED = "main details:not(.places):not([open])";

/** What is folded on the screen is open on paper. */
const unfold = () =>
  document.querySelectorAll(FOLDED).forEach((one) => {
    one.open = true;
    one.dataset.unfolded = "";
  });

/** What is drawn while the medium is paper, because it was asked for late, is unfolded too. */
const drawn = new MutationObserver(unfold);

const fold = () => {
  drawn.disconnect();
  document.querySelectorAll("[data-unfolded]").forEach((one) => {
    one.open = false;
    delete one.dataset.unfolded;
  });
};

export function Paper({ route, title, tenant }) {
  const time = useRef(null);
  const asOf = useRef(null);
  useEffect(() => onFreshness((fresh) => (asOf.current = fresh.asOf)), []);
  useEffect(() => {
    // The browser does not wait for a rendering, so this is written by hand.
    const begin = () => {
      time.current.textContent = `${asOf.current ? `As of ${instant(asOf.current)}. ` : ""}Printed ${instant(new Date().toISOString())}.`;
      unfold();
      drawn.observe(document.body, { childList: true, subtree: true });
    };
    const medium = matchMedia("print");
    const turned = () => (medium.matches ? begin() : fold());
    addEventListener("beforeprint", begin);
    addEventListener("afterprint", fold);
    medium.addEventListener("change", turned);
    return () => {
      removeEventListener("beforeprint", begin);
      removeEventListener("afterprint", fold);
      medium.removeEventListener("change", turned);
    };
  }, []);
  const said = filters(route).map(({ label, values }) => `${label}: ${values.join(", ")}`);
  return html`<div class="paper">
    <p><b>${tenant ?? "Visit Balance"}</b> · ${title}</p>
    <p>Filters: ${said.length > 0 ? said.join("; ") : "none"}.</p>
    <p ref=${time}></p>
  </div>`;
}
