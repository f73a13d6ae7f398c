// Follows the links of all views from some addresses on, then the same addresses with each part of
// them changed. Gives back what was wrong, and how many addresses were opened.
const [starts, done] = arguments;
const VIEWS = { today: "Today", work: "Work list", late: "Late arrivals", money: "Money", units: "Units", trends: "Trends", settings: "Settings", files: "Files", invalid: "Invalid records", notes: "Open notes", search: "Search" };
const wrong = [];
let pending = 0;
let opened = 0;
const statuses = [];

const fetched = window.fetch;
window.fetch = async (...all) => {
  const isStream = String(all[0]).includes("changes");
  pending += isStream ? 0 : 1;
  try {
    const response = await fetched(...all);
    statuses.push(response.status);
    return response;
  } finally {
    pending -= isStream ? 0 : 1;
  }
};
addEventListener("error", (event) => wrong.push(`${location.hash}: ${event.message}`));
addEventListener("unhandledrejection", (event) => wrong.push(`${location.hash}: ${event.reason}`));

const frame = () => new Promise((next) => requestAnimationFrame(next));
const settled = async () => {
  const end = performance.now() + 5000;
  let quiet = 0;
  while (quiet < 2 && performance.now() < end) {
    await frame();
    const waits = pending > 0 || document.querySelector("main .start");
    quiet = waits ? 0 : quiet + 1;
  }
  return quiet === 2;
};

const path = (hash) => hash.replace(/^#\/?/, "").split("?")[0];
const query = (hash) => new URLSearchParams(hash.split("?")[1] ?? "");

/** What is shown must be what the address names. */
async function open(hash, isGood) {
  statuses.length = 0;
  location.hash = hash;
  const came = await settled();
  opened++;
  const say = (text) => wrong.push(`${hash}: ${text}`);
  const main = document.querySelector("main");
  const heading = main.querySelector("h1, .problem h2")?.textContent.trim() ?? "";
  if (!came) {
    say("never settles");
  }
  if (main.querySelectorAll("h1").length !== 1) {
    say(`${main.querySelectorAll("h1").length} headings`);
  }
  if (main.querySelector("[data-fault]")) {
    say("a fault of the page");
  }
  if (statuses.includes(400)) {
    say("the service refuses what the page asks for");
  }
  const problem = main.querySelector(".problem");
  if (problem && isGood) {
    say(problem.textContent.trim().replace(/\s+/g, " ").slice(0, 120));
  } else if (!problem) {
    const [view, id] = path(hash).split("/");
    const wanted = view === "visit" ? id.slice(0, 8) : VIEWS[view || "today"];
    const text = view === "period" ? main.querySelector(".crumb")?.textContent : heading;
    if (!text?.includes(wanted ?? query(hash).get("location"))) {
      say(`shows ${text}`);
    }
  }
}

/** Links that differ in their values only are of one shape. */
const shape = (hash) =>
  [
    path(hash).replace(/[A-Z2-7]{26}/, "TOKEN"),
    ...[...query(hash)].map(([name, value]) => (name === "granularity" || name === "status" ? name + value : name)),
  ].join(" ");

const tried = new Set();

/** An address with each of its parts changed, where no other address of the view had that part. */
function changed(hash) {
  const view = path(hash).split("/")[0];
  const isNew = (name) => !tried.has(view + " " + name) && tried.add(view + " " + name);
  const all = !isNew("") ? [] : [hash + (hash.includes("?") ? "&" : "?") + "unknown=1", hash.replace(/^#\/[^?/]*/, "$&/more")];
  for (const name of [...new Set(query(hash).keys())].filter(isNew)) {
    const others = [...query(hash)].filter(([one]) => one !== name);
    const rest = new URLSearchParams(others).toString();
    const base = `#/${path(hash)}?${rest}${rest ? "&" : ""}`;
    all.push(base);
    const isDate = /^\d{4}-/.test(query(hash).get(name));
    const values = isDate ? ["11/4/2026", "2026-02-30", "0202-11-04"] : ["%E0%A4%A", "x&" + name + "=y"];
    for (const value of ["", ...values]) {
      all.push(`${base}${name}=${value}`);
    }
  }
  return all;
}

(async () => {
  const seen = new Set();
  const queue = [...starts];
  const firsts = [];
  const followed = new Set();
  while (queue.length > 0) {
    const hash = queue.shift();
    if (followed.has(hash)) {
      continue;
    }
    followed.add(hash);
    await open(hash, true);
    for (const link of document.querySelectorAll("a[href^='#']:not(.skip)")) {
      const to = link.getAttribute("href");
      if (!seen.has(shape(to))) {
        seen.add(shape(to));
        queue.push(to);
        firsts.push(to);
      }
    }
  }
  const links = opened;
  const odd = ["#/visit", "#/visit?token=" + "A".repeat(26), "#/visit/abc", "#/nowhere", "#//", "#/constructor", "#/today?a?b", "#/%E0%A4%A", "#/period", "#/period?location=DTN&from=11/4/2026"];
  for (const hash of [...odd, ...firsts.flatMap(changed)]) {
    if (!followed.has(hash)) {
      followed.add(hash);
      await open(hash, false);
    }
  }
  await open("#/today", true);
  done({ wrong: [...new Set(wrong)], links, opened });
})();
