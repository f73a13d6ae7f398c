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

/** Whether settings have taken a proposal over already. */
export const isAdopted = (settings, { payerId, cpt, month, cap }) =>
  (settings?.payerRules ?? []).some(
    (rule) =>
      rule.payerId === payerId &&
      reaches(rule, month + "-28") &&
      !(rule.from > month + "-31") &&
      (cap === 0 ? rule.removedCodes?.includes(cpt) : rule.codeCap?.[cpt] === cap),
  );
