package org.visitbalance.scenario;

/**
 * How often something happens in a company: a probability per visit unless the text says otherwise.
 * Each has a value for an ordinary clinic and one for chaos; {@code docs/scenario.md} lists them.
 */
public enum Rate {
  SECOND_SITE(
      0.25, 0.4, "at another place of service than the clinic's main one (home, telehealth)"),
  UNMAPPED_SITE(0.0, 0.08, "at a place of service that the settings do not map"),
  SECOND_VISIT(0.004, 0.2, "followed by a second visit of the same patient on the same day"),
  COSIGNED(0.06, 0.2, "documented by an assistant and co-signed"),
  FINALIZED_LATER(0.03, 0.3, "finalized a day or more after the visit; an open note until then"),
  OPEN_NOTE(0.002, 0.15, "never finalized: the note stays open"),
  CANCELLED_NOTE(0.5, 0.3, "of the notes that stay open: cancelled some days later"),
  CHARGED_EARLY(0.1, 0.4, "of the notes that stay open: charged anyway"),
  NO_SHOW(0.01, 0.1, "a no-show, charged with a fee"),

  NORCM(0.004, 0.12, "documented with NORCM"),
  INEFFECTIVE_NORCM(0.0005, 0.08, "documented with norcm, or with a timed NORCM"),
  NC001(0.003, 0.1, "flagged No Charges this Visit"),
  DO_NOT_BILL(0.003, 0.1, "flagged Do Not Bill"),
  BILLED_THOUGH_SUPPRESSED(0.02, 0.4, "of the suppressed visits: billed anyway"),
  NO_CODES(0.0003, 0.08, "a Daily Note without any lines"),
  EMPTY_NOTE(0.002, 0.06, "a progress note without any lines"),
  DOUBLE_EVALUATION(0.03, 0.4, "of the evaluations: with two evaluation codes"),
  EVALUATION_NOT_BILLED(0.003, 0.2, "of the evaluations: the evaluation code is not billed"),

  ADDENDUM(0.006, 0.25, "amended after a few days"),
  NOT_REBILLED(0.4, 0.5, "of the addenda: not re-billed"),
  RETRACTED(0.0015, 0.15, "retracted after a day or two"),
  RETRACTED_CHARGES_LEFT(0.2, 0.5, "of the retracted visits: the charges stay"),

  TRANSMISSION_ABSENT(0.001, 0.2, "without any rows in the Claims Feed"),
  OTHER_KIND(0.02, 0.3, "with rows of a kind other than FINANCIAL"),
  NOT_SENT(0.001, 0.08, "not sent, and therefore not billed"),
  TRANSMISSION_FAILED(0.004, 0.12, "one whose transmission failed"),
  RESUBMITTED(0.95, 0.5, "of the failed ones: sent again the next day"),
  TRANSMISSION_STUCK(0.0002, 0.08, "one whose transmission stays pending"),

  REJECTED_CHARGE(0.012, 0.12, "held by a CHARGE rejection"),
  REJECTED_CASE(0.006, 0.1, "held by a CASE rejection"),
  REJECTED_PATIENT(0.004, 0.1, "held by a PATIENT rejection"),
  REJECTED_PAYMENT(0.003, 0.1, "one with a PAYMENT rejection, which holds nothing"),
  REJECTION_WALK(0.1, 0.4, "of the rejections: followed by the next type when cleared"),
  REOPENED(0.05, 0.3, "of the rejections: opened again after being cleared"),
  HELD_LONG(0.15, 0.3, "of the rejections: cleared after several days instead of the next day"),
  NEVER_CLEARED(0.01, 0.2, "of the rejections: never cleared"),

  LOST(0.007, 0.1, "accepted and then lost: no charge"),
  POSTED_LATER(0.01, 0.15, "charged a day later without a rejection"),
  UNLINKED(0.1, 0.4, "charged without the EMR's visit id"),
  MANUAL(0.002, 0.1, "keyed into billing by hand"),
  SPLIT(0.002, 0.15, "split between two billing visits"),
  DUPLICATED(0.005, 0.1, "billed a second time"),
  REPLACED(0.02, 0.25, "charged, and the charge replaced once or more"),
  REMOVED(0.003, 0.12, "charged, and the charges removed"),
  KEYED_AGAIN(0.5, 0.5, "of the removed ones: keyed again under another provider"),
  PROVIDER_MISMATCH(0.002, 0.12, "charged under another provider"),
  DATE_MISMATCH(0.002, 0.12, "charged with another date of service"),
  WRONG_LOCATION(0.003, 0.12, "charged at another location"),
  SCRUBBED(0.08, 0.4, "of a payer with rules: documented with more units than the rules allow"),
  SILENT_CAP(
      0.25, 0.5, "of the payer with an undocumented cap: documented with more units than the cap"),
  UNITS_LOST(0.002, 0.12, "billed with one unit less, for no known reason"),
  UNITS_ADDED(0.001, 0.12, "billed with one unit more"),
  COPAY(0.1, 0.2, "charged together with a pseudo charge"),
  SUPPLY(0.03, 0.2, "charged together with supplies"),
  BULK_SUPPLY(0.0, 0.1, "of the supplies: 1,200 units"),
  AMOUNT_MISSING(0.05, 0.4, "of the lines and charges: without an amount"),
  KEYED(0.003, 0.08, "accompanied by a charge keyed for a visit that the EMR does not know"),
  UNKNOWN_VISIT(
      0.004, 0.1, "accompanied by a charge that names a visit that the EMR does not know"),

  FEED_REPORTED(1.0, 0.5, "per system and evening: reports how far its data is complete"),
  FEED_STOPS(0.01, 0.15, "per system and day: silent from noon on, for one to three days"),
  KNOWN_LATE(0.005, 0.2, "per fact: becomes known hours or days after it was recorded"),
  DELIVERED_TWICE(0.002, 0.15, "per fact: delivered a second time"),
  WILD(0.0, 3.0, "random facts per visit, with every field chosen independently (chaos only)");

  private final double clinic;
  private final double chaos;
  private final String text;

  Rate(double clinic, double chaos, String text) {
    this.clinic = clinic;
    this.chaos = chaos;
    this.text = text;
  }

  /** Returns the value for an ordinary clinic. */
  public double clinic() {
    return clinic;
  }

  /** Returns the value for the chaos preset. */
  public double chaos() {
    return chaos;
  }

  /** Returns what happens, in words that follow "a visit is ...". */
  public String text() {
    return text;
  }
}
