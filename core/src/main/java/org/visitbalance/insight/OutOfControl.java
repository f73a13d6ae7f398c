package org.visitbalance.insight;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import org.jspecify.annotations.Nullable;
import org.visitbalance.output.DiscrepancyStatus;
import org.visitbalance.output.Insight;

/**
 * Whether the last whole week is outside of what is usual at a location (rules.md#out-of-control).
 */
final class OutOfControl {
  private static final int WEEKS = 12;
  private static final int WEEK = 7;
  private static final long ENOUGH_VISITS = 10;
  private static final int DECIMALS = 4;

  private OutOfControl() {}

  static List<Insight> of(String tenant, InsightTotals totals, DayOfWeek weekStartsOn) {
    LocalDate next = totals.last.plusDays(1).with(TemporalAdjusters.previousOrSame(weekStartsOn));
    LocalDate week = next.minusDays(WEEK);
    List<Insight> found = new ArrayList<>();
    totals.lags.forEach(
        (location, byDay) -> {
          List<ControlChart.Sample> before = new ArrayList<>();
          for (int i = WEEKS; i > 0; i--) {
            before.add(late(byDay, week.minusDays((long) i * WEEK)));
          }
          Insight one = judged(tenant, location, week, before, late(byDay, week));
          if (one != null) {
            found.add(one);
          }
        });
    return found;
  }

  /** Returns how many visits of a week were not charged on their Finalized Date. */
  private static ControlChart.Sample late(
      NavigableMap<LocalDate, Map<Integer, Long>> byDay, LocalDate week) {
    long visits = 0;
    long late = 0;
    for (Map<Integer, Long> byLag : byDay.subMap(week, true, week.plusDays(WEEK), false).values()) {
      for (Map.Entry<Integer, Long> one : byLag.entrySet()) {
        visits += one.getValue();
        late += one.getKey() == 0 ? 0 : one.getValue();
      }
    }
    return new ControlChart.Sample(late, visits);
  }

  static @Nullable Insight judged(
      String tenant,
      String location,
      LocalDate week,
      List<ControlChart.Sample> before,
      ControlChart.Sample now) {
    long visits = before.stream().mapToLong(ControlChart.Sample::of).sum();
    ControlChart chart = ControlChart.of(before);
    if (chart == null
        || visits < ArrivalsBehind.ENOUGH_ARRIVALS
        || now.of() < ENOUGH_VISITS
        || chart.signal(now) != ControlChart.Signal.ABOVE) {
      return null;
    }
    return Insight.newBuilder()
        .setTenant(tenant)
        .setKind(Insights.OUT_OF_CONTROL)
        .setLocation(location)
        .setDate(week)
        .setAbout("")
        .setStatus(DiscrepancyStatus.OPEN)
        .setText(
            String.format(
                Locale.ROOT,
                "Late charges at %s in the week of %s: %,d of %,d visits were not charged on the"
                    + " day they were finalized (%s; usual %s, limit %s)",
                location,
                week,
                now.count(),
                now.of(),
                percent(now.rate()),
                percent(chart.center()),
                percent(chart.high(now.of()))))
        .setObserved(now.count())
        .setTotal(now.of())
        .setMetric("LATE")
        .setRate(decimals(now.rate()))
        .setCenter(decimals(chart.center()))
        .setBound(decimals(chart.high(now.of())))
        .build();
  }

  private static String percent(double rate) {
    return BigDecimal.valueOf(rate * 100).setScale(1, RoundingMode.HALF_UP).toPlainString() + " %";
  }

  private static String decimals(double rate) {
    return BigDecimal.valueOf(rate).setScale(DECIMALS, RoundingMode.HALF_UP).toPlainString();
  }
}
