// The settings as a form: what each field is, and the way from the document to texts and back. What is
// typed goes to the service as it is, which checks it like a file; only what a document cannot hold is
// found here. A field more is a line more in one of these tables.
import { plural } from "./format.js";

const EVALUATIONS =
  "97161, 97162, 97163, 97165, 97166, 97167, 97169, 97170, 97171, 92521, 92522, 92523, 92524";

/** The single settings, in groups. `usual`: what counts where nothing is set. */
export const GROUPS = [
  {
    title: "General",
    fields: [
      { name: "zone", label: "Time zone", type: "zone", usual: "UTC", says: "Where the company's day begins and ends." },
      { name: "weekStartsOn", label: "Week starts on", type: "weekday", usual: "MONDAY", says: "First day of the weeks in balances and lists." },
      { name: "missingAfter", label: "Missing after", type: "duration", usual: "PT24H", says: "How long to wait for a charge or a note before it counts as missing." },
      { name: "heldWithin", label: "Held within", type: "duration", usual: "P4D", says: "How soon after the visit a rejection must follow to hold it." },
      { name: "escalateAfter", label: "Overdue after", type: "duration", usual: "P14D", says: "After this time, work that is not done counts as unexplained." },
      { name: "closeAfter", label: "Close automatically after", type: "duration", usual: null, says: "How long after its end a day with nothing unexplained or pending closes by itself." },
      { name: "emrCountsNoCharge", label: "EMR report counts NC001 and Do Not Bill notes", type: "truth", usual: true, says: "As the Billing Report of your EMR does." },
      { name: "emrCountsEmpty", label: "EMR report counts notes without lines", type: "truth", usual: false, says: "Notes of other types than evaluations and daily notes." },
      { name: "sendsTransmissions", label: "A visit that is not on the Claims Feed is reported", type: "truth", usual: false, says: "Only if you send the Claims Feed." },
    ],
  },
  {
    title: "Code lists",
    fields: [
      { name: "pseudoCodes", label: "Bookkeeping codes", type: "codes", usual: "INSOVER, COPAY", says: "Charges with these codes are ignored." },
      { name: "nonVisitCodes", label: "Codes of supplies and fees", type: "codes", usual: "none", says: "They make no visit; their units are shown apart." },
      { name: "evaluationCodes", label: "Codes of initial evaluations", type: "codes", usual: EVALUATIONS, says: "A visit with one of them is a new patient." },
    ],
  },
];

const FROM = { name: "from", label: "From", type: "day", says: "First date of service; empty: from the beginning." };
const UNTIL = { name: "until", label: "Until", type: "day", says: "Last date of service; empty: no end." };

/** The settings that are lists of rows. */
export const TABLES = [
  {
    name: "locations",
    title: "Locations",
    row: "location",
    says: "Which of billing's locations a clinic of the EMR belongs to. The first row that fits counts. Without any row, each clinic is its own location; with rows, a clinic that no row names is reported.",
    fields: [
      { name: "clinicId", label: "Clinic (EMR)", type: "text", isNeeded: true },
      { name: "posCode", label: "POS code", type: "text", size: 4, says: "Empty: all codes of the clinic that no other row names." },
      { name: "locationId", label: "Location (billing)", type: "text", isNeeded: true },
      { name: "name", label: "Name", type: "text", says: "Shown instead of the location's ID." },
      { name: "group", label: "Region", type: "text", size: 8, says: "Locations of a region can be folded into one line." },
      FROM,
      UNTIL,
    ],
  },
  {
    name: "payerRules",
    title: "Payer rules",
    row: "payer rule",
    says: "What payers do not pay, and by when claims must be filed. A payer with rows of its own is judged by these only; * is for all others. Of several rows, the smaller cap counts.",
    fields: [
      { name: "payerId", label: "Payer", type: "text", isNeeded: true, size: 12 },
      { name: "visitCap", label: "Visit cap", type: "text", isWhole: true, size: 4, says: "Units paid per visit; empty: no cap." },
      { name: "codeCap", label: "Code caps", type: "caps", says: "Units paid per code and visit, such as 97110: 2, 97530: 1." },
      { name: "removedCodes", label: "Codes not paid", type: "codes", isList: true, says: "Such as 97010, 97014." },
      { name: "timelyFiling", label: "File within (days)", type: "days", size: 5, says: "Days from the date of service to file a claim; empty: no deadline." },
      FROM,
      UNTIL,
    ],
  },
];

