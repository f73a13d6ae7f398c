// What an address shows, in words: for the tab's title and for paper.
import { date, dollars, periodName, plural, plusDays } from "./format.js";
import { locationName } from "./names.js";
import { REJECTIONS, short } from "./words.js";

const lower = (text) => text[0] + text.slice(1).toLowerCase();
const given = (text) => text;
const orMore = (text) => `${text} ${text === "1" ? "day" : "days"} or more`;

const BY = {
  me: "Assigned to me",
  nobody: "Unassigned",
  origin: "By finalized visit",
  reason: "By reason",
  location: "By location",
  day: "By day",
  payer: "By payer",
  week: "By week",
  month: "By month",
};

const WORDS = {
  location: ["Location", locationName],
  granularity: ["Periods", (one) => ({ DAY: "Days", WEEK: "Weeks", MONTH: "Months" })[one]],
  status: ["Status", (one) => ({ ARRIVED: "Arrived late" })[one] ?? lower(one)],
  verdict: ["Status", (one) => lower(one).replaceAll("_", " ")],
  severity: ["Severity", lower],
  kind: ["Discrepancy", short],
  reason: ["Reason", short],
  provider: ["Provider", given],
  from: ["From", date],
  to: ["To", date],
  minAge: ["Age", orMore],
  minAmount: ["Amount", (one) => `${dollars(Number(one))} or more`],
  fileFrom: ["File from", date],
  fileTo: ["File by", date],
  fileWithin: ["File within", (one) => plural(Number(one), "day")],
  assignee: ["Assigned to", given],
  days: ["Days", () => "Shown"],
  minLag: ["Days late", orMore],
  order: ["Order", () => "By name"],
  by: ["Shown", (one) => BY[one]],
  rejectionType: ["Rejection", (one) => REJECTIONS[one]],
  reasonCode: ["Reason code", given],
  otherMonth: ["Month", (one) => (one === "true" ? "In a later month" : "In the same month")],
  payer: ["Payer", given],
  cpt: ["Code", given],
  explained: ["Units", (one) => (one === "true" ? "Explained only" : "Unexplained only")],
};

/** The filters of an address, each with its values in words; what is usual is left out. */
export function filters({ view, params, problem }) {
  if (problem) {
    return [];
  }
  const isUsual = (name, value) =>
    (name === "granularity" && value === "DAY") || (name === "by" && value === "reported") ||
    (name === "status" && value === "OPEN" && view === "work");
  const names = view === "period" ? ["reason"] : [...new Set(params.keys())];
  return names
    .filter((name) => WORDS[name] && params.has(name) && !isUsual(name, params.get(name)))
    .map((name) => ({ label: WORDS[name][0], values: params.getAll(name).map(WORDS[name][1]) }));
}

/** A period's name. */
const period = (params) => {
  const granularity = params.get("granularity") ?? "DAY";
  const from = params.get("from");
  return `${locationName(params.get("location"))}, ${periodName(granularity, from, granularity === "WEEK" ? plusDays(from, 6) : from)}`;
};

/** What a view shows. */
export function titleOf(route, name) {
  const { view, id, params } = route;
  if (route.problem) {
    return name;
  } else if (view === "visit") {
    return `Visit ${id.slice(0, 8)}`;
  } else if (view === "period") {
    return period(params);
  }
  const said = filters(route).flatMap(({ label, values }) =>
    label === "From" || label === "To" ? [`${label.toLowerCase()} ${values[0]}`] : values);
  return said.length > 0 ? `${name}: ${said.join(", ")}` : name;
}
