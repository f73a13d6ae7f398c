package org.visitbalance.report;

import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.visitbalance.output.Balance;
import org.visitbalance.output.Verdict;

/**
 * The sums of days.
 *
 * @param verdicts how many of the days have each verdict
 * @param outstanding visits that are not billed yet, whatever the reason
 * @param notReady days that are not ready to balance
 */
public record Figures(
    long emrVisits,
    long billingVisits,
    long emrUnits,
    long billingUnits,
    long emrNonVisitUnits,
    long billingNonVisitUnits,
    long outstanding,
    long notReady,
    Map<Verdict, Long> verdicts) {

  /** Adds up balances of days. */
  public static Figures of(Collection<Balance> days) {
    long emrVisits = 0;
    long billingVisits = 0;
    long emrUnits = 0;
    long billingUnits = 0;
    long emrNonVisitUnits = 0;
    long billingNonVisitUnits = 0;
    long outstanding = 0;
    long notReady = 0;
    Map<Verdict, Long> verdicts = new EnumMap<>(Verdict.class);
    for (Balance day : days) {
      emrVisits += day.getReported().getEmrVisits();
      billingVisits += day.getReported().getBillingVisits();
      emrUnits += day.getReported().getEmrUnits();
      billingUnits += day.getReported().getBillingUnits();
      emrNonVisitUnits += orNone(day.getReported().getEmrNonVisitUnits());
      billingNonVisitUnits += orNone(day.getReported().getBillingNonVisitUnits());
      outstanding += day.getOrigin().getOutstanding();
      notReady += day.getReadiness().getReady() ? 0 : 1;
      verdicts.merge(day.getVerdict(), 1L, Long::sum);
    }
    return new Figures(
        emrVisits,
        billingVisits,
        emrUnits,
        billingUnits,
        emrNonVisitUnits,
        billingNonVisitUnits,
        outstanding,
        notReady,
        verdicts);
  }

  private static long orNone(@Nullable Long units) {
    return units == null ? 0 : units;
  }

  /** Returns how many of the days have a verdict. */
  public long days(Verdict verdict) {
    return verdicts.getOrDefault(verdict, 0L);
  }

  /** Returns how many days there are. */
  public long days() {
    return verdicts.values().stream().mapToLong(Long::longValue).sum();
  }
}
