// The domain's words in those of a billing office. `kind`: what it asks of people.
// `short` names it in a list; `why` says it of one visit.

export const REASONS = {
  SUPPRESSED_NORCM: { kind: "EXPECTED", short: "NORCM, not for billing", why: "The note has a NORCM line, so the visit is not sent to billing." },
  SUPPRESSED_NC001: { kind: "EXPECTED", short: "NC001, no charges this visit", why: "The note is marked NC001: no charges this visit." },
  SUPPRESSED_DO_NOT_BILL: { kind: "EXPECTED", short: "Marked Do Not Bill", why: "The note is marked Do Not Bill." },
  POSTED_ELSEWHERE: { kind: "UNEXPLAINED", short: "Billed at another location", why: "The visit is billed, but at a different location than its EMR clinic is mapped to." },
  POSTED_LATER: { kind: "EXPECTED", short: "Billed in a later period", why: "The visit is billed. Its Created Date is after this period." },
  POSTED_EARLIER: { kind: "EXPECTED", short: "Billed in an earlier period", why: "The visit is billed. Its Created Date is before this period." },
  NO_CODES: { kind: "WORK", short: "Finalized note without codes", why: "The note was finalized without any codes, so billing has nothing to charge." },
  NOTHING_TO_BILL: { kind: "EXPECTED", short: "No billable units", why: "The payer's rules leave no units to bill." },
  HELD: { kind: "WORK", short: "Held by a rejection", why: "An open rejection on the Integration Rejection Summary keeps the visit out of billing." },
  TRANSMISSION_FAILED: { kind: "WORK", short: "Failed transmission", why: "The Claims Feed shows that the transmission to billing failed." },
  AWAITING_CHARGE: { kind: "PENDING", short: "Awaiting charge", why: "The charge may still arrive: the usual waiting time is not over." },
  CHARGES_REMOVED: { kind: "UNEXPLAINED", short: "All charges removed in billing", why: "The visit was billed, but all of its charges have been removed in billing." },
  NOT_SENT: { kind: "UNEXPLAINED", short: "Not sent to billing", why: "The Claims Feed shows that the visit was not sent. No reason is recorded." },
  TRANSMISSION_STUCK: { kind: "WORK", short: "Stuck transmission", why: "The transmission to billing started but has not finished." },
  LOST_AFTER_ACCEPTANCE: { kind: "UNEXPLAINED", short: "Sent successfully, no charge in billing", why: "The Claims Feed shows a successful transmission, but billing has no charge." },
  MISSING_CHARGE: { kind: "UNEXPLAINED", short: "Missing charge", why: "The visit should have been billed by now. Nothing explains why it was not." },
  POSTED_FROM_ELSEWHERE: { kind: "UNEXPLAINED", short: "Charge for a visit at another location", why: "The visit is billed here, but its EMR clinic is mapped to another location." },
  BILLED_THOUGH_NOT_COUNTED: { kind: "UNEXPLAINED", short: "Billed, not counted in the EMR report", why: "The visit is billed, but the EMR report does not count it." },
  DUPLICATE_BILLING: { kind: "UNEXPLAINED", short: "Duplicate billing", why: "Billing has more than one billing visit for this visit, with more units than documented." },
  SPLIT_BILLING: { kind: "EXPECTED", short: "One visit, several billing visits", why: "The visit's lines are split across several billing visits." },
  SPLIT_POSTING: { kind: "EXPECTED", short: "More lines for a visit already billed", why: "Some of the visit's lines were billed in an earlier period and some in this one." },
  POSTED_FROM_EARLIER: { kind: "EXPECTED", short: "Finalized in an earlier period", why: "The visit was finalized before the period in which it is billed." },
  POSTED_BEFORE_FINALIZED: { kind: "EXPECTED", short: "Finalized in a later period", why: "The visit was billed before it was finalized." },
  AWAITING_NOTE: { kind: "PENDING", short: "Awaiting note", why: "Billing has a charge. The note may still arrive." },
  RETRACTED_IN_EMR: { kind: "UNEXPLAINED", short: "Charge for a retracted note", why: "The note was retracted in the EMR, but its charges are still active in billing." },
  CHARGED_BEFORE_FINALIZED: { kind: "WORK", short: "Charge for an open note", why: "Billing has a charge, but the therapist has not finalized the note." },
  KEYED_IN_BILLING: { kind: "WORK", short: "Charge keyed manually in billing", why: "The charge was keyed manually in billing. The EMR has no matching visit." },
  UNEXPECTED_CHARGE: { kind: "UNEXPLAINED", short: "Charge without a note", why: "Billing has a charge, but the EMR has no note for it." },
  EVALUATION_NOT_BILLED: { kind: "EXPECTED", short: "Initial evaluation not billed", why: "An initial evaluation is documented but not billed." },
  MULTIPLE_EVALUATIONS: { kind: "EXPECTED", short: "More evaluation units than billing visits", why: "The EMR counts evaluation units; billing counts visits." },
  EVALUATION_ADDED: { kind: "EXPECTED", short: "Initial evaluation billed, not documented", why: "An initial evaluation is billed but not documented." },
};

