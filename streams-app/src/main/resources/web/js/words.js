// The domain's words in those of a billing office. `kind`: what it asks of people.
// `short` names it in a list; `why` says it of one visit.

export const REASONS = {
  SUPPRESSED_NORCM: { kind: "EXPECTED", short: "NORCM, never meant to be billed", why: "A NORCM line says that this visit is not to be billed." },
  SUPPRESSED_NC001: { kind: "EXPECTED", short: "NC001, no charges this visit", why: "The note says NC001: no charges this visit." },
  SUPPRESSED_DO_NOT_BILL: { kind: "EXPECTED", short: "Marked Do Not Bill", why: "The note is marked Do Not Bill." },
  POSTED_ELSEWHERE: { kind: "UNEXPLAINED", short: "Billed at another Place of Service", why: "It is billed, but under another Place of Service than the EMR's clinic says." },
  POSTED_LATER: { kind: "EXPECTED", short: "Billed in a later period", why: "It is billed; its Created Date is after the period of its Finalized Date." },
  POSTED_EARLIER: { kind: "EXPECTED", short: "Billed in an earlier period", why: "It is billed; its Created Date is before the period of its Finalized Date." },
  NO_CODES: { kind: "WORK", short: "Finalized without any code", why: "The note was finalized without any code, so there is nothing that billing could charge." },
  NOTHING_TO_BILL: { kind: "EXPECTED", short: "Nothing in it that could be billed", why: "After the payer's rules nothing is left of its lines that could be billed." },
  HELD: { kind: "WORK", short: "Held on the Integration Rejection Summary", why: "A rejection on the Integration Rejection Summary keeps it out of billing." },
  TRANSMISSION_FAILED: { kind: "WORK", short: "Transmission failed", why: "The Claims Feed says that its transmission to billing failed." },
  AWAITING_CHARGE: { kind: "PENDING", short: "Charge still awaited", why: "Its charge may still come: the usual time is not over." },
  CHARGES_REMOVED: { kind: "UNEXPLAINED", short: "All charges were removed in billing", why: "It was billed once, and all its charges were removed in billing." },
  NOT_SENT: { kind: "UNEXPLAINED", short: "Not sent to billing", why: "The Claims Feed says that it was not sent, and nobody said why." },
  TRANSMISSION_STUCK: { kind: "WORK", short: "Transmission is stuck", why: "Its transmission to billing was begun and does not move." },
  LOST_AFTER_ACCEPTANCE: { kind: "UNEXPLAINED", short: "Accepted by billing, then lost", why: "Billing accepted it, and there is no charge." },
  MISSING_CHARGE: { kind: "UNEXPLAINED", short: "Charge is missing", why: "It should have been billed by now, and nothing says why it was not." },
  POSTED_FROM_ELSEWHERE: { kind: "UNEXPLAINED", short: "Visit belongs to another Place of Service", why: "It is billed here, but the EMR's clinic belongs to another Place of Service." },
  BILLED_THOUGH_NOT_COUNTED: { kind: "UNEXPLAINED", short: "Billed, though the EMR does not count it", why: "It is billed, but the EMR's report does not count it as a visit." },
  DUPLICATE_BILLING: { kind: "UNEXPLAINED", short: "Billed twice", why: "There is more than one billing visit for it." },
  SPLIT_BILLING: { kind: "EXPECTED", short: "One visit, split over two billing visits", why: "Its lines stand on more than one billing visit." },
  SPLIT_POSTING: { kind: "EXPECTED", short: "Later line of a visit already there", why: "Some of its lines were billed in an earlier period, some in this one." },
  POSTED_FROM_EARLIER: { kind: "EXPECTED", short: "Finalized in an earlier period", why: "It was finalized before the period in which it is billed." },
  POSTED_BEFORE_FINALIZED: { kind: "EXPECTED", short: "Finalized in a later period", why: "It was billed before it was finalized." },
  AWAITING_NOTE: { kind: "PENDING", short: "Note still awaited", why: "There is a charge; its note may still come." },
  RETRACTED_IN_EMR: { kind: "UNEXPLAINED", short: "Its note was retracted in the EMR", why: "Its note was retracted in the EMR, and its charges stand." },
  CHARGED_BEFORE_FINALIZED: { kind: "WORK", short: "Charged, but its note is still open", why: "It is charged, but the therapist has not finalized the note." },
  KEYED_IN_BILLING: { kind: "WORK", short: "Keyed into billing by hand", why: "Somebody keyed it into billing by hand; the EMR knows nothing of it." },
  UNEXPECTED_CHARGE: { kind: "UNEXPLAINED", short: "Charge that nobody documented", why: "There is a charge, and no note for it in the EMR." },
  EVALUATION_NOT_BILLED: { kind: "EXPECTED", short: "Initial evaluation not billed", why: "An initial evaluation is documented and not billed." },
  MULTIPLE_EVALUATIONS: { kind: "EXPECTED", short: "More evaluation units than billing visits", why: "The EMR counts the units of its evaluations, billing counts visits." },
  EVALUATION_ADDED: { kind: "EXPECTED", short: "Initial evaluation billed, not documented", why: "An initial evaluation is billed that is not documented." },
};

