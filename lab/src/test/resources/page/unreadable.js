// What a person could not read: text with less contrast than WCAG AA asks for, a page that has to
// be moved sideways, a control without a name.
const found = [];

const channels = (colour) => {
  const [r, g, b, a = 1] = colour.match(/[\d.]+/g).map(Number);
  return { r, g, b, a };
};
const luminance = ({ r, g, b }) => {
  const linear = (c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4);
  return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
};
const known = new Map();
/** What is behind an element's text, and how much of the text is seen. */
const behind = (element) => {
  if (!element) {
    return { ground: { r: 255, g: 255, b: 255 }, opacity: 1 };
  }
  if (!known.has(element)) {
    const { backgroundColor, opacity } = getComputedStyle(element);
    const own = channels(backgroundColor);
    const under = behind(element.parentElement);
    known.set(element, { ground: own.a > 0.99 ? own : under.ground, opacity: under.opacity * opacity });
  }
  return known.get(element);
};

const walker = document.createTreeWalker(document.getElementById("page"), NodeFilter.SHOW_TEXT);
for (let node = walker.nextNode(); node; node = walker.nextNode()) {
  const element = node.parentElement;
  if (!node.textContent.trim() || !element.checkVisibility() || element.closest(".hidden, :disabled")) {
    continue;
  }
  const style = getComputedStyle(element);
  const { ground: under, opacity } = behind(element);
  const over = channels(style.color);
  const share = opacity * over.a;
  const seen = Object.fromEntries(["r", "g", "b"].map((c) => [c, over[c] * share + under[c] * (1 - share)]));
  const [light, dark] = [luminance(seen), luminance(under)].sort((a, b) => b - a);
  const ratio = (light + 0.05) / (dark + 0.05);
  const size = parseFloat(style.fontSize);
  const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
  if (ratio < (isLarge ? 3 : 4.5)) {
    found.push(`${ratio.toFixed(2)}: ${node.textContent.trim().slice(0, 40)} (${element.className})`);
  }
}

if (document.documentElement.scrollWidth > innerWidth) {
  found.push(`wider than the window: ${document.documentElement.scrollWidth} of ${innerWidth}`);
}
for (const control of document.querySelectorAll("a, button, input, select, summary")) {
  const named = control.textContent.trim() || control.ariaLabel || control.labels?.length || control.title;
  if (!named) {
    found.push("no name: " + control.outerHTML.slice(0, 80));
  }
}
return [...new Set(found)].slice(0, 12);
