// What an address may say: the views, and for each parameter the values it may have. Whatever else
// an address says is told to the reader; it never leads to another view or to a part of the list.
import { FINDINGS, REASONS, REJECTIONS } from "./words.js";

const LONGEST = 256;
const FIRST_YEAR = 1900;
const LAST_YEAR = 2199;

/** Whether a text is a date that exists, written as 2026-11-04, in a year that the service takes. */
export function isDate(text) {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) {
    return false;
  }
  const year = Number(text.slice(0, 4));
  const date = new Date(text + "T00:00:00Z");
  return (
    year >= FIRST_YEAR &&
    year <= LAST_YEAR &&
    !Number.isNaN(date.getTime()) &&
    date.toISOString().startsWith(text)
  );
}

const day = { takes: isDate, wants: "a date written as YYYY-MM-DD, such as 2026-11-04" };
const text = {
  takes: (value) => value.trim() !== "" && value.length <= LONGEST && !/[\u0000-\u001f\u007f]/.test(value),
  wants: `a text of at most ${LONGEST} characters`,
};
const oneOf = (...values) => ({
  takes: (value) => values.includes(value),
  wants: values.length > 8 ? "one of the values that the filter offers" : "one of " + values.join(", "),
});
const upTo = (most) => ({
  takes: (value) => /^[1-9]\d{0,8}$/.test(value) && Number(value) <= most,
  wants: `a whole number from 1 to ${most.toLocaleString("en-US")}`,
});
const many = (one) => ({ ...one, isList: true });

const FOUND = Object.keys(FINDINGS).concat(Object.keys(REASONS));
const GRANULARITY = oneOf("DAY", "WEEK", "MONTH");
const MOST_DAYS = 36_500;
const MOST_CENTS = 999_999_999;

/** How many rows of a list are shown. */
const rows = upTo(1_000);

export const ADDRESSES = {
  today: {
    params: {
      location: many(text),
      granularity: GRANULARITY,
      by: oneOf("reported", "origin"),
      order: oneOf("name"),
      verdict: oneOf("BALANCED", "EXPLAINED", "WAITING", "OUT_OF_BALANCE"),
      from: day,
      to: day,
    },
  },
  work: {
    params: {
      status: oneOf("OPEN", "RESOLVED", "ACCEPTED", "ALL"),
      severity: many(oneOf("HIGH", "MEDIUM", "LOW")),
      kind: many(oneOf(...FOUND)),
      location: many(text),
      provider: many(text),
      payer: many(text),
      assignee: many(text),
      from: day,
      to: day,
      minAge: upTo(MOST_DAYS),
      minAmount: upTo(MOST_CENTS),
      fileFrom: day,
      fileTo: day,
      fileWithin: upTo(MOST_DAYS),
      days: oneOf("true"),
      by: oneOf("me", "nobody"),
      sort: oneOf("work", "fileBy", "-amount", "date", "-date", "-openedAt", "location", "kind"),
      rows,
    },
  },
  late: {
    params: {
      status: oneOf("HELD", "ARRIVED"),
      location: many(text),
      rejectionType: many(oneOf(...Object.keys(REJECTIONS))),
      reasonCode: many(text),
      from: day,
      to: day,
      minLag: upTo(MOST_DAYS),
      otherMonth: oneOf("true", "false"),
      sort: oneOf("work", "-lag", "location", "-finalizedOn"),
      rows,
    },
  },
  money: {
    params: {
      by: oneOf("reason", "location", "day", "payer"),
      location: many(text),
      payer: many(text),
      from: day,
      to: day,
      sort: oneOf(
        ...["name", "atRisk", "exposed", "pastDeadline", "fileSoon", "nextDeadline"].flatMap((one) => [one, "-" + one]),
      ),
    },
  },
  units: {
    params: {
      location: many(text),
      from: day,
      to: day,
      payer: many(text),
      cpt: many(text),
      explained: oneOf("true", "false"),
      rows,
    },
  },
  trends: { params: { location: many(text), by: oneOf("week", "month"), from: day, to: day } },
  notes: {
    params: {
      location: many(text),
      provider: many(text),
      from: day,
      to: day,
      sort: oneOf("date", "provider"),
      rows,
    },
  },
  /** What is looked for is in no address. */
  search: { params: { location: many(text) } },
  invalid: { params: {} },
  files: { params: {} },
  settings: { params: {} },
  period: {
    params: { location: text, granularity: GRANULARITY, from: day, reason: oneOf(...Object.keys(REASONS)) },
    needs: ["location", "from"],
    says: "A period needs a location and its first day.",
  },
  visit: {
    id: {
      takes: (value) => /^[A-Z2-7]{26}$/.test(value),
      wants: "the token of a visit: 26 capital letters and digits",
    },
    params: {},
  },
};

/** Every view is about one company. */
const TENANT = text;

const wrong = (says) => ({ problem: { title: "This address cannot be opened", says } });

const decoded = (part) => {
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
};

/**
 * What an address says: {view, id, params}, or {problem: {title, says}} where it cannot be opened.
 * Parameters of an address with a problem are kept as far as they can be read.
 */
export function parse(hash) {
  const [path, query = "", ...rest] = hash.replace(/^#\/?/, "").split("?");
  const params = new URLSearchParams(query);
  const [view, id, ...more] = path.split("/").map(decoded);
  const route = { view: view === "" ? "today" : view, id: id ?? null, params };
  return { ...route, ...(problem(route, query, more.length + rest.length) ?? {}) };
}

function problem({ view, id, params }, query, extra) {
  const known = view !== null && Object.hasOwn(ADDRESSES, view) ? ADDRESSES[view] : null;
  if (!known) {
    return wrong(view === null ? "It contains characters that cannot be read." : `There is no page “${view}”.`);
  } else if (extra > 0) {
    return wrong("It has more parts than an address of this page has.");
  } else if (query.split("&").some((part) => part.split("=").some((one) => decoded(one) === null))) {
    return wrong("It contains characters that cannot be read.");
  } else if (known.id && (id === null || !known.id.takes(id))) {
    return wrong(`It must end in ${known.id.wants}.`);
  } else if (!known.id && id !== null) {
    return wrong(`“${id}” is not part of this page's addresses.`);
  }
  for (const name of new Set(params.keys())) {
    const one = name === "tenant" ? TENANT : Object.hasOwn(known.params, name) ? known.params[name] : null;
    const values = params.getAll(name);
    if (!one) {
      return wrong(`It has a filter “${name}”, which this page does not have.`);
    } else if (values.length > 1 && !one.isList) {
      return wrong(`“${name}” is given more than once.`);
    } else if (!values.every(one.takes)) {
      return wrong(`“${name}” must be ${one.wants}.`);
    }
  }
  return (known.needs ?? []).some((name) => !params.has(name)) ? wrong(known.says) : together(view, params);
}

/** What the parameters must be to each other. */
function together(view, params) {
  const [from, to] = [params.get("from"), params.get("to")];
  if (from && to && from > to) {
    return wrong("“from” is after “to”.");
  }
  return view === "period" && params.get("granularity") === "MONTH" && !from.endsWith("-01")
    ? wrong("“from” must be the first day of the month.")
    : null;
}
