package org.visitbalance.text;

import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The labels of reasons, discrepancies and statuses in reports and alerts. The page uses the same
 * labels: {@code web/js/words.js}.
 */
public final class Words {
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("EEE yyyy-MM-dd", Locale.ENGLISH);

  private static final Pattern NAME = Pattern.compile("[A-Z][A-Z0-9_]{3,}");

  /** What a reason asks of people, where its name does not say it. */
  private static final Map<String, String> KINDS = Map.of("WORK", "To do");

  /** Why something is accepted. */
  private static final Map<String, String> BECAUSE =
      Map.of(
          "BILLED_OUTSIDE", "Billed outside both systems",
          "CORRECTED_OUTSIDE", "Corrected outside both systems",
          "DATA_ENTRY", "Data entry error");

  /** The rules that explain units. */
  private static final Map<String, String> RULES =
      Map.of(
          "CODE_CAP", "Unit limit per code",
          "REMOVED_CODE", "Code not covered",
          "VISIT_CAP", "Unit limit per visit",
          "NOT_REBILLED", "Addendum not re-billed");

  private static final Map<String, String> PHRASES =
      Map.ofEntries(
          Map.entry("SUPPRESSED_NORCM", "NORCM, not for billing"),
          Map.entry("SUPPRESSED_NC001", "NC001, no charges this visit"),
          Map.entry("SUPPRESSED_DO_NOT_BILL", "Marked Do Not Bill"),
          Map.entry("POSTED_ELSEWHERE", "Billed at another location"),
          Map.entry("POSTED_LATER", "Billed in a later period"),
          Map.entry("POSTED_EARLIER", "Billed in an earlier period"),
          Map.entry("NO_CODES", "Finalized note without codes"),
          Map.entry("NOTHING_TO_BILL", "No billable units"),
          Map.entry("HELD", "Held by a rejection"),
          Map.entry("TRANSMISSION_FAILED", "Failed transmission"),
          Map.entry("AWAITING_CHARGE", "Awaiting charge"),
          Map.entry("CHARGES_REMOVED", "All charges removed in billing"),
          Map.entry("NOT_SENT", "Not sent to billing"),
          Map.entry("TRANSMISSION_STUCK", "Stuck transmission"),
          Map.entry("LOST_AFTER_ACCEPTANCE", "Sent successfully, no charge in billing"),
          Map.entry("MISSING_CHARGE", "Missing charge"),
          Map.entry("POSTED_FROM_ELSEWHERE", "Charge for a visit at another location"),
          Map.entry("BILLED_THOUGH_NOT_COUNTED", "Billed, not counted in the EMR report"),
          Map.entry("DUPLICATE_BILLING", "Duplicate billing"),
          Map.entry("SPLIT_BILLING", "One visit, several billing visits"),
          Map.entry("SPLIT_POSTING", "More lines for a visit already billed"),
          Map.entry("POSTED_FROM_EARLIER", "Finalized in an earlier period"),
          Map.entry("POSTED_BEFORE_FINALIZED", "Finalized in a later period"),
          Map.entry("AWAITING_NOTE", "Awaiting note"),
          Map.entry("RETRACTED_IN_EMR", "Charge for a retracted note"),
          Map.entry("CHARGED_BEFORE_FINALIZED", "Charge for an open note"),
          Map.entry("KEYED_IN_BILLING", "Charge keyed manually in billing"),
          Map.entry("UNEXPECTED_CHARGE", "Charge without a note"),
          Map.entry("EVALUATION_NOT_BILLED", "Initial evaluation not billed"),
          Map.entry("MULTIPLE_EVALUATIONS", "More evaluation units than billing visits"),
          Map.entry("EVALUATION_ADDED", "Initial evaluation billed, not documented"),
          Map.entry("DAY", "Day out of balance"),
          Map.entry("CLOSED_PERIOD_CHANGED", "Closed period changed"),
          Map.entry("MAPPING_MISSING", "Clinic not in the location mapping"),
          Map.entry("BILLED_THOUGH_SUPPRESSED", "Suppressed visit billed"),
          Map.entry("LINES_HELD", "Some lines held by a rejection"),
          Map.entry("DATE_OF_SERVICE_MISMATCH", "Date of service mismatch"),
          Map.entry("PROVIDER_MISMATCH", "Provider mismatch"),
          Map.entry("INEFFECTIVE_NORCM", "Invalid NORCM line"),
          Map.entry("UNITS_ADDED", "More units billed than documented"),
          Map.entry("SCRUBBED_UNEXPLAINED", "Unexplained scrubbed units"),
          Map.entry("ACCEPTED_BUT_CHANGED", "Changed after acceptance"));

