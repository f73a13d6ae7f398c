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
 * Whether the last whole week is outside of what is usual at a location, by the rule and the rate
 * of Trends (rules.md#out-of-control).
 */
final class OutOfControl {
  /** The weeks of the chart, with the last one: those of Trends that are over. */
  private static final int WEEKS = 25;

  private static final int WEEK = 7;
  private static final long ENOUGH_VISITS = 10;
  private static final int DECIMALS = 4;

  private OutOfControl() {}

  static List<Insight> of(String tenant, InsightTotals totals, DayOfWeek weekStartsOn) {
    LocalDate next = totals.last().plusDays(1).with(TemporalAdjusters.previousOrSame(weekStartsOn));
    List<Insight> found = new ArrayList<>();
    totals.lags.forEach(
        (location, byDay) -> {
          List<ControlChart.Sample> weeks = new ArrayList<>();
          for (int i = WEEKS; i > 0; i--) {
            weeks.add(late(byDay, next.minusDays((long) i * WEEK)));
          }
          Insight one = judged(tenant, location, next.minusDays(WEEK), weeks);
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

  /**
   * Says whether the last of some weeks is above its limit.
   *
   * @param week the first day of the last one
   */
  static @Nullable Insight judged(
      String tenant, String location, LocalDate week, List<ControlChart.Sample> weeks) {
    List<ControlChart.Point> points = ControlChart.points(weeks);
    if (points.isEmpty()) {
      return null;
    }
    ControlChart.Point last = points.get(points.size() - 1);
    ControlChart.Sample now = last.sample();
    long before = weeks.stream().mapToLong(ControlChart.Sample::of).sum() - now.of();
    if (before < ArrivalsBehind.ENOUGH_ARRIVALS
        || now.of() < ENOUGH_VISITS
        || last.signal() != ControlChart.Signal.ABOVE) {
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
                percent(last.center()),
                percent(last.high())))
        .setObserved(now.count())
        .setTotal(now.of())
        .setMetric("LATE")
        .setRate(decimals(now.rate()))
        .setCenter(decimals(last.center()))
        .setBound(decimals(last.high()))
        .build();
  }

  private static String percent(double rate) {
    return BigDecimal.valueOf(rate * 100).setScale(1, RoundingMode.HALF_UP).toPlainString() + " %";
  }

  private static String decimals(double rate) {
    return BigDecimal.valueOf(rate).setScale(DECIMALS, RoundingMode.HALF_UP).toPlainString();
  }
}