const STATES = {
  MATCHED: { kind: null, short: "Matched", why: "It is documented and billed, on one day and at one location." },
  RETRACTED: { kind: null, short: "Retracted", why: "The note was retracted in the EMR, and nothing is billed." },
};

export const FINDINGS = {
  DAY: "Day out of balance",
  CLOSED_PERIOD_CHANGED: "Closed period has changed",
  MAPPING_MISSING: "Location is not in the mapping",
  BILLED_THOUGH_SUPPRESSED: "Billed, though it was not to be",
  LINES_HELD: "Some of its lines are held",
  DATE_OF_SERVICE_MISMATCH: "Date of service differs",
  PROVIDER_MISMATCH: "Provider differs",
  INEFFECTIVE_NORCM: "NORCM without effect",
  UNITS_ADDED: "More units billed than documented",
  SCRUBBED_UNEXPLAINED: "Units scrubbed that no rule explains",
  ACCEPTED_BUT_CHANGED: "Accepted, but it has changed since",
};

export const KINDS = {
  UNEXPLAINED: { word: "unexplained", says: "Nobody knows why yet, or it has waited too long." },
  WORK: { word: "work", says: "Somebody has to do something known." },
  PENDING: { word: "pending", says: "It may still come by itself." },
  EXPECTED: { word: "expected", says: "It is as it should be." },
  ACCEPTED: { word: "accepted", says: "It differs, and somebody has accepted that." },
};

/** Why something is accepted. */
export const BECAUSE = {
  WRITTEN_OFF: "Written off",
  NOT_BILLABLE: "Not billable",
  BILLED_OUTSIDE: "Billed outside of the two systems",
  CORRECTED_OUTSIDE: "Corrected outside of the two systems",
  DATA_ENTRY: "A slip of data entry",
  PAYER_RULE: "A rule of the payer",
  OTHER: "Another reason",
};

export const VERDICTS = {
  BALANCED: { word: "Balanced", says: "Both systems say the same, visit by visit." },
  EXPLAINED: { word: "Explained", says: "They differ, and the reason of every visit is known." },
  WAITING: { word: "Waiting", says: "Some charges or notes may still arrive; it is too early to tell." },
  OUT_OF_BALANCE: { word: "Out of balance", says: "Some visits are unexplained, or have waited too long." },
};

export const EVENTS = {
  NOTE_OPEN: "Note is open",
  NOTE_FINALIZED: "Note finished",
  NOTE_CANCELLED: "Note cancelled",
  FINALIZED: "Finalized",
  AMENDED: "Amended",
  RETRACTED: "Retracted",
  TRANSMITTED: "Transmission",
  HELD: "Held: came onto the Integration Rejection Summary",
  CLEARED: "Cleared: left the Integration Rejection Summary",
  CHARGED: "Charged",
  CHARGE_INACTIVE: "Charge replaced or made inactive",
  CHARGE_REMOVED: "Charge removed",
  ACCEPTED: "Accepted",
  WITHDRAWN: "Acceptance undone",
  ASSIGNED: "Assigned",
  RELEASED: "Assigned to nobody any more",
};

export const RULES = {
  CODE_CAP: "cap of the code",
  REMOVED_CODE: "code is not paid",
  VISIT_CAP: "cap of the visit",
  NOT_REBILLED: "addendum was not re-billed",
};

export const REJECTIONS = { PATIENT: "Patient", CASE: "Case", CHARGE: "Charge" };

/** A reason, a state or the kind of a finding, in a few words. */
export const short = (name) =>
  (REASONS[name] ?? STATES[name])?.short ?? FINDINGS[name] ?? plain(name);

/** Why a visit is in a state. */
export const why = (name) => (REASONS[name] ?? STATES[name])?.why ?? plain(name);

/** Why it is accepted, within a sentence. */
export const because = (name) => {
  const text = BECAUSE[name] ?? plain(name);
  return text[0].toLowerCase() + text.slice(1);
};

export const kindOf = (name) => REASONS[name]?.kind ?? null;

/** The rules that explain units. */
export const rules = (text) =>
  (text ?? "").split("+").filter(Boolean).map((one) => RULES[one] ?? plain(one)).join(", then ");

/** Names within a line of figures, in words. */
export const inWords = (text) =>
  (text ?? "").replace(/[A-Z][A-Z0-9_]{3,}/g, (name) =>
    VERDICTS[name]?.word.toLowerCase() ?? (REASONS[name] ? `“${short(name)}”` : name));

/** What happened, in words. */
export const happened = (name) => EVENTS[name] ?? plain(name);

/** A name that has no words yet, readable all the same. */
export const plain = (name) =>
  name ? name[0] + name.slice(1).toLowerCase().replaceAll("_", " ") : "–";
