package org.visitbalance.insight;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.visitbalance.core.CapBook;
import org.visitbalance.core.TenantSettings;
import org.visitbalance.output.DiscrepancyStatus;
import org.visitbalance.output.Insight;

/**
 * Unit limits that the units of the last 30 days suggest, by the rule of a month's
 * (rules.md#unit-limits).
 */
final class UnitLimits {
  private UnitLimits() {}

  static List<Insight> of(String tenant, InsightTotals totals, TenantSettings settings) {
    List<Insight> found = new ArrayList<>();
    totals.units.forEach(
        (what, book) -> {
          CapBook.Inferred limit =
              book.inferred(settings.ruledCap(what.payer(), what.code(), totals.last()));
          if (limit != null) {
            found.add(insight(tenant, what, limit));
          }
        });
    return found;
  }

  private static Insight insight(
      String tenant, InsightTotals.PayerCode what, CapBook.Inferred limit) {
    return Insight.newBuilder()
        .setTenant(tenant)
        .setKind(Insights.UNIT_LIMIT)
        .setLocation(null)
        .setDate(null)
        .setAbout("payer=" + what.payer() + " code=" + what.code())
        .setStatus(DiscrepancyStatus.OPEN)
        .setText(
            String.format(
                Locale.ROOT,
                "%s seems to pay at most %,d %s of %s: in 30 days, %,d visits documented more, and"
                    + " none was billed for more",
                what.payer(),
                limit.cap(),
                limit.cap() == 1 ? "unit" : "units",
                what.code(),
                limit.support()))
        .setPayerId(what.payer())
        .setCpt(what.code())
        .setObserved(limit.support())
        .setTotal(limit.units())
        .setProposal(Long.toString(limit.cap()))
        .build();
  }
}
