package org.visitbalance.report;

import java.time.LocalDate;
import java.util.Collection;
import org.jspecify.annotations.Nullable;
import org.visitbalance.core.MoneyTally;
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
    private static Total of(MoneyTally.Sum sum) {
      Long cents = sum.cents();
      return new Total(cents == null ? 0 : cents, sum.visits(), sum.unpriced());
    }

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

  /**
   * Adds up.
   *
   * @param open the open discrepancies of one tenant
   * @param today the day from which the days to file count
   */
  public static MoneyTotals of(Collection<Discrepancy> open, LocalDate today) {
    MoneyTally tally = new MoneyTally();
    for (Discrepancy found : open) {
      if (found.getVisit() != null) {
        tally.add(found.getVisit(), found.getKind(), found.getAmountCents(), found.getFileBy());
      }
    }
    return new MoneyTotals(
        Total.of(tally.atRisk()),
        Total.of(tally.exposed()),
        tally.unbilled().visits(),
        tally.pastDeadline(today).visits(),
        tally.fileSoon(today).visits(),
        tally.nextDeadline(today));
  }
}
