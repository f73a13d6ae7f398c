package org.visitbalance.report;

import java.util.Collection;
import org.visitbalance.output.Balance;
import org.visitbalance.output.Verdict;
import org.visitbalance.text.Words;

/** The state of a tenant's balance, as the first thing that people read. */
public final class StatusSentence {
  private StatusSentence() {}

  /** Returns the worst verdict of any period. */
  public static Verdict verdict(Collection<Balance> balances) {
    return balances.stream()
        .map(Balance::getVerdict)
        .max(Verdict::compareTo)
        .orElse(Verdict.BALANCED);
  }

  /** Returns a sentence that begins with the worst verdict. */
  public static String of(TenantResult tenant) {
    Figures figures = Figures.of(tenant.days());
    String all = Words.count(figures.days(), "day", "days");
    return switch (verdict(tenant.balances())) {
      case OUT_OF_BALANCE ->
          figures.days(Verdict.OUT_OF_BALANCE) == 0
              ? "Out of balance: no single day, but a week or a month has differences that are"
                  + " unexplained or overdue."
              : "Out of balance: "
                  + Words.count(figures.days(Verdict.OUT_OF_BALANCE))
                  + " of "
                  + all
                  + haveDifferences(figures.days(Verdict.OUT_OF_BALANCE))
                  + " unexplained or overdue.";
      case WAITING ->
          figures.days(Verdict.WAITING) == 0
              ? "Waiting: a week or a month waits for charges or notes that may still arrive."
              : "Waiting: "
                  + Words.count(figures.days(Verdict.WAITING))
                  + " of "
                  + all
                  + (figures.days(Verdict.WAITING) == 1 ? " waits" : " wait")
                  + " for charges or notes that may still arrive. Nothing is unexplained.";
      case EXPLAINED -> "Explained: every difference has a known reason.";
      default -> "Balanced: both systems agree, visit by visit.";
    };
  }

  private static String haveDifferences(long days) {
    return days == 1 ? " has differences that are" : " have differences that are";
  }
}
