// The IDs of both systems in lists of visits: one switch for the tab, for those who may see them.
import { html, useEffect, useState } from "../../vendor/preact-htm-3.1.1.js";
import { mayShowIds } from "../may.js";

const STORE = "visit-balance-ids";
const CHANGED = "ids-changed";

/** Whoever signs in next starts without them. */
const isOn = (me) => mayShowIds(me) && sessionStorage.getItem(STORE) === String(me.user);

/** Whether lists show IDs; as a parameter of a list: true, or null. */
export function useIds(me) {
  const [, again] = useState(0);
  useEffect(() => {
    const changed = () => again((n) => n + 1);
    addEventListener(CHANGED, changed);
    return () => removeEventListener(CHANGED, changed);
  }, []);
  return isOn(me) ? true : null;
}

export function ShowIds({ me }) {
  const ids = useIds(me);
  const picked = (event) => {
    if (event.target.checked) {
      sessionStorage.setItem(STORE, String(me.user));
    } else {
      sessionStorage.removeItem(STORE);
    }
    dispatchEvent(new Event(CHANGED));
  };
  return (
    mayShowIds(me) &&
    html`<label class="ids" title="Shows EMR visit IDs, accounts, payers, charges, and billing visits in the lists of this tab and in their files. The access log names you and the list.">
      <input type="checkbox" checked=${Boolean(ids)} onChange=${picked} /> Show IDs <span class="quiet">(logged)</span>
    </label>`
  );
}

const BILLING_ONLY = "billing:";

/** What the EMR calls a visit; what is in billing only has no such ID. */
export const emrVisit = (name) => (name?.startsWith(BILLING_ONLY) ? "none (billing only)" : name);

const COLUMNS = [
  ["EMR visit ID", (ids) => emrVisit(ids.visitId)],
  ["Account", (ids) => ids.account],
  ["Payer of the visit", (ids) => ids.payerId],
  ["Charge IDs", (ids) => ids.charges],
  ["Billing visit IDs", (ids) => ids.billingVisits],
];

export const IdHeads = () => COLUMNS.map(([title]) => html`<th scope="col">${title}</th>`);

export const IdCells = ({ of }) =>
  COLUMNS.map(([title, value]) => html`<td class="id" key=${title}>${(of && value(of)) ?? "–"}</td>`);

/** The same below a finding, where columns would leave no room for what has to be done. */
export const IdLine = ({ of }) => html`<dl class="id-line">
  ${COLUMNS.filter(([, value]) => value(of)).map(
    ([title, value]) => html`<div key=${title}><dt>${title}</dt><dd class="token">${value(of)}</dd></div>`,
  )}
</dl>`;

/** Charges by ID: {chargeId, billingVisitId, createdOn, billed}. */
export const Charges = ({ of }) =>
  of.length === 0
    ? html`<span class="quiet">none</span>`
    : html`<ul class="charge-ids">
        ${of.map(
          (one) => html`<li key=${one.chargeId}>
            ${one.chargeId} <span class="quiet">in billing visit</span> ${one.billingVisitId ?? "–"}
            ${!one.billed && html` <span class="tag none">removed</span>`}
          </li>`,
        )}
      </ul>`;
