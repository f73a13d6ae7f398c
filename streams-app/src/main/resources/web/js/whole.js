// Whether all rows of a table are drawn, or those only that are in view. Paper has all of them.
const hearers = new Set();
let isWhole = false;

export const isAllDrawn = () => isWhole;

/** Calls back, at once and before the browser goes on, when that changes. */
export function onWhole(hearer) {
  hearers.add(hearer);
  return () => hearers.delete(hearer);
}

function become(whole) {
  if (whole !== isWhole) {
    isWhole = whole;
    hearers.forEach((hearer) => hearer());
  }
}

const paper = matchMedia("print");
paper.addEventListener("change", () => become(paper.matches));
addEventListener("beforeprint", () => become(true));
addEventListener("afterprint", () => become(false));