  private Words() {}

  /** Returns the label of a reason or of a kind of discrepancy. */
  public static String of(String kind) {
    return PHRASES.getOrDefault(kind, kind);
  }

  /** Returns the label of a reason, a kind of discrepancy, a state, or the kind of a reason. */
  public static String ofAny(String name) {
    String phrase = PHRASES.getOrDefault(name, KINDS.get(name));
    return phrase == null ? label(name) : phrase;
  }

  /** Returns any other symbol as a label: OUT_OF_BALANCE is Out of balance. */
  public static String labelOf(String symbol) {
    return symbol.isEmpty() ? symbol : label(symbol);
  }

  /** Returns why something was accepted. */
  public static String because(String reason) {
    return BECAUSE.getOrDefault(reason, label(reason));
  }

  /** Returns the rules that explain units, whose names are joined by a plus sign. */
  public static String rules(String names) {
    return Arrays.stream(names.split("\\+", -1))
        .map(name -> RULES.getOrDefault(name, name.isEmpty() ? name : label(name)))
        .collect(Collectors.joining(", "));
  }

  /** A line of figures without the kind of its period, its names as labels. */
  public static String inWords(String line) {
    return NAME.matcher(line.replaceFirst("^(DAY|WEEK|MONTH): ", ""))
        .replaceAll(name -> PHRASES.getOrDefault(name.group(), label(name.group())));
  }

  /** A name of several words, such as OUT_OF_BALANCE, as a label: Out of balance. */
  public static String label(Enum<?> name) {
    return label(name.name());
  }

  private static String label(String name) {
    String text = name.replace('_', ' ');
    return text.charAt(0) + text.substring(1).toLowerCase(Locale.ENGLISH);
  }

  public static String day(LocalDate date) {
    return DAY.format(date);
  }

  /** A signed number. */
  public static String signed(long number) {
    return number > 0 ? "+" + count(number) : count(number);
  }

  /** An amount in dollars and cents; nothing where nobody knows it. */
  public static String dollars(@Nullable Long cents) {
    return cents == null
        ? ""
        : String.format(Locale.ENGLISH, "$%,d.%02d", cents / 100, cents % 100);
  }

  /** Returns how many days are left to the last day of something, which may have passed. */
  public static String daysLeft(long days) {
    if (days < 0) {
      return count(-days, "day", "days") + " ago";
    }
    return days == 0 ? "today" : count(days, "day", "days") + " left";
  }

  /** A number with commas between its thousands. */
  public static String count(long number) {
    // A report has tens of thousands of small numbers, and a format takes a hundred times as long.
    return Math.abs(number) < 1000
        ? Long.toString(number)
        : String.format(Locale.ENGLISH, "%,d", number);
  }

  public static String count(long number, String one, String many) {
    return count(number) + " " + (number == 1 ? one : many);
  }

  /** Says that records became known after the moment of an evaluation. */
  public static String notKnownYet(long records) {
    return count(records, "record was", "records were")
        + " not known yet as of this balance and "
        + (records == 1 ? "is" : "are")
        + " not counted. A later --as-of includes "
        + (records == 1 ? "it." : "them.");
  }
}
