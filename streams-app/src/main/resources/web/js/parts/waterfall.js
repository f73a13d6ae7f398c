// The bridge as a waterfall: from billing's number, reason by reason, to the EMR's. A bar has the
// sign that its visits have in all lists: EMR minus billing.
// Drawn as plain SVG in a list, so that each bar is a link, prints, and is read out.
import { html } from "../../vendor/preact-htm-3.1.1.js";
import { number, plural, signed } from "../format.js";
import { KINDS, kindOf, short } from "../words.js";

const ORDER = ["EXPECTED", "PENDING", "WORK", "UNEXPLAINED"];
const WIDTH = 400;
const HEIGHT = 26;

/** The reasons of a bridge in the order of their kinds, each with where its bar begins and ends. */
function steps(from, items) {
  let at = from;
  return Object.entries(items)
    .sort(
      ([a, n], [b, m]) =>
        ORDER.indexOf(kindOf(a)) - ORDER.indexOf(kindOf(b)) || Math.abs(m) - Math.abs(n) || (a < b ? -1 : 1),
    )
    .map(([reason, sum]) => {
      const step = { reason, sum, from: at, to: at + sum };
      at += sum;
      return step;
    });
}

/** Where the bars begin: at 0, unless the differences would be too small to be seen there. */
function axis(least, most) {
  const start = least - 2 * Math.max(1, most - least);
  return start > most * 0.4 ? start : 0;
}

/**
 * @param link the address that shows a reason's visits
 * @param accepted of some reasons {n, difference}: the part of it that somebody has accepted
 * @param picked the reason whose visits are shown
 */
export function Waterfall({ emr, billing, items, accepted = {}, link, picked }) {
  const bars = steps(billing, items);
  const ends = [emr, billing, ...bars.map((bar) => bar.to)];
  const [least, most] = [Math.min(...ends), Math.max(...ends)];
  const start = axis(least, most);
  const x = (n) => ((n - start) / Math.max(1, most - start)) * (WIDTH - 8) + 4;
  return html`
    <ol class="waterfall">
      <${Total} name="Billing visits" n=${billing} x=${x} isCut=${start > 0} />
      ${bars.map(
        (bar) => html`<li key=${bar.reason}>
          <a
            href=${link(bar.reason)}
            class=${bar.reason === picked ? "picked" : ""}
            aria-current=${bar.reason === picked ? "true" : null}
            data-reason=${bar.reason}
            title="${short(bar.reason)}: ${signed(bar.sum)} (${KINDS[kindOf(bar.reason) ?? "EXPECTED"].word}${accepted[bar.reason] ? `, ${number(accepted[bar.reason].n)} accepted` : ""}). Show visits."
          >
            <span class="name">${short(bar.reason)}${accepted[bar.reason] && html` <span class="tag accepted">${number(accepted[bar.reason].n)} accepted</span>`}</span>
            <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true">
              <line x1=${x(bar.from)} x2=${x(bar.from)} y1="0" y2="6" />
              <line x1=${x(bar.to)} x2=${x(bar.to)} y1=${HEIGHT - 6} y2=${HEIGHT} />
              <rect class="bar ${(kindOf(bar.reason) ?? "EXPECTED").toLowerCase()}-bar" x=${Math.min(x(bar.from), x(bar.to))}
                y="5" width=${Math.max(3, Math.abs(x(bar.to) - x(bar.from)))} height=${HEIGHT - 10} rx="2" />
              ${accepted[bar.reason] &&
              html`<rect class="bar accepted-bar" x=${Math.min(x(bar.from), x(bar.from + accepted[bar.reason].difference))}
                y="5" width=${Math.max(3, Math.abs(x(bar.from) - x(bar.from + accepted[bar.reason].difference)))} height=${HEIGHT - 10} rx="2" />`}
            </svg>
            <b>${signed(bar.sum)}</b>
          </a>
        </li>`,
      )}
      <${Total} name="EMR visits" n=${emr} x=${x} isCut=${start > 0} />
    </ol>
    ${start > 0 && html`<p class="quiet">The bars start at ${plural(start, "visit")} to make the differences visible.</p>`}
  `;
}

const Total = ({ name, n, x, isCut }) => html`<li class="total">
  <span class="name">${name}</span>
  <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true">
    <rect class="bar total-bar" x=${isCut ? 0 : 4} y="5" width=${Math.max(1, x(n) - (isCut ? 0 : 4))} height=${HEIGHT - 10} rx="2" />
    ${isCut && html`<path class="cut" d="M14 2l-4 7 5 6-4 9" />`}
  </svg>
  <b>${number(n)}</b>
</li>`;
