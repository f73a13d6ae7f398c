package org.visitbalance.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.visitbalance.core.Outputs;
import org.visitbalance.core.Reasons;
import org.visitbalance.output.Discrepancy;
import org.visitbalance.text.Words;

/** What is not known of the visits that should be billed and are not. */
public final class UnbilledVisits {
  private UnbilledVisits() {}

  /**
   * Says of how many unbilled visits a payer, a deadline, or an amount is not known.
   *
   * @param withoutPayers the tenants of which no visit names a payer
   * @return a sentence, or null if everything is known
   */
  public static @Nullable String lacking(Outputs outputs, Set<String> withoutPayers) {
    long all = 0;
    long payer = 0;
    long deadline = 0;
    long amount = 0;
    for (Discrepancy found : outputs.discrepancies()) {
      if (Reasons.isUnbilled(found.getKind())) {
        all++;
        payer += withoutPayers.contains(found.getTenant()) ? 1 : 0;
        deadline += found.getFileBy() == null ? 1 : 0;
        amount += found.getAmountCents() == null ? 1 : 0;
      }
    }
    List<String> lacking = new ArrayList<>();
    add(lacking, payer, "no payer (map payerId)");
    add(lacking, deadline, "no deadline (add timelyFiling to the payer rules)");
    add(lacking, amount, "no amount (map amountCents or add fees)");
    return lacking.isEmpty()
        ? null
        : "Of "
            + Words.count(all, "unbilled visit", "unbilled visits")
            + ", "
            + String.join(", ", lacking)
            + ".";
  }

  private static void add(List<String> lacking, long number, String what) {
    if (number > 0) {
      lacking.add(Words.count(number) + (number == 1 ? " has " : " have ") + what);
    }
  }
}
