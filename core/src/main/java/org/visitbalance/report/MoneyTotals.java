package org.visitbalance.report;

import java.time.LocalDate;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.visitbalance.core.Reasons;
import org.visitbalance.output.Discrepancy;
import org.visitbalance.text.Words;

/**
 * What open discrepancies are worth (rules.md#money-totals). A visit counts once on each side.
 *
 * @param atRisk documented, and may never be paid
 * @param exposed billed, and may have to be paid back
 * @param unbilled visits that should be billed and are not
 * @param overdue of these, the visits whose last day to file has passed
 * @param dueSoon of these, the visits to file within the next days
 * @param nextDeadline the earliest last day to file that has not passed, or null
 */
public record MoneyTotals(
    Total atRisk,
    Total exposed,
    long unbilled,
    long overdue,
    long dueSoon,
    @Nullable LocalDate nextDeadline) {

  /**
   * A sum.
   *
   * @param visits how many visits have anything on this side
   * @param unknown of how many of them something is unknown, and not in the sum
   */
  public record Total(long cents, long visits, long unknown) {
    /** Returns the sum in words, with what it does not know. */
    public String words() {
      if (visits == 0) {
        return "nothing";
      }
      return (cents == 0 && unknown == visits ? "unknown" : Words.dollars(cents))
          + " in "
          + Words.count(visits, "visit", "visits")
          + (unknown == 0 || (cents == 0 && unknown == visits)
              ? ""
              : "; the amount of " + Words.count(unknown) + " is not known");
    }
  }

  /** At risk besides the unbilled kinds. */
  private static final String SCRUBBED = "SCRUBBED_UNEXPLAINED";

  /** Amounts of a location and a Created Date, which add up. */
  private static final Set<String> EXPOSED_BY_DAY =
      Set.of(
          "KEYED_IN_BILLING",
          "UNEXPECTED_CHARGE",
          "RETRACTED_IN_EMR",
          "CHARGED_BEFORE_FINALIZED",
          "BILLED_THOUGH_NOT_COUNTED");

  /** Amounts of a whole visit, which may be those of its days. */
  private static final Set<String> EXPOSED =
      Set.of("BILLED_THOUGH_SUPPRESSED", "DUPLICATE_BILLING", "UNITS_ADDED");

  /** What is known of one visit on one side. */
  private static final class Visit {
    long byDay;
    long greatest;
    boolean isUnknown;

    void add(@Nullable Long cents, boolean addsUp) {
      if (cents == null) {
        isUnknown = true;
      } else if (addsUp) {
        byDay += cents;
      } else {
        greatest = Math.max(greatest, cents);
      }
    }
  }

  /**
   * Adds up.
   *
   * @param open the open discrepancies of one tenant
   * @param today the day from which the days to file count
   */
  public static MoneyTotals of(Collection<Discrepancy> open, LocalDate today) {
    Map<String, Visit> atRisk = new HashMap<>();
    Map<String, Visit> exposed = new HashMap<>();
    Map<String, LocalDate> deadlines = new HashMap<>();
    Set<String> unbilled = new HashSet<>();
    for (Discrepancy found : open) {
      String visit = found.getVisit();
      if (visit == null) {
        continue;
      }
      String kind = found.getKind();
      if (Reasons.isUnbilled(kind) || kind.equals(SCRUBBED)) {
        of(atRisk, visit).add(found.getAmountCents(), false);
      } else if (isExposed(kind)) {
        of(exposed, visit).add(found.getAmountCents(), EXPOSED_BY_DAY.contains(kind));
      }
      if (Reasons.isUnbilled(kind)) {
        unbilled.add(visit);
        if (found.getFileBy() != null) {
          deadlines.merge(
              visit, found.getFileBy(), (one, other) -> one.isBefore(other) ? one : other);
        }
      }
    }
    long overdue = deadlines.values().stream().filter(day -> day.isBefore(today)).count();
    LocalDate soon = today.plusDays(Reasons.DAYS_TO_FILE);
    long dueSoon =
        deadlines.values().stream()
            .filter(day -> !day.isBefore(today) && !day.isAfter(soon))
            .count();
    LocalDate next =
        deadlines.values().stream()
            .filter(day -> !day.isBefore(today))
            .min(LocalDate::compareTo)
            .orElse(null);
    return new MoneyTotals(total(atRisk), total(exposed), unbilled.size(), overdue, dueSoon, next);
  }

  /** Returns whether an amount of a kind is exposed; any other amount is at risk. */
  public static boolean isExposed(String kind) {
    return EXPOSED_BY_DAY.contains(kind) || EXPOSED.contains(kind);
  }

  private static Visit of(Map<String, Visit> visits, String name) {
    return visits.computeIfAbsent(name, any -> new Visit());
  }

  private static Total total(Map<String, Visit> visits) {
    long cents = 0;
    long unknown = 0;
    for (Visit visit : visits.values()) {
      cents += Math.max(visit.byDay, visit.greatest);
      unknown += visit.isUnknown ? 1 : 0;
    }
    return new Total(cents, visits.size(), unknown);
  }
}
