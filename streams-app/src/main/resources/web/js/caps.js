// Adopting a proposed cap: a row of payer rules more in the settings.

/** Whether a rule holds on some day on or after one. */
const reaches = (rule, day) => !rule.until || rule.until >= day;

/**
 * Settings with a proposal taken over, from the first day of its month.
 *
 * A payer that has rules of its own is judged by these alone. So a payer that had none until now
 * keeps what the rules of * took, as rules of its own.
 */
export function adopted(settings, { payerId, cpt, month, cap }) {
  const from = month + "-01";
  const rules = settings.payerRules ?? [];
  const hasOwn = rules.some((rule) => rule.payerId === payerId && reaches(rule, from));
  const kept = hasOwn
    ? []
    : rules
        .filter((rule) => rule.payerId === "*" && reaches(rule, from))
        .map((rule) => ({ ...rule, payerId, from: rule.from && rule.from > from ? rule.from : from }));
  const rule = cap === 0 ? { removedCodes: [cpt] } : { codeCap: { [cpt]: cap } };
  return { ...settings, payerRules: [...rules, ...kept, { payerId, ...rule, from }] };
}

/** Whether a rule is what a proposal says. */
const says = (rule, { payerId, cpt, month, cap }) =>
  rule.payerId === payerId &&
  reaches(rule, month + "-28") &&
  !(rule.from > month + "-31") &&
  (cap === 0 ? rule.removedCodes?.includes(cpt) : rule.codeCap?.[cpt] === cap);

/** Whether settings have taken a proposal over already. */
export const isAdopted = (settings, proposal) =>
  (settings?.payerRules ?? []).some((rule) => says(rule, proposal));

const codes = (rule) => [...Object.keys(rule.codeCap ?? {}), ...(rule.removedCodes ?? [])];

/** What a rule takes, whoever's it is and from whenever. */
const content = ({ codeCap, removedCodes, visitCap, until }) =>
  JSON.stringify([Object.entries(codeCap ?? {}).sort(), [...(removedCodes ?? [])].sort(), visitCap ?? null, until ?? null]);

/** The limits that settings have as a click adopts them: one code of a payer from the first of a month. */
export function adoptions(settings) {
  const rules = settings?.payerRules ?? [];
  const all = new Set(rules.filter((rule) => rule.payerId === "*").map(content));
  return rules
    .filter(
      (rule) =>
        rule.payerId !== "*" && rule.from?.endsWith("-01") && !rule.until && !all.has(content(rule)) &&
        (rule.visitCap ?? null) === null && codes(rule).length === 1,
    )
    .map((rule) => {
      const cpt = codes(rule)[0];
      return { payerId: rule.payerId, cpt, month: rule.from.slice(0, 7), cap: rule.codeCap?.[cpt] ?? 0 };
    });
}

/** Settings without a limit that was adopted, and without the copies of the rules of * that came with it. */
export function reverted(settings, adoption) {
  const rules = settings.payerRules ?? [];
  const own = rules.find((rule) => codes(rule).length === 1 && says(rule, adoption) && rule.from === adoption.month + "-01");
  const rest = rules.filter((rule) => rule !== own);
  const all = new Set(rest.filter((rule) => rule.payerId === "*").map(content));
  const others = rest.filter((rule) => rule.payerId === adoption.payerId);
  const areCopies = others.every((rule) => rule.from >= adoption.month + "-01" && all.has(content(rule)));
  return { ...settings, payerRules: areCopies ? rest.filter((rule) => !others.includes(rule)) : rest };
}
