// Where the reader is: how far down, and at what. Going back leads to the same place, and the focus
// never falls out of the page when what had it goes away.
const STORE = "visit-balance-places";
const MOST = 50;
const LOADS_MS = 4_000;
const FOCUSABLE = "a[href], button:not(:disabled), input:not(:disabled), select, summary, textarea";

history.scrollRestoration = "manual";
const places = new Map(stored());
let key = null;
let isBack = false;
let returning = 0;

/** What an earlier load of this tab has left; nothing where it cannot be read. */
function stored() {
  try {
    return JSON.parse(sessionStorage.getItem(STORE)) ?? [];
  } catch {
    return [];
  }
}

/** Each step of the browser's history has a key; one that has none yet is new. */
function arrive() {
  const known = history.state?.key;
  isBack = Boolean(known);
  key = known ?? `${Date.now()}-${Math.random()}`;
  if (!known) {
    history.replaceState({ key }, "");
  }
}

function keep(change) {
  places.set(key, { y: 0, focus: null, ...places.get(key), ...change });
  while (places.size > MOST) {
    places.delete(places.keys().next().value);
  }
}

const linksTo = (href) => [...document.querySelectorAll(`main a[href="${CSS.escape(href)}"]`)];

/** A link is found again by where it leads, and which of several it is. */
function named(element) {
  const href = element.closest("main") && element.getAttribute("href");
  return href ? { href, n: linksTo(href).indexOf(element) } : null;
}

const found = (focus) => focus && (linksTo(focus.href)[focus.n] ?? linksTo(focus.href)[0]);

arrive();
addEventListener("hashchange", () => {
  returning++;
  last = null;
  arrive();
});
addEventListener("scroll", () => keep({ y: scrollY }), { passive: true });
addEventListener("pagehide", () => sessionStorage.setItem(STORE, JSON.stringify([...places])));
for (const event of ["wheel", "pointerdown", "keydown", "touchstart"]) {
  addEventListener(event, () => returning++, { passive: true, capture: true });
}

/**
 * After another subject came up: at its top, or where the reader was before.
 *
 * @param isFirst whether the page itself has just been loaded
 */
export function settle(isFirst) {
  const main = document.getElementById("main");
  if (isFirst && !isBack) {
    return;
  }
  if (!isBack) {
    scrollTo(0, 0);
    main.focus({ preventScroll: true });
    return;
  }
  const place = places.get(key) ?? { y: 0, focus: null };
  const turn = ++returning;
  const end = performance.now() + LOADS_MS;
  const step = () => {
    if (turn !== returning) {
      return;
    }
    const isOver = performance.now() > end;
    const room = document.documentElement.scrollHeight - innerHeight;
    const target = found(place.focus);
    if (!isOver && (document.querySelector("main .start") || room < place.y || (place.focus && !target))) {
      requestAnimationFrame(step);
      return;
    }
    (target ?? main).focus({ preventScroll: true });
    scrollTo(0, place.y);
    target?.scrollIntoView({ block: "nearest", inline: "nearest" });
  };
  main.focus({ preventScroll: true });
  step();
}

/** What has the focus, with the elements around it and its place in each. */
let last = null;

addEventListener("focusin", ({ target }) => {
  const around = [];
  for (let one = target; one.parentElement; one = one.parentElement) {
    around.push({ parent: one.parentElement, n: [...one.parentElement.children].indexOf(one) });
  }
  last = { element: target, around };
  const focus = named(target);
  if (focus) {
    keep({ focus });
  }
});
// Some browsers give a link that is clicked no focus.
addEventListener("click", ({ target }) => {
  const link = target.closest?.("main a[href]");
  if (link) {
    keep({ focus: named(link) });
  }
}, { capture: true });
addEventListener("pointerdown", ({ target }) => {
  if (last && !last.element.contains(target)) {
    last = null;
  }
}, { capture: true });

const isSeen = (one) => one.checkVisibility?.() ?? true;

/** What stands where something was, or before it. */
function near({ parent, n }) {
  const stood = parent.children[Math.min(n, parent.children.length - 1)];
  const within = (one) => [...(one?.querySelectorAll(FOCUSABLE) ?? [])].filter(isSeen);
  const before = stood?.previousElementSibling;
  return stood?.matches(FOCUSABLE) ? stood : within(stood)[0] ?? within(before).at(-1);
}

/** Where the focus goes when what had it has gone. */
function rescue() {
  if (!last || (document.activeElement && document.activeElement !== document.body)) {
    return;
  }
  const { element, around } = last;
  if (element.isConnected) {
    // It was disabled for a while.
    if (element.matches(FOCUSABLE)) {
      element.focus({ preventScroll: true });
    }
    return;
  }
  for (const step of around.filter(({ parent }) => parent.isConnected && parent.closest("main, .who"))) {
    const target = near(step);
    if (target) {
      target.focus({ preventScroll: true });
      return;
    }
  }
  document.getElementById("main")?.focus({ preventScroll: true });
}

new MutationObserver(rescue).observe(document.body, {
  subtree: true,
  childList: true,
  attributes: true,
  attributeFilter: ["disabled"],
});