const ID = { name: "id", label: "ID", type: "text", isNeeded: true, size: 12 };
const NAME = { name: "name", label: "Name", type: "text", isNeeded: true, size: 24 };

/** The settings that are maps: in the form, each is a list of rows of a key and its value. */
export const MAPS = [
  {
    name: "fees",
    title: "Fees",
    row: "fee",
    says: "What one unit of a code costs, for lines and charges that come without an amount. Amounts at risk are worked out with them.",
    wrong: "must be an amount in dollars, such as 45.00",
    fields: [
      { name: "code", label: "Code", type: "text", isNeeded: true, size: 8 },
      { name: "cents", label: "Dollars per unit", type: "money", isNeeded: true, size: 9 },
    ],
  },
  {
    name: "payerNames",
    title: "Names of payers",
    row: "payer",
    says: "Shown beside the payer's ID. Names change no figure.",
    fields: [ID, NAME],
  },
  {
    name: "therapistNames",
    title: "Names of therapists",
    row: "therapist",
    says: "Shown beside the therapist's ID, to those who may work the list. Names change no figure.",
    fields: [ID, NAME],
  },
];

let keys = 0;

/** A row without anything in it. */
export const emptyRow = () => ({ key: ++keys, texts: {}, rest: {} });

/** A duration in words; what is no number of days or hours stays as it is. */
export function spanWords(text) {
  const [, days, hours] = /^P(?:(\d+)D)?(?:T(\d+)H)?$/.exec(text) ?? [];
  if (!days && !hours) {
    return text;
  }
  return [days && plural(Number(days), "day"), hours && plural(Number(hours), "hour")].filter(Boolean).join(" ");
}

const asText = {
  text: (value) => String(value),
  day: (value) => value,
  zone: (value) => value,
  weekday: (value) => value,
  truth: (value) => String(value),
  codes: (value) => value.join(", "),
  caps: (value) => Object.entries(value).map(([code, units]) => `${code}: ${units}`).join(", "),
  days: (value) => /^P(\d+)D$/.exec(value)?.[1] ?? value,
  money: (value) => (value / 100).toFixed(2),
  duration: (value) => value,
};

const split = (text) => text.split(/[\s,;]+/).filter(Boolean);

/** Each gives the value for the document; what cannot be one is given as it was typed. */
const asValue = {
  text: (text, field) => (field.isWhole && /^\d{1,9}$/.test(text) ? Number(text) : text),
  day: (text) => text,
  zone: (text) => text,
  weekday: (text) => text,
  truth: (text) => text === "true",
  codes: (text) => split(text),
  days: (text) => (/^\d+$/.test(text) ? `P${Number(text)}D` : text),
  duration: (text) => text.toUpperCase(),
  money(text) {
    const plain = text.replace(/[$,\s]/g, "");
    return /^\d{1,9}(\.\d{1,2})?$/.test(plain) ? Math.round(Number(plain) * 100) : text;
  },
  caps(text, field, wrong) {
    const caps = {};
    for (const part of text.split(/[,;]+/).map((one) => one.trim()).filter(Boolean)) {
      const [, code, units] = /^(\S+?)\s*[:=\s]\s*(\S+)$/.exec(part) ?? [];
      if (!code) {
        wrong("must be codes with their units, such as 97110: 2, 97530: 1");
      } else if (Object.hasOwn(caps, code)) {
        wrong(`names ${code} twice`);
      } else {
        caps[code] = /^\d{1,9}$/.test(units) ? Number(units) : units;
      }
    }
    return caps;
  },
};

const shownOf = (field, value) => (value === null || value === undefined ? "" : asText[field.type](value));

