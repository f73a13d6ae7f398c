package org.visitbalance.insight;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import org.hipparchus.distribution.discrete.BinomialDistribution;
import org.jspecify.annotations.Nullable;
import org.visitbalance.output.DiscrepancyStatus;
import org.visitbalance.output.Insight;

/**
 * Which days have fewer charges than should be there by now, and how long a company should wait
 * before it calls a charge missing (rules.md#arrivals-behind).
 */
final class ArrivalsBehind {
  static final int BILLING_DAYS = 90;
  static final long ENOUGH_ARRIVALS = 100;
  static final double ENOUGH_EXPECTED = 10;

  /** The longest lag in billing days that is told apart from longer ones. */
  private static final int LONGEST = 30;

  /** Days that are older than so many billing days are left to the work list. */
  private static final int WATCHED = 5;

  /** How unlikely a number of charges is that is far too low. */
  private static final double FAR_FEWER = 0.001;

  /** ... and the part of what is expected that it must be below, as days differ, too. */
  private static final double SHORT_OF = 2.0 / 3;

  private static final double EDGE = 0.05;
  private static final double MISSING_AFTER = 0.99;

  private ArrivalsBehind() {}

  static List<Insight> of(String tenant, InsightTotals totals, BillingDays days) {
    List<Insight> found = new ArrayList<>();
    totals.lags.forEach(
        (location, byDay) -> {
          for (LocalDate day = totals.last();
              day.isAfter(totals.first()) && isWatched(days, day, totals.last());
              day = day.minusDays(1)) {
            Map<Integer, Long> byLag = byDay.get(day);
            Insight one = byLag == null ? null : of(tenant, location, day, byDay, totals, days);
            if (one != null) {
              found.add(one);
            }
          }
        });
    return found;
  }

  private static boolean isWatched(BillingDays days, LocalDate day, LocalDate last) {
    return days.lag(day, last) < WATCHED;
  }

  private static @Nullable Insight of(
      String tenant,
      String location,
      LocalDate day,
      NavigableMap<LocalDate, Map<Integer, Long>> byDay,
      InsightTotals totals,
      BillingDays days) {
    int watched = days.lag(day, totals.last());
    if (watched < 0) {
      return null;
    }
    KaplanMeier usual = new KaplanMeier(LONGEST);
    for (Map.Entry<LocalDate, Map<Integer, Long>> one : byDay.headMap(day, false).entrySet()) {
      if (days.from(one.getKey()) >= days.from(day) - BILLING_DAYS) {
        add(usual, one.getKey(), one.getValue(), totals.last(), days);
      }
    }
    if (usual.arrivals() < ENOUGH_ARRIVALS) {
      return null;
    }
    long visits = 0;
    long arrived = 0;
    for (Map.Entry<Integer, Long> one : byDay.getOrDefault(day, Map.of()).entrySet()) {
      visits += one.getValue();
      arrived += one.getKey() == VisitTraits.AWAITED ? 0 : one.getValue();
    }
    return judged(tenant, location, day, visits, arrived, usual.within(watched));
  }

  /** Adds a day's visits, with what is known about them at the end of the last complete day. */
  static void add(
      KaplanMeier usual,
      LocalDate day,
      Map<Integer, Long> byLag,
      LocalDate last,
      BillingDays days) {
    int watched = days.lag(day, last);
    if (watched < 0) {
      return;
    }
    byLag.forEach(
        (lag, visits) -> {
          LocalDate createdOn = day.plusDays(Math.max(0, lag));
          if (lag == VisitTraits.AWAITED || createdOn.isAfter(last)) {
            usual.awaited(watched, visits);
          } else {
            usual.arrived(Math.max(0, days.lag(day, createdOn)), visits);
          }
        });
  }

  /**
   * Says whether far fewer charges are there than should be.
   *
   * @param share the part of charges that is there by now on a usual day
   */
  static @Nullable Insight judged(
      String tenant, String location, LocalDate day, long visits, long arrived, double share) {
    double expected = visits * share;
    if (expected < ENOUGH_EXPECTED || arrived >= expected * SHORT_OF) {
      return null;
    }
    BinomialDistribution usual = new BinomialDistribution(Math.toIntExact(visits), share);
    if (usual.cumulativeProbability(Math.toIntExact(arrived)) > FAR_FEWER) {
      return null;
    }
    BigDecimal rounded = BigDecimal.valueOf(expected);
    return Insight.newBuilder()
        .setTenant(tenant)
        .setKind(Insights.ARRIVALS_BEHIND)
        .setLocation(location)
        .setDate(day)
        .setAbout("")
        .setStatus(DiscrepancyStatus.OPEN)
        .setText(
            String.format(
                Locale.ROOT,
                "Billing is behind at %s: %,d of %s charges expected by now for visits finalized"
                    + " on %s",
                location,
                arrived,
                rounded.setScale(0, RoundingMode.HALF_UP).toPlainString(),
                day))
        .setObserved(arrived)
        .setTotal(visits)
        .setExpected(rounded.setScale(1, RoundingMode.HALF_UP).toPlainString())
        .setLow((long) usual.inverseCumulativeProbability(EDGE))
        .setHigh((long) usual.inverseCumulativeProbability(1 - EDGE))
        .setPValue(CommonCauses.digits(usual.cumulativeProbability(Math.toIntExact(arrived))))
        .build();
  }

  /** Proposes how long to wait before a charge is called missing; null if there is no news. */
  static @Nullable Insight missingAfter(
      String tenant, InsightTotals totals, BillingDays days, Duration current) {
    KaplanMeier usual = new KaplanMeier(VisitTraits.LONGEST);
    int newest = days.until(totals.last());
    totals
        .lags
        .values()
        .forEach(
            byDay ->
                byDay.forEach(
                    (day, byLag) -> {
                      if (days.from(day) > newest - BILLING_DAYS) {
                        addPlain(usual, day, byLag, totals.last());
                      }
                    }));
    int most = usual.arrivals() < ENOUGH_ARRIVALS ? -1 : usual.quantile(MISSING_AFTER);
    Duration proposal = Duration.ofDays(most + 1L);
    if (most < 0 || proposal.equals(current)) {
      return null;
    }
    return Insight.newBuilder()
        .setTenant(tenant)
        .setKind(Insights.MISSING_AFTER)
        .setLocation(null)
        .setDate(null)
        .setAbout("")
        .setStatus(DiscrepancyStatus.OPEN)
        .setText(
            String.format(
                Locale.ROOT,
                "99 %% of charges are there %d %s after the Finalized Date or earlier: missingAfter"
                    + " could be %s instead of %s",
                most,
                most == 1 ? "day" : "days",
                proposal,
                current))
        .setObserved(usual.arrivals())
        .setTotal(usual.visits())
        .setProposal(proposal.toString())
        .build();
  }

  private static void addPlain(
      KaplanMeier usual, LocalDate day, Map<Integer, Long> byLag, LocalDate last) {
    int watched = (int) ChronoUnit.DAYS.between(day, last);
    byLag.forEach(
        (lag, visits) -> {
          if (lag == VisitTraits.AWAITED || lag > watched) {
            usual.awaited(watched, visits);
          } else {
            usual.arrived(lag, visits);
          }
        });
  }
}
