package org.visitbalance.core;

import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.visitbalance.output.Reason;
import org.visitbalance.output.Severity;
import org.visitbalance.state.Contribution;

/** The kinds, severities and actions of reasons (rules.md#reasons). */
public final class Reasons {
  /** What a difference means for people. */
  public enum Kind {
    EXPECTED,
    PENDING,
    WORK,
    UNEXPLAINED,
    /** Work or unexplained, but accepted by somebody. */
    ACCEPTED
  }

  private Reasons() {}

  /**
   * Returns the kind of a bridge reason; new-patient reasons do not affect the balance and are
   * EXPECTED.
   */
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

  /** Discrepancies of visits that are not items. */
  private static final Set<String> FINDINGS =
      Set.of(
          "BILLED_THOUGH_SUPPRESSED",
          "LINES_HELD",
          "DATE_OF_SERVICE_MISMATCH",
          "PROVIDER_MISMATCH",
          "INEFFECTIVE_NORCM",
          "UNITS_ADDED",
          "SCRUBBED_UNEXPLAINED");

  /** Days before the last day to file on which an unbilled visit becomes urgent. */
  public static final int DAYS_TO_FILE = 14;

  /** Returns whether discrepancies of a kind are about a visit that should be billed and is not. */
  public static boolean isUnbilled(String discrepancyKind) {
    return MoneyKinds.UNBILLED.contains(discrepancyKind);
  }

  /** An accepted discrepancy that has changed. */
  public static final String ACCEPTED_BUT_CHANGED = "ACCEPTED_BUT_CHANGED";

  private static final Set<String> TO_WORK =
      Arrays.stream(Reason.values())
          .filter(reason -> isToWork(kind(reason)))
          .map(Enum::name)
          .collect(Collectors.toUnmodifiableSet());

  /** Returns whether somebody has to look at items of a kind. */
  static boolean isToWork(Kind kind) {
    return kind == Kind.WORK || kind == Kind.UNEXPLAINED;
  }

  /** Returns whether a discrepancy's kind is the reason of an item. */
  static boolean isItem(String discrepancyKind) {
    return TO_WORK.contains(discrepancyKind);
  }

  /**
   * Returns whether discrepancies of a kind can be accepted; those of periods follow from those of
   * visits.
   */
  public static boolean isAcceptable(String discrepancyKind) {
    return isItem(discrepancyKind) || FINDINGS.contains(discrepancyKind);
  }

  /** Returns whether a visit can have discrepancies of a kind. */
  static boolean isOfVisits(String discrepancyKind) {
    return isAcceptable(discrepancyKind) || ACCEPTED_BUT_CHANGED.equals(discrepancyKind);
  }

  /** Returns the kind of a contribution's item. */
  static Kind kind(Contribution contribution, Reason reason) {
    return contribution.getAcceptedBecause() != null
        ? Kind.ACCEPTED
        : kind(reason, contribution.getOverdue());
  }

  /** Returns the kind of an item; overdue work counts as unexplained. */
  public static Kind kind(Reason reason, boolean overdue) {
    return overdue ? Kind.UNEXPLAINED : kind(reason);
  }

