package org.visitbalance.core;

import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.visitbalance.output.Reason;
import org.visitbalance.output.Severity;
import org.visitbalance.state.Contribution;

/** What the reasons of the bridge are worth (rules.md#reasons). */
public final class Reasons {
  /** What a difference asks of people. */
  public enum Kind {
    EXPECTED,
    PENDING,
    WORK,
    UNEXPLAINED,
    /** Work or unexplained, but somebody has accepted it. */
    ACCEPTED
  }

  private Reasons() {}

  /** The kind of a bridge reason; new-patient reasons decide nothing and are EXPECTED. */
  public static Kind kind(Reason reason) {
    return switch (reason) {
      case NO_CODES,
          HELD,
          TRANSMISSION_FAILED,
          TRANSMISSION_STUCK,
          CHARGED_BEFORE_FINALIZED,
          KEYED_IN_BILLING ->
          Kind.WORK;
      case AWAITING_CHARGE, AWAITING_NOTE -> Kind.PENDING;
      case POSTED_ELSEWHERE,
          POSTED_FROM_ELSEWHERE,
          CHARGES_REMOVED,
          NOT_SENT,
          LOST_AFTER_ACCEPTANCE,
          MISSING_CHARGE,
          BILLED_THOUGH_NOT_COUNTED,
          DUPLICATE_BILLING,
          RETRACTED_IN_EMR,
          UNEXPECTED_CHARGE ->
          Kind.UNEXPLAINED;
      case SUPPRESSED_NORCM,
          SUPPRESSED_NC001,
          SUPPRESSED_DO_NOT_BILL,
          POSTED_LATER,
          POSTED_EARLIER,
          NOTHING_TO_BILL,
          SPLIT_BILLING,
          SPLIT_POSTING,
          POSTED_FROM_EARLIER,
          POSTED_BEFORE_FINALIZED,
          EVALUATION_NOT_BILLED,
          MULTIPLE_EVALUATIONS,
          EVALUATION_ADDED,
          UNKNOWN ->
          Kind.EXPECTED;
    };
  }

  /** Discrepancies of visits that are no items. */
  private static final Set<String> FINDINGS =
      Set.of(
          "BILLED_THOUGH_SUPPRESSED",
          "LINES_HELD",
          "DATE_OF_SERVICE_MISMATCH",
          "PROVIDER_MISMATCH",
          "INEFFECTIVE_NORCM",
          "UNITS_ADDED",
          "SCRUBBED_UNEXPLAINED");

  /** So many days before the last day to file, what is not billed becomes urgent. */
  public static final int DAYS_TO_FILE = 14;

  /** Kinds of visits that are to be billed and are not: a claim for them can come too late. */
  private static final Set<String> UNBILLED =
      Set.of(
          Reason.HELD.name(),
          Reason.TRANSMISSION_FAILED.name(),
          Reason.TRANSMISSION_STUCK.name(),
          Reason.NOT_SENT.name(),
          Reason.CHARGES_REMOVED.name(),
          Reason.LOST_AFTER_ACCEPTANCE.name(),
          Reason.MISSING_CHARGE.name());

  /** Whether discrepancies of a kind are about a visit that is to be billed and is not. */
  static boolean isUnbilled(String discrepancyKind) {
    return UNBILLED.contains(discrepancyKind);
  }

  /** What was accepted has become something else. */
  public static final String ACCEPTED_BUT_CHANGED = "ACCEPTED_BUT_CHANGED";

  private static final Set<String> TO_WORK =
      Arrays.stream(Reason.values())
          .filter(reason -> isToWork(kind(reason)))
          .map(Enum::name)
          .collect(Collectors.toUnmodifiableSet());

  /** Whether somebody has to look at items of a kind. */
  static boolean isToWork(Kind kind) {
    return kind == Kind.WORK || kind == Kind.UNEXPLAINED;
  }

  /** Whether a discrepancy's kind is the reason of an item. */
  static boolean isItem(String discrepancyKind) {
    return TO_WORK.contains(discrepancyKind);
  }

  /** Whether discrepancies of a kind can be accepted; those of periods follow from visits'. */
  public static boolean isAcceptable(String discrepancyKind) {
    return isItem(discrepancyKind) || FINDINGS.contains(discrepancyKind);
  }

  /** Whether a visit can have discrepancies of a kind. */
  static boolean isOfVisits(String discrepancyKind) {
    return isAcceptable(discrepancyKind) || ACCEPTED_BUT_CHANGED.equals(discrepancyKind);
  }

  /** The kind of a contribution's item. */
  static Kind kind(Contribution contribution, Reason reason) {
    return contribution.getAcceptedBecause() != null
        ? Kind.ACCEPTED
        : kind(reason, contribution.getOverdue());
  }

  /** The kind of an item: overdue work counts as unexplained. */
  public static Kind kind(Reason reason, boolean overdue) {
    return overdue ? Kind.UNEXPLAINED : kind(reason);
  }

