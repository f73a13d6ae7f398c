// What stands around every view: who, where to, how fresh.
import { html, useEffect, useRef, useState } from "../vendor/preact-htm-3.1.1.js";
import { UNKNOWN, get, signOut, token, url } from "./api.js";
import { end, start } from "./live.js";
import { begin, useNames } from "./names.js";
import { maySearch, maySendFiles, mayWorkInvalid } from "./may.js";
import { Boundary, Unopenable } from "./parts/boundary.js";
import { Fresh, Standstill } from "./parts/fresh.js";
import { Paper } from "./parts/paper.js";
import { Search } from "./parts/search.js";
import { SignIn } from "./parts/signin.js";
import { titleOf } from "./filters.js";
import { settle } from "./place.js";
import { href, narrow, useRoute } from "./route.js";
import { Files } from "./views/files.js";
import { Invalid } from "./views/invalid.js";
import { Late } from "./views/late.js";
import { Money } from "./views/money.js";
import { Notes } from "./views/notes.js";
import { Period } from "./views/period.js";
import { Find } from "./views/search.js";
import { Settings } from "./views/settings.js";
import { Today } from "./views/today.js";
import { Trends } from "./views/trends.js";
import { Units } from "./views/units.js";
import { Visit } from "./views/visit.js";
import { Work } from "./views/work.js";

const RETRY_MS = 3_000;

const VIEWS = {
  today: { title: "Today", view: Today },
  work: { title: "Work list", view: Work },
  late: { title: "Late arrivals", view: Late },
  money: { title: "Money", view: Money },
  units: { title: "Units", view: Units },
  trends: { title: "Trends", view: Trends },
  invalid: { title: "Invalid records", view: Invalid, may: mayWorkInvalid },
  files: { title: "Files", view: Files, may: maySendFiles },
  settings: { title: "Settings", view: Settings },
  notes: { title: "Open notes", view: Notes, under: "today" },
  search: { title: "Search", view: Find, under: "work" },
  period: { title: "Period", view: Period, under: "today" },
  visit: { title: "Visit", view: Visit, under: "work" },
};

/** What is shown where an address leads nowhere. */
const NONE = { title: "Not found" };

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
  useNames();
  const known = route.problem ? NONE : VIEWS[route.view];
  const named = route.params.get("tenant");
  const tenant = named ?? (me?.tenants.length === 1 ? me.tenants[0] : null);

  const title = [titleOf(route, known.title), me?.tenants.length > 1 && tenant, "Visit Balance"];
  const isFirst = useRef(true);
  useEffect(() => {
    document.title = title.filter(Boolean).join(" · ");
  }, [title.join()]);
  useEffect(() => {
    settle(isFirst.current);
    isFirst.current = false;
  }, [route.view, route.id, route.problem?.says]);
  // With several tenants one has to be picked first; the first is.
  useEffect(() => {
    if (me && !named && !route.problem && me.tenants.length > 1) {
      narrow({ tenant: me.tenants[0] });
    }
  }, [me, named, route.problem]);
  useEffect(() => {
    if (me?.tenants.includes(tenant)) {
      begin();
      start();
    } else {
      end();
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
      ${me && maySearch(me) && me.tenants.includes(tenant) && html`<${Search} key=${tenant} />`}
      <div class="who">
        ${me && me.tenants.length > 1 && html`<${Tenants} of=${me.tenants} picked=${tenant} />`}
        <${Fresh} isOn=${Boolean(me?.tenants.includes(tenant))} />
        ${me?.authenticated &&
        html`<span class="quiet user">${me.user}</span>
          ${(token.get() || me.session) && html`<button type="button" onClick=${signOut}>Sign out</button>`}`}
      </div>
    </header>
    <${Paper} route=${route} title=${titleOf(route, known.title)} tenant=${tenant} />
    <main id="main" tabindex="-1"><${Standstill} />${content()}</main>
  `;

  function content() {
    if (route.problem) {
      return html`<${Unopenable} of=${route.problem} />`;
    } else if (problem?.status === 401) {
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
    } else if (!me.tenants.includes(tenant)) {
      return html`<${Stranger} of=${tenant} known=${me.tenants} again=${again} />`;
    }
    const subject = [route.view, route.id, tenant].join("|");
    return html`<${Boundary} key=${subject}>
      <${known.view} key=${subject} route=${route} me=${me} />
    <//>`;
  }
}

/** A company that the caller does not know: nothing is open there, but not because all is well. */
const Stranger = ({ of, known, again }) => html`<section class="problem" role="alert">
  <h1>Unknown company</h1>
  <p>
    There is no data of a company “${of}”, or you have no access to it. Check the spelling${known.length > 0 ? ", or choose a company:" : "."}
  </p>
  ${known.length > 0 &&
  html`<ul>
    ${known.map((one) => html`<li><a href="#/today?${new URLSearchParams({ tenant: one })}">${one}</a></li>`)}
  </ul>`}
  <p><button type="button" onClick=${again}>Check again</button></p>
</section>`;

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