const STATES = {
  MATCHED: { kind: null, short: "Matched", why: "The visit is documented and billed on the same day and at the same location." },
  RETRACTED: { kind: null, short: "Retracted", why: "The note was retracted in the EMR, and billing has no charges for it." },
};

export const FINDINGS = {
  DAY: "Day out of balance",
  CLOSED_PERIOD_CHANGED: "Closed period changed",
  MAPPING_MISSING: "Clinic not in the location mapping",
  BILLED_THOUGH_SUPPRESSED: "Suppressed visit billed",
  LINES_HELD: "Some lines held by a rejection",
  DATE_OF_SERVICE_MISMATCH: "Date of service mismatch",
  PROVIDER_MISMATCH: "Provider mismatch",
  INEFFECTIVE_NORCM: "Invalid NORCM line",
  UNITS_ADDED: "More units billed than documented",
  SCRUBBED_UNEXPLAINED: "Unexplained scrubbed units",
  ACCEPTED_BUT_CHANGED: "Changed after acceptance",
};

export const KINDS = {
  UNEXPLAINED: { word: "unexplained", says: "No known reason, or overdue." },
  WORK: { word: "to do", says: "The reason is known; someone has to act." },
  PENDING: { word: "pending", says: "A charge or note may still arrive." },
  EXPECTED: { word: "expected", says: "Nothing to do." },
  ACCEPTED: { word: "accepted", says: "Someone accepted the difference." },
};

/** Why something is accepted. */
export const BECAUSE = {
  WRITTEN_OFF: "Written off",
  NOT_BILLABLE: "Not billable",
  BILLED_OUTSIDE: "Billed outside both systems",
  CORRECTED_OUTSIDE: "Corrected outside both systems",
  DATA_ENTRY: "Data entry error",
  PAYER_RULE: "Payer rule",
  OTHER: "Other",
};

export const VERDICTS = {
  BALANCED: { word: "Balanced", says: "Both systems agree, visit by visit." },
  EXPLAINED: { word: "Explained", says: "The systems differ, and every difference has a known reason." },
  WAITING: { word: "Waiting", says: "Some charges or notes may still arrive." },
  OUT_OF_BALANCE: { word: "Out of balance", says: "Some differences are unexplained or overdue." },
};

export const EVENTS = {
  NOTE_OPEN: "Note open",
  NOTE_FINALIZED: "Open note completed",
  NOTE_CANCELLED: "Open note canceled",
  FINALIZED: "Note finalized",
  AMENDED: "Addendum finalized",
  RETRACTED: "Note retracted",
  TRANSMITTED: "Transmission",
  HELD: "Rejection opened",
  CLEARED: "Rejection cleared",
  CHARGED: "Charge created",
  CHARGE_INACTIVE: "Charge replaced or inactivated",
  CHARGE_REMOVED: "Charge removed",
  ACCEPTED: "Accepted",
  WITHDRAWN: "Acceptance undone",
  ASSIGNED: "Assigned",
  RELEASED: "Unassigned",
  LINKED: "Charge linked",
  UNLINKED: "Link undone",
};

/** Why a visit that was found is on no list. */
export const NOT_LISTED = {
  OPEN_NOTE: { short: "Open note", says: "The therapist has not finalized the note, so it is not a visit yet." },
  TOO_OLD: { short: "Too old", says: "The visit is older than what the service keeps." },
  GONE: { short: "Gone", says: "It was withdrawn, or it is now part of another visit." },
};

/** The kinds of ID by which a visit is found. */
export const FOUND_BY = {
  VISIT: "EMR visit ID",
  ACCOUNT: "Account",
  CHARGE: "Charge ID",
  BILLING_VISIT: "Billing visit ID",
};

export const RULES = {
  CODE_CAP: "Unit limit per code",
  REMOVED_CODE: "Code not covered",
  VISIT_CAP: "Unit limit per visit",
  NOT_REBILLED: "Addendum not re-billed",
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
  (text ?? "").split("+").filter(Boolean).map((one) => RULES[one] ?? plain(one)).join(", ");

/** A line of figures without the kind of its period, its names in words. */
export const inWords = (text) =>
  (text ?? "").replace(/^(DAY|WEEK|MONTH): /, "").replace(/[A-Z][A-Z0-9_]{3,}/g, (name) =>
    VERDICTS[name]?.word.toLowerCase() ?? (REASONS[name] ? `“${short(name)}”` : name));

/** What happened, in words. */
export const happened = (name) => EVENTS[name] ?? plain(name);

/** A name that has no words yet, readable all the same. */
export const plain = (name) =>
  name ? name[0] + name.slice(1).toLowerCase().replaceAll("_", " ") : "–";