function rowOf(fields, row) {
  const texts = {};
  const rest = { ...row };
  for (const field of fields) {
    texts[field.name] = shownOf(field, row[field.name]);
    delete rest[field.name];
  }
  return { key: ++keys, texts, rest };
}

/** The form of a document. What the tables do not name is kept as it is. */
export function formOf(document) {
  const rest = { ...document };
  const take = (name) => {
    const value = rest[name];
    delete rest[name];
    return value;
  };
  const texts = {};
  for (const field of GROUPS.flatMap((group) => group.fields)) {
    texts[field.name] = shownOf(field, take(field.name));
  }
  const rows = {};
  for (const table of TABLES) {
    rows[table.name] = (take(table.name) ?? []).map((row) => rowOf(table.fields, row));
  }
  for (const { name, fields } of MAPS) {
    const [key, value] = fields;
    rows[name] = Object.entries(take(name) ?? {}).map(([k, v]) => rowOf(fields, { [key.name]: k, [value.name]: v }));
  }
  return { texts, rows, rest };
}

/** The document of a form: {document, problems}; problems are by the paths that the service uses. */
export function documentOf(form, before) {
  const problems = {};
  const valueOf = (field, text, path) => {
    const plain = (text ?? "").trim();
    if (plain === "") {
      return field.type === "caps" ? {} : field.isList ? [] : null;
    }
    return asValue[field.type](plain, field, (says) => (problems[path] = says));
  };
  const document = { ...form.rest };
  for (const field of GROUPS.flatMap((group) => group.fields)) {
    document[field.name] = valueOf(field, form.texts[field.name], field.name);
  }
  for (const table of TABLES) {
    const rows = form.rows[table.name];
    document[table.name] =
      rows.length === 0 && !before[table.name]
        ? null
        : rows.map((row, i) => {
            const value = { ...row.rest };
            for (const field of table.fields) {
              value[field.name] = valueOf(field, row.texts[field.name], `${table.name}[${i + 1}].${field.name}`);
            }
            return value;
          });
  }
  for (const { name, fields } of MAPS) {
    const [key, value] = fields;
    const map = {};
    form.rows[name].forEach((row, i) => {
      const id = (row.texts[key.name] ?? "").trim();
      const path = `${name}[${i + 1}]`;
      if (id === "") {
        problems[`${path}.${key.name}`] = "is missing";
      } else if (Object.hasOwn(map, id)) {
        problems[`${path}.${key.name}`] = `is listed twice: ${id}`;
      } else {
        const given = valueOf(value, row.texts[value.name], path);
        if (given === null) {
          problems[`${path}.${value.name}`] = "is missing";
        } else {
          map[id] = given;
        }
      }
    });
    document[name] = form.rows[name].length === 0 && !before[name] ? null : map;
  }
  return { document, problems };
}

/** Problems of the service, by the paths of the form's fields. */
export function placed(values, form) {
  const problems = {};
  for (const { field, problem } of values ?? []) {
    const map = MAPS.find((one) => field.startsWith(`${one.name}.`));
    if (map) {
      const [key, value] = map.fields;
      const id = field.slice(map.name.length + 1);
      const row = form.rows[map.name].findIndex((one) => (one.texts[key.name] ?? "").trim() === id);
      problems[`${map.name}[${row + 1}].${value.name}`] = map.wrong ?? problem;
      continue;
    }
    // A cap of one code, or one code of a list, is in the field of all of them.
    const path = field.replace(/^([A-Za-z]+\[\d+\]\.[A-Za-z]+).*$/, "$1").replace(/^([A-Za-z]+)\[\d+\]$/, "$1");
    problems[path] ??= path === field ? problem : `${problem} (${field.slice(path.length).replace(/^\./, "")})`;
  }
  return problems;
}

export const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

/** A form without what only tells rows apart. */
export const plainForm = (form) => ({
  texts: form.texts,
  rest: form.rest,
  rows: Object.fromEntries(
    Object.entries(form.rows).map(([name, rows]) => [name, rows.map(({ texts, rest }) => ({ texts, rest }))]),
  ),
});
