// Dates as the reader's locale writes them, numbers that align, ISO in what programs read.
import { html } from "../vendor/preact-htm-3.1.1.js";

const day = new Intl.DateTimeFormat(undefined, { timeZone: "UTC" });
const weekday = new Intl.DateTimeFormat(undefined, { timeZone: "UTC", weekday: "long" });
const weekdayShort = new Intl.DateTimeFormat(undefined, { timeZone: "UTC", weekday: "short" });
const monthName = new Intl.DateTimeFormat(undefined, {
  timeZone: "UTC",
  month: "long",
  year: "numeric",
});
const monthShort = new Intl.DateTimeFormat(undefined, { timeZone: "UTC", month: "short" });
const MOMENT = {
  year: "numeric",
  month: "numeric",
  day: "numeric",
  hour: "numeric",
  minute: "2-digit",
  timeZoneName: "short",
};
let zone = null;
let moment = null;
let dayThere = null;

/** The company's time zone: all times are told in it, wherever the reader is. */
export function setZone(name) {
  if (name === zone) {
    return;
  }
  zone = name;
  try {
    moment = new Intl.DateTimeFormat(undefined, { ...MOMENT, timeZone: name });
    dayThere = new Intl.DateTimeFormat("en-CA", { timeZone: name });
  } catch {
    // A zone that this browser does not know.
    moment = new Intl.DateTimeFormat(undefined, { ...MOMENT, timeZone: "UTC" });
    dayThere = new Intl.DateTimeFormat("en-CA", { timeZone: "UTC" });
  }
}

setZone("UTC");
const whole = new Intl.NumberFormat();
const DAY_MS = 86_400_000;

const of = (iso) => new Date(iso + "T00:00:00Z");

export const date = (iso) => (iso ? day.format(of(iso)) : "–");
export const weekdayOf = (iso) => weekday.format(of(iso));
export const weekdayShortOf = (iso) => weekdayShort.format(of(iso));
export const monthOf = (iso) => monthName.format(of(iso));
export const monthShortOf = (iso) => monthShort.format(of(iso));
export const isWeekend = (iso) => [0, 6].includes(of(iso).getUTCDay());
export const instant = (iso) => (iso ? moment.format(new Date(iso)) : "–");
export const number = (n) => (n === null || n === undefined ? "–" : whole.format(n));

/** With its sign, by a real minus. */
export const signed = (n) =>
  n > 0 ? "+" + whole.format(n) : n < 0 ? "−" + whole.format(-n) : "0";

export const plural = (n, one, many = one + "s") => `${number(n)} ${n === 1 ? one : many}`;

export const plusDays = (iso, days) =>
  new Date(of(iso).getTime() + days * DAY_MS).toISOString().slice(0, 10);

/** A date of business. */
export const Day = ({ iso }) => (iso ? html`<time datetime=${iso}>${date(iso)}</time>` : "–");

/** The company's date at a moment, as 2026-11-04. */
export const dateAt = (iso) => dayThere.format(new Date(iso));

/** A moment, in the company's time zone, which it names. */
export const Moment = ({ iso }) =>
  iso ? html`<time datetime=${iso}>${instant(iso)}</time>` : "–";

/** The days of a period in words. */
export function periodName(granularity, from, to) {
  if (granularity === "DAY") {
    return `${weekdayOf(from)}, ${date(from)}`;
  }
  return granularity === "MONTH" ? monthOf(from) : `Week ${date(from)} – ${date(to)}`;
}

const currency = new Intl.NumberFormat(undefined, { style: "currency", currency: "USD" });

/** An amount of money; the service gives cents. */
export const dollars = (cents) => currency.format(cents / 100);
