// What stands around every view: who, where to, how fresh.
import { html, useEffect, useState } from "../vendor/preact-htm-3.1.1.js";
import { UNKNOWN, get, signOut, token, url } from "./api.js";
import { start } from "./live.js";
import { mayWorkInvalid } from "./may.js";
import { Fresh } from "./parts/fresh.js";
import { SignIn } from "./parts/signin.js";
import { href, narrow, useRoute } from "./route.js";
import { Invalid } from "./views/invalid.js";
import { Late } from "./views/late.js";
import { Period } from "./views/period.js";
import { Today } from "./views/today.js";
import { Units } from "./views/units.js";
import { Visit } from "./views/visit.js";
import { Work } from "./views/work.js";

const RETRY_MS = 3_000;

const VIEWS = {
  today: { title: "Today", view: Today },
  work: { title: "Work list", view: Work },
  late: { title: "Late arrivals", view: Late },
  units: { title: "Units", view: Units },
  invalid: { title: "Invalid records", view: Invalid, may: mayWorkInvalid },
  period: { title: "Period", view: Period, under: "today" },
  visit: { title: "Visit", view: Visit, under: "work" },
};

/** The caller, or why there is none; asks until the service answers. */
function useMe() {
  const [state, setState] = useState({ me: null, problem: null });
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    let timer = null;
    get(url("me"))
      .then((me) => setState({ me, problem: null }))
      .catch((problem) => {
        setState({ me: null, problem });
        if (problem.status !== 401 && problem.status !== 403) {
          timer = setTimeout(() => setTurn((n) => n + 1), RETRY_MS);
        }
      });
    return () => clearTimeout(timer);
  }, [turn]);
  const isKnown = state.me !== null;
  useEffect(() => {
    const again = () => isKnown && setTurn((n) => n + 1);
    addEventListener(UNKNOWN, again);
    return () => removeEventListener(UNKNOWN, again);
  }, [isKnown]);
  return { ...state, again: () => setTurn((n) => n + 1) };
}

export function Shell() {
  const route = useRoute();
  const { me, problem, again } = useMe();
  const known = VIEWS[route.view] ?? VIEWS.today;
  const named = route.params.get("tenant");
  const tenant = named ?? (me?.tenants.length === 1 ? me.tenants[0] : null);

  useEffect(() => {
    document.title = `${known.title} · Visit Balance`;
  }, [known]);
  // To the top where another view is opened, as a page of its own would be.
  useEffect(() => scrollTo(0, 0), [route.view, route.id]);
  // With several tenants one has to be picked first; the first is.
  useEffect(() => {
    if (me && !named && me.tenants.length > 1) {
      narrow({ tenant: me.tenants[0] });
    }
  }, [me, named]);
  useEffect(() => {
    if (me && tenant) {
      start();
    }
  }, [me, tenant]);

  return html`
    <a class="skip" href="#main" onClick=${skip}>Skip to content</a>
    <header class="top">
      <a class="brand" href=${href("today")}>
        <img src="/icon.svg" alt="" width="22" height="22" />
        Visit Balance
      </a>
      <nav aria-label="Views">
        ${Object.entries(VIEWS)
          .filter(([, one]) => !one.under && (!one.may || (me && one.may(me))))
          .map(
            ([name, one]) => html`<a
              href=${href(name)}
              aria-current=${one === known ? "page" : known.under === name ? "true" : null}
              >${one.title}</a
            >`,
          )}
      </nav>
      <div class="who">
        ${me && me.tenants.length > 1 && html`<${Tenants} of=${me.tenants} picked=${tenant} />`}
        <${Fresh} isOn=${Boolean(me && tenant)} />
        ${me?.authenticated &&
        html`<span class="quiet user">${me.user}</span>
          ${(token.get() || me.session) && html`<button type="button" onClick=${signOut}>Sign out</button>`}`}
      </div>
    </header>
    <main id="main" tabindex="-1">${content()}</main>
  `;

  function content() {
    if (problem?.status === 401) {
      return html`<${SignIn} problem=${problem} again=${again} />`;
    } else if (problem) {
      return html`<section class="problem" role="alert">
        <h1>${problem.title}</h1>
        <p>${problem.message}</p>
      </section>`;
    } else if (!me) {
      return html`<p class="quiet start" role="status">Connecting…</p>`;
    } else if (me.tenants.length === 0 && !named) {
      return html`<section class="problem">
        <h1>No data yet</h1>
        <p>
          No records or settings have been received for any company you can see. Ask your
          administrator to send data with <code>bin/visit-balance produce</code> or
          <code>POST /api/v1/facts</code>. It appears here as soon as it is evaluated.
        </p>
        <p><button type="button" onClick=${again}>Check again</button></p>
      </section>`;
    } else if (!tenant) {
      return null;
    }
    return html`<${known.view} key=${route.view + tenant} route=${route} me=${me} />`;
  }
}

const Tenants = ({ of, picked }) => html`
  <label class="tenant">
    <span class="hidden">Company</span>
    <select onChange=${(event) => {
      location.hash = `#/today?${new URLSearchParams({ tenant: event.target.value })}`;
    }}>
      ${of.map((one) => html`<option value=${one} selected=${one === picked}>${one}</option>`)}
    </select>
  </label>
`;

function skip(event) {
  event.preventDefault();
  document.getElementById("main").focus();
}
