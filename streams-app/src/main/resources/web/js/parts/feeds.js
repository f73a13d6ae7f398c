// Where the data of each system ends, and what that means for a period.
import { html, useEffect, useState } from "../../vendor/preact-htm-3.1.1.js";
import { onFreshness, url } from "../api.js";
import { useData } from "../data.js";
import { Moment, dateAt } from "../format.js";

const NAMES = { EMR: "EMR", BILLING: "Billing" };

/** What is not known after a source's data ends. */
const UNKNOWN = {
  EMR: "Notes finalized since then are not known yet, so their charges are not called unexpected.",
  BILLING: "Charges created since then are not known yet, so they are not called missing.",
};

const DAY_MS = 86_400_000;

/** Whether one moment is more than a day before another. */
const isLongBefore = (one, other) => one && other && Date.parse(other) - Date.parse(one) > DAY_MS;

/** A company with a clock of its own, such as the demo: what was received when says nothing there. */
const hasOwnClock = (feed, asOf) =>
  asOf && (isLongBefore(asOf, feed.lastFactAt) || Date.parse(asOf) - Date.now() > DAY_MS);

/** Up to when the data of each source is complete. */
export const Feeds = ({ of, asOf }) => html`
  <ul class="feeds" aria-label="Where the data of each system ends">
    ${of.map(
      (feed) => html`<li key=${feed.source}>
        ${feed.completeUntil
          ? html`<span>${NAMES[feed.source] ?? feed.source} data ends <b><${Moment} iso=${feed.completeUntil} /></b></span>`
          : html`<span title="This system never reports where its data ends">
              ${NAMES[feed.source] ?? feed.source} data is treated as complete
            </span>`}
        ${isLongBefore(feed.completeUntil, asOf) &&
        html`<span class="tag work" title="Later visits and charges are not known yet, so nothing after this time counts as missing.">more than a day behind</span>`}
        <span class="quiet">
          ${!feed.lastFactAt
            ? "nothing received yet"
            : !hasOwnClock(feed, asOf) && html`last received <${Moment} iso=${feed.lastFactAt} />`}
        </span>
      </li>`,
    )}
    <${OwnClock} of=${of} asOf=${asOf} />
  </ul>
`;

/** In a simulation the records arrive at other times than those they are about. A clock that stands is nobody's own. */
function OwnClock({ of, asOf }) {
  const [{ stopped }, setFresh] = useState({ stopped: null });
  useEffect(() => onFreshness(setFresh), []);
  const feed = of.filter((one) => one.lastFactAt).sort((a, b) => (a.lastFactAt < b.lastFactAt ? 1 : -1))[0];
  return (
    feed &&
    !stopped &&
    hasOwnClock(feed, asOf) &&
    html`<li class="own-clock">
      <span class="tag expected">own clock</span>
      <span>This company's clock reads <b><${Moment} iso=${asOf} /></b>; its last record was received <b><${Moment} iso=${feed.lastFactAt} /></b>.</span>
    </li>`
  );
}

/** On a period: which source is silent, and since when. */
export function Silent({ to, asOf }) {
  const feeds = useData(url("feeds"), ["feeds"]);
  return (feeds.data?.rows ?? []).map((feed) => {
    const name = NAMES[feed.source] ?? feed.source;
    const reaches = (moment) => dateAt(moment) > to;
    if (feed.completeUntil) {
      return (
        isLongBefore(feed.completeUntil, asOf) &&
        !reaches(feed.completeUntil) &&
        html`<p class="notice silent" key=${feed.source}>
          <b>${name} has been silent since <${Moment} iso=${feed.completeUntil} />.</b> ${UNKNOWN[feed.source]}
        </p>`
      );
    } else if (!feed.lastFactAt) {
      return html`<p class="notice silent" key=${feed.source}>
        <b>Nothing has been received from ${feed.source === "EMR" ? "the EMR" : "billing"} yet.</b>
      </p>`;
    }
    return (
      isLongBefore(feed.lastFactAt, asOf) &&
      !reaches(feed.lastFactAt) &&
      html`<p class="notice silent" key=${feed.source}>
        <b>${name} has been silent since <${Moment} iso=${feed.lastFactAt} />.</b> It never reports where
        its data ends, so what it has not sent counts as missing.
      </p>`
    );
  });
}
