// Views with a name: the addresses of one view that somebody keeps, in this browser only.
import { html, useEffect, useRef, useState } from "../../vendor/preact-htm-3.1.1.js";
import { href } from "../route.js";

const STORE = "visit-balance-views";
const CHANGED = "views-changed";
const MOST = 100;
const LONGEST = 80;

/** What does not belong to a view that is kept: how far down somebody has read. */
const PASSING = ["rows", "tenant"];

const keyOf = (me) => `${STORE}:${me.user}`;

/** Each with name, view, tenant and query. */
function stored(me) {
  try {
    const all = JSON.parse(localStorage.getItem(keyOf(me)));
    return Array.isArray(all) ? all.filter((one) => typeof one?.name === "string" && typeof one.query === "string") : [];
  } catch {
    return [];
  }
}

/** Whether it could be kept: some browsers keep nothing. */
function store(me, all) {
  try {
    localStorage.setItem(keyOf(me), JSON.stringify(all));
    dispatchEvent(new Event(CHANGED));
    return true;
  } catch {
    return false;
  }
}

function useViews(me) {
  const [, again] = useState(0);
  useEffect(() => {
    const changed = () => again((n) => n + 1);
    addEventListener(CHANGED, changed);
    addEventListener("storage", changed);
    return () => {
      removeEventListener(CHANGED, changed);
      removeEventListener("storage", changed);
    };
  }, []);
  return stored(me);
}

/** The filters of an address, in an order that does not depend on how they were picked. */
function queryOf(params) {
  const query = new URLSearchParams();
  [...params].filter(([name]) => !PASSING.includes(name)).sort(([a, x], [b, y]) => (a + x < b + y ? -1 : 1))
    .forEach(([name, value]) => query.append(name, value));
  return query.toString();
}

function linkOf(view) {
  const params = {};
  for (const [name, value] of new URLSearchParams(view.query)) {
    params[name] = [...(params[name] ?? []), value];
  }
  return href(view.view, params);
}

/** A name is typed over. */
const begin = (input) => {
  input?.focus();
  input?.select();
};

/** A menu of the views that somebody has saved, to open, rename, and delete; and to save this one. */
export function SavedViews({ route, me }) {
  const all = useViews(me);
  const [renames, setRenames] = useState(null);
  const [told, setTold] = useState("");
  const menu = useRef(null);
  const tenant = route.params.get("tenant");
  const isHere = (one) => one.view === route.view && (one.tenant ?? null) === tenant;
  const mine = all.filter(isHere).sort((a, b) => a.name.localeCompare(b.name));
  const query = queryOf(route.params);
  const shown = mine.find((one) => one.query === query);
  const others = (name) => all.filter((one) => !isHere(one) || one.name !== name);
  const say = (isKept, says) => setTold(isKept ? says : "This browser keeps no data of this page, so nothing was saved.");
  const focus = () => menu.current?.querySelector("summary").focus();

  const save = (event) => {
    event.preventDefault();
    const name = new FormData(event.target).get("name").trim();
    if (name === "") {
      return;
    }
    const rest = others(name);
    if (rest.length >= MOST) {
      setTold(`There are ${MOST} saved views. Delete one first.`);
      return;
    }
    const isNew = rest.length === all.length;
    say(store(me, [...rest, { name, view: route.view, tenant, query }]), isNew ? `Saved as “${name}”.` : `“${name}” now has these filters.`);
    event.target.reset();
  };
  const rename = (one) => (event) => {
    event.preventDefault();
    const name = new FormData(event.target).get("name").trim();
    if (name === "") {
      return;
    } else if (name !== one.name && mine.some((other) => other.name === name)) {
      setTold(`“${name}” exists already.`);
      return;
    }
    say(store(me, all.map((other) => (isHere(other) && other.name === one.name ? { ...other, name } : other))), `Renamed to “${name}”.`);
    setRenames(null);
    focus();
  };
  const remove = (one) => {
    say(store(me, others(one.name)), `“${one.name}” was deleted.`);
    focus();
  };
  const copy = (one) =>
    navigator.clipboard.writeText(new URL(linkOf(one), location.href).href).then(
      () => setTold(`The address of “${one.name}” was copied.`),
      () => setTold("The address could not be copied. Open the view, and copy it from the browser's address bar."),
    );
  // It closes as a menu does: by Escape, and when something else is meant.
  const close = (event) => {
    if (event.key === "Escape") {
      if (renames === null) {
        event.currentTarget.open = false;
      }
      setRenames(null);
      focus();
    } else if (event.type === "focusout" && event.relatedTarget && !event.currentTarget.contains(event.relatedTarget)) {
      event.currentTarget.open = false;
    }
  };
  return html`<details class="places field saved" ref=${menu} onKeyDown=${close} onfocusout=${close}
      onToggle=${() => setTold("")}>
    <summary><span>Saved views</span><b>${shown?.name ?? (mine.length > 0 ? `${mine.length} saved` : "None")}</b></summary>
    <div class="menu" tabindex="-1">
      ${mine.length === 0 && html`<p class="quiet">A saved view keeps the filters and the order, under a name, in this browser.</p>`}
      ${mine.length > 0 && html`<ul>
        ${mine.map((one) => html`<li key=${one.name}>
          ${renames === one.name
            ? html`<form onSubmit=${rename(one)}>
                <input name="name" aria-label=${`New name of ${one.name}`} defaultValue=${one.name} maxlength=${LONGEST} required
                  ref=${begin} />
                <button type="submit">Rename</button>
                <button type="button" onClick=${() => { setRenames(null); focus(); }}>Cancel</button>
              </form>`
            : html`<a href=${linkOf(one)} aria-current=${one === shown ? "true" : null}>${one.name}</a>
                <span>
                  ${navigator.clipboard && html`<button type="button" aria-label=${`Copy the address of ${one.name}`} onClick=${() => copy(one)}>Copy link</button>`}
                  <button type="button" aria-label=${`Rename ${one.name}`} onClick=${() => setRenames(one.name)}>Rename</button>
                  <button type="button" aria-label=${`Delete ${one.name}`} onClick=${() => remove(one)}>Delete</button>
                </span>`}
        </li>`)}
      </ul>`}
      <form onSubmit=${save}>
        <input name="name" aria-label="Name for the filters and order now shown" placeholder="Name of this view" maxlength=${LONGEST} required autocomplete="off" />
        <button type="submit">Save</button>
      </form>
      <p class="quiet" role="status">${told}</p>
    </div>
  </details>`;
}