  /** The severity of an item's discrepancy. */
  public static Severity severity(Reason reason, boolean overdue) {
    if (overdue) {
      return Severity.HIGH;
    }
    return switch (kind(reason)) {
      case UNEXPLAINED ->
          reason == Reason.POSTED_ELSEWHERE || reason == Reason.POSTED_FROM_ELSEWHERE
              ? Severity.LOW
              : Severity.HIGH;
      case WORK -> Severity.MEDIUM;
      case EXPECTED, PENDING, ACCEPTED -> Severity.LOW;
    };
  }

  private static final Map<String, String> ACTIONS =
      Map.ofEntries(
          Map.entry(
              "DAY", "Open the day's bridge and work its unexplained visits, the HIGH ones first."),
          Map.entry(
              "CLOSED_PERIOD_CHANGED",
              "See what became known since the period was closed; if it is right, tell those who"
                  + " use its figures, and close it again."),
          Map.entry(
              "MAPPING_MISSING",
              "Add the clinic and its place-of-service code to the location mapping in the"
                  + " settings."),
          Map.entry(
              "NO_CODES", "Ask the therapist to code the note in the EMR and finalize it again."),
          Map.entry(
              "HELD",
              "Work the rejections on the Integration Rejection Summary: PATIENT, then CASE, then"
                  + " CHARGE."),
          Map.entry(
              "TRANSMISSION_FAILED",
              "Correct what failed in the EMR and send the visit again from the Claims Feed."),
          Map.entry(
              "TRANSMISSION_STUCK",
              "Ask EMR support why the Claims Feed row does not move, or send the visit again."),
          Map.entry(
              "CHARGED_BEFORE_FINALIZED",
              "Ask the therapist to finish and finalize the open note."),
          Map.entry(
              "KEYED_IN_BILLING",
              "Check that the charge keyed into billing is meant; else remove it there."),
          Map.entry(
              "CHARGES_REMOVED",
              "Find out who removed the charges in billing and why; restore them or retract the"
                  + " note."),
          Map.entry(
              "NOT_SENT",
              "Finalize and re-bill the note in the EMR, or mark it as not to be billed."),
          Map.entry(
              "LOST_AFTER_ACCEPTANCE",
              "Open a ticket with billing: it accepted the visit but has no charge; do not key it"
                  + " in before they answer."),
          Map.entry(
              "MISSING_CHARGE",
              "Look for the visit on the Claims Feed and in billing; send it again from the EMR."),
          Map.entry(
              "POSTED_ELSEWHERE",
              "Compare the Place of Service in billing with the clinic in the EMR; correct the"
                  + " wrong one, or the mapping."),
          Map.entry(
              "POSTED_FROM_ELSEWHERE",
              "Compare the Place of Service in billing with the clinic in the EMR; correct the"
                  + " wrong one, or the mapping."),
          Map.entry(
              "BILLED_THOUGH_NOT_COUNTED",
              "Check why billing charged a note that the EMR does not count; remove the charge or"
                  + " correct the note."),
          Map.entry(
              "DUPLICATE_BILLING",
              "Remove the second billing visit before the claim goes out; refund what was paid"
                  + " twice."),
          Map.entry(
              "RETRACTED_IN_EMR",
              "Remove the charges of the retracted note in billing, or finalize the note again."),
          Map.entry(
              "UNEXPECTED_CHARGE",
              "Find the visit behind the charge; remove the charge in billing if there is none."),
          Map.entry(
              ACCEPTED_BUT_CHANGED,
              "What was accepted has become something else: accept that too, work it, or undo the"
                  + " acceptance."),
          Map.entry(
              "BILLED_THOUGH_SUPPRESSED",
              "Remove the charge in billing, or take NORCM or the no-charge flag off the note."),
          Map.entry(
              "LINES_HELD",
              "Work the open rejection so that the visit's other lines flow; then check its"
                  + " units."),
          Map.entry(
              "DATE_OF_SERVICE_MISMATCH",
              "Correct the date of service in the EMR and let it flow again; remove the old charge"
                  + " in billing."),
          Map.entry(
              "PROVIDER_MISMATCH",
              "Compare the provider in billing with the therapist of the note; correct the wrong"
                  + " one."),
          Map.entry(
              "INEFFECTIVE_NORCM",
              "Write NORCM in capital letters in the untimed section, or delete the line."),
          Map.entry(
              "UNITS_ADDED",
              "Correct the units in billing or in the note: more were billed than documented."),
          Map.entry(
              "SCRUBBED_UNEXPLAINED",
              "Ask billing which rule took the units; bill them, or add the payer's rule to the"
                  + " settings."));

  /** What to do next about a discrepancy, in the words of the trade. */
  public static String action(String kind) {
    String action = ACTIONS.get(kind);
    if (action == null) {
      throw new IllegalArgumentException("no action for " + kind);
    }
    return action;
  }

  /** The kinds of all discrepancies. */
  public static Set<String> kinds() {
    return ACTIONS.keySet();
  }
}
