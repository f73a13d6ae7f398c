// What is cut off: text outside the window, outside the box that it stands in, or behind the edge of
// a part that has to be moved sideways. The grid of days may be moved: its place is at its end.
const found = [];
const root = document.documentElement;
const MOVES = ".matrix .scroll";
const CELLS = "td, th, .box, .tag, .severity, .verdict, .waterfall b, .waterfall .name, button, .button, dd, .crumb, h1, h2, h3";

const say = (what, text) => found.push(`${what}: ${text.trim().slice(0, 40)}`);
const isOutside = (inner, outer) => inner.right > outer.right + 1.5 || inner.left < outer.left - 1.5;

const walker = document.createTreeWalker(document.getElementById("page"), NodeFilter.SHOW_TEXT);
const range = document.createRange();
for (let node = walker.nextNode(); node; node = walker.nextNode()) {
  const element = node.parentElement;
  if (!node.textContent.trim() || !element.checkVisibility() || element.closest(".hidden, .skip, option, .stacked thead, dialog")) {
    continue;
  }
  range.selectNodeContents(node);
  const rect = range.getBoundingClientRect();
  if (rect.width === 0 || element.closest(MOVES)) {
    const box = element.closest(".box");
    if (box && isOutside(rect, box.getBoundingClientRect())) {
      say("over its box", node.textContent);
    }
    continue;
  }
  if (isOutside(rect, { left: 0, right: root.clientWidth })) {
    say("outside the window", node.textContent);
  }
  const cell = element.closest(CELLS);
  if (cell && isOutside(rect, cell.getBoundingClientRect())) {
    say(`over its ${cell.className || cell.tagName}`, node.textContent);
  }
  for (let around = element; around !== document.body; around = around.parentElement) {
    if (getComputedStyle(around).overflowX !== "visible" && isOutside(rect, around.getBoundingClientRect())) {
      say("cut off", node.textContent);
    }
  }
}
for (const one of document.querySelectorAll("#page *")) {
  const { overflowX } = getComputedStyle(one);
  if (["auto", "scroll"].includes(overflowX) && one.scrollWidth > one.clientWidth + 1 && !one.matches(MOVES) && one.checkVisibility()) {
    say("moves sideways", `${one.className} ${one.scrollWidth} of ${one.clientWidth}: ${one.textContent}`);
  }
}
if (root.scrollWidth > root.clientWidth) {
  found.push(`the page is wider than the window: ${root.scrollWidth} of ${root.clientWidth}`);
}
return [...new Set(found)].slice(0, 8);
