package org.visitbalance.report;

import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The reasons and findings of rules.md in the words of a billing office. */
public final class Words {
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("EEE yyyy-MM-dd", Locale.ENGLISH);

  private static final Map<String, String> PHRASES =
      Map.ofEntries(
          Map.entry("SUPPRESSED_NORCM", "NORCM, never meant to be billed"),
          Map.entry("SUPPRESSED_NC001", "NC001, no charges this visit"),
          Map.entry("SUPPRESSED_DO_NOT_BILL", "marked Do Not Bill"),
          Map.entry("POSTED_ELSEWHERE", "billed at another Place of Service"),
          Map.entry("POSTED_LATER", "billed on a later day"),
          Map.entry("POSTED_EARLIER", "billed on an earlier day"),
          Map.entry("NO_CODES", "finalized without any code"),
          Map.entry("NOTHING_TO_BILL", "nothing in it that could be billed"),
          Map.entry("HELD", "held on the Integration Rejection Summary"),
          Map.entry("TRANSMISSION_FAILED", "transmission failed"),
          Map.entry("AWAITING_CHARGE", "charge still awaited"),
          Map.entry("CHARGES_REMOVED", "all charges were removed in billing"),
          Map.entry("NOT_SENT", "not sent to billing, nobody said why"),
          Map.entry("TRANSMISSION_STUCK", "transmission is stuck"),
          Map.entry("LOST_AFTER_ACCEPTANCE", "accepted by billing, then lost"),
          Map.entry("MISSING_CHARGE", "charge is missing"),
          Map.entry("POSTED_FROM_ELSEWHERE", "visit belongs to another Place of Service"),
          Map.entry("BILLED_THOUGH_NOT_COUNTED", "billed, though the EMR does not count it"),
          Map.entry("DUPLICATE_BILLING", "billed twice"),
          Map.entry("SPLIT_BILLING", "one visit, its lines split over two billing visits"),
          Map.entry("SPLIT_POSTING", "later line of a visit that is already there"),
          Map.entry("POSTED_FROM_EARLIER", "finalized on an earlier day"),
          Map.entry("POSTED_BEFORE_FINALIZED", "finalized on a later day"),
          Map.entry("AWAITING_NOTE", "note still awaited"),
          Map.entry("RETRACTED_IN_EMR", "its note was retracted in the EMR"),
          Map.entry("CHARGED_BEFORE_FINALIZED", "charged, but its note is still open"),
          Map.entry("KEYED_IN_BILLING", "keyed into billing by hand"),
          Map.entry("UNEXPECTED_CHARGE", "charge that nobody documented"),
          Map.entry("CLOSED_PERIOD_CHANGED", "changed after it was closed"),
          Map.entry("MAPPING_MISSING", "location is not in the mapping"),
          Map.entry("BILLED_THOUGH_SUPPRESSED", "billed, though it was not to be"),
          Map.entry("LINES_HELD", "some of its lines are held"),
          Map.entry("DATE_OF_SERVICE_MISMATCH", "date of service differs"),
          Map.entry("PROVIDER_MISMATCH", "provider differs"),
          Map.entry("INEFFECTIVE_NORCM", "NORCM without effect"),
          Map.entry("UNITS_ADDED", "more units billed than documented"),
          Map.entry("SCRUBBED_UNEXPLAINED", "units scrubbed that no rule explains"));

  private Words() {}

  /** What a reason or finding means. */
  public static String of(String kind) {
    return PHRASES.getOrDefault(kind, kind);
  }

  static String day(LocalDate date) {
    return DAY.format(date);
  }

  /** A signed number. */
  static String signed(long number) {
    return number > 0 ? "+" + count(number) : count(number);
  }

  /** An amount in dollars and cents; nothing where nobody knows it. */
  static String dollars(@Nullable Long cents) {
    return cents == null
        ? ""
        : String.format(Locale.ENGLISH, "$%,d.%02d", cents / 100, cents % 100);
  }

  static String count(long number) {
    return String.format(Locale.ENGLISH, "%,d", number);
  }

  static String count(long number, String one, String many) {
    return count(number) + " " + (number == 1 ? one : many);
  }
}