  /** Returns the severity of an item's discrepancy. */
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
          Map.entry("DAY", "Open the day and work its unexplained visits, high severity first."),
          Map.entry(
              "CLOSED_PERIOD_CHANGED",
              "Review what was received after the close. If it is correct, tell everyone who uses"
                  + " the closed figures, then close the period again."),
          Map.entry(
              "MAPPING_MISSING",
              "Add the clinic and its place-of-service code to the location mapping in the"
                  + " settings."),
          Map.entry(
              "NO_CODES",
              "Ask the therapist to add the codes in the EMR and finalize the note again."),
          Map.entry(
              "HELD",
              "Work the rejections on the Integration Rejection Summary: Patient first, then Case,"
                  + " then Charge."),
          Map.entry(
              "TRANSMISSION_FAILED",
              "Correct the error in the EMR, then resend the visit from the Claims Feed."),
          Map.entry(
              "TRANSMISSION_STUCK",
              "Ask EMR support why the transmission is stuck on the Claims Feed, or resend the"
                  + " visit."),
          Map.entry(
              "CHARGED_BEFORE_FINALIZED",
              "Ask the therapist to complete and finalize the open note."),
          Map.entry(
              "KEYED_IN_BILLING",
              "Confirm that the manually keyed charge is correct. If it is not, remove it in billing."),
          Map.entry(
              "CHARGES_REMOVED",
              "Find out who removed the charges in billing and why. Restore them, or retract the"
                  + " note."),
          Map.entry(
              "NOT_SENT", "Use Finalize and Re-Bill in the EMR, or mark the note Do Not Bill."),
          Map.entry(
              "LOST_AFTER_ACCEPTANCE",
              "Open a ticket with billing support: the visit was sent successfully but has no"
                  + " charge. Do not key it in until they answer."),
          Map.entry(
              "MISSING_CHARGE",
              "Look for the visit on the Claims Feed and in billing. If it has no charge, resend it"
                  + " from the EMR."),
          Map.entry(
              "POSTED_ELSEWHERE",
              "Compare the Place of Service in billing with the clinic in the EMR. Correct whichever"
                  + " is wrong, or the location mapping."),
          Map.entry(
              "POSTED_FROM_ELSEWHERE",
              "Compare the Place of Service in billing with the clinic in the EMR. Correct whichever"
                  + " is wrong, or the location mapping."),
          Map.entry(
              "BILLED_THOUGH_NOT_COUNTED",
              "Find out why billing charged a note that the EMR report does not count. Remove the"
                  + " charge, or correct the note."),
          Map.entry(
              "DUPLICATE_BILLING",
              "Remove the duplicate billing visit before the claim goes out. If it has been paid,"
                  + " refund the payment."),
          Map.entry(
              "RETRACTED_IN_EMR",
              "Remove the retracted note's charges in billing, or finalize the note again."),
          Map.entry(
              "UNEXPECTED_CHARGE",
              "Find the visit that the charge belongs to. If there is none, remove the charge in"
                  + " billing."),
          Map.entry(
              ACCEPTED_BUT_CHANGED,
              "The accepted discrepancy has changed. Accept the new one, work it, or undo the"
                  + " acceptance."),
          Map.entry(
              "BILLED_THOUGH_SUPPRESSED",
              "Remove the charge in billing, or remove NORCM or the no-charge flag from the note."),
          Map.entry(
              "LINES_HELD",
              "Work the open rejection so that the held lines reach billing, then check the visit's"
                  + " units."),
          Map.entry(
              "DATE_OF_SERVICE_MISMATCH",
              "Correct the date of service in the EMR and resend the visit, then remove the old"
                  + " charge in billing."),
          Map.entry(
              "PROVIDER_MISMATCH",
              "Compare the provider in billing with the therapist on the note. Correct whichever is"
                  + " wrong."),
          Map.entry(
              "INEFFECTIVE_NORCM",
              "Enter NORCM in capital letters in the untimed section, or delete the line."),
          Map.entry(
              "UNITS_ADDED",
              "Compare the units in billing with the note. Correct whichever is wrong."),
          Map.entry(
              "SCRUBBED_UNEXPLAINED",
              "Ask billing which rule removed the units. Bill them, or add the payer rule to the"
                  + " settings."));

  /** Returns what to do next about a discrepancy, in the words of the trade. */
  public static String action(String kind) {
    String action = ACTIONS.get(kind);
    if (action == null) {
      throw new IllegalArgumentException("no action for " + kind);
    }
    return action;
  }

  /** Returns the kinds of all discrepancies. */
  public static Set<String> kinds() {
    return ACTIONS.keySet();
  }
}
