// What stands out: figures that are more than chance (rules.md#insights).
import { html } from "../../vendor/preact-htm-3.1.1.js";
import { url } from "../api.js";
import { useData } from "../data.js";
import { mayShowIds } from "../may.js";
import { href } from "../route.js";

const KINDS = ["ARRIVALS_BEHIND", "COMMON_CAUSE", "OUT_OF_CONTROL"];
const SHOWN = 6;

/** One sentence each, with where to look; nothing while nothing stands out. */
export const Insights = ({ location, me }) => {
  const { data } = useData(url("insights", { kind: KINDS, location, limit: SHOWN }), ["insights"]);
  return (
    data?.rows.length > 0 &&
    html`<section class="card" id="insights">
      <h2>What stands out</h2>
      <ul class="findings sentences">
        ${data.rows.map((one) => html`<li key=${one.kind + one.location + one.date + one.about}>
          <span>${one.text}.${" "}<a href=${where(one, location, me)}>${words(one)}</a></span>
        </li>`)}
      </ul>
    </section>`
  );
};

const words = (one) =>
  one.kind === "ARRIVALS_BEHIND" ? "See the day" : one.kind === "COMMON_CAUSE" ? "See the visits" : "See late charges";

/** The filtered list behind an insight. */
export function where(one, location, me) {
  const at = one.location ?? location;
  if (one.kind === "ARRIVALS_BEHIND") {
    return href("period", { location: one.location, granularity: "DAY", from: one.date });
  } else if (one.kind === "OUT_OF_CONTROL") {
    return href("late", { location: at, from: one.date });
  } else if (one.finding === "NOT_REBILLED") {
    return href("units", { location: at, payer: one.payerId, cpt: one.cpt, from: one.date, to: one.date });
  }
  const payer = mayShowIds(me) ? one.payerId : null;
  return href("work", { kind: one.finding, location: at, provider: one.providerId, payer, from: one.date, to: one.date });
}

/** A better wait before a charge is called missing, if the charges suggest one; for the settings. */
export const ProposedWait = () => {
  const { data } = useData(url("insights", { kind: "MISSING_AFTER", limit: 1 }), ["insights"]);
  return data?.rows.length > 0 && html`<p class="quiet" id="proposed-wait">${data.rows[0].text}.</p>`;
};
