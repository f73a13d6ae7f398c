package org.visitbalance.insight;

import java.time.LocalDate;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.visitbalance.core.CapBook;
import org.visitbalance.core.CodePoints;
import org.visitbalance.insight.Combination.Name;

/**
 * What a company's books add up to until the last complete day. The order in which books are added
 * has no meaning. Not thread-safe.
 */
final class InsightTotals {
  /** How many days of visits are compared for common causes. */
  private static final int CAUSE_DAYS = 91;

  /** The days in which a cause that has just begun is looked for. */
  static final int NEWS_DAYS = 7;

  /** The weeks of a control chart; also billing's 90 days with its weekends and holidays. */
  private static final int DAYS = 182;

  /** The days that unit limits are inferred from. */
  private static final int UNIT_DAYS = 30;

  /** A payer and one of its codes. */
  record PayerCode(String payer, String code) {}

  private static final Comparator<PayerCode> BY_PAYER =
      Comparator.comparing(PayerCode::payer, CodePoints.ORDER)
          .thenComparing(PayerCode::code, CodePoints.ORDER);

  /** The visits of a finding, or of all; by what they have in common. */
  static final class Visits {
    final Map<Combination, Long> by = new HashMap<>();
    long all;

    long of(Combination one) {
      return by.getOrDefault(one, 0L);
    }

    private void add(Combination one, long visits) {
      by.merge(one, visits, Long::sum);
    }
  }

  final LocalDate last;
  final LocalDate first;

  /** By location and Finalized Date: the visits by the days until their first charge. */
  final NavigableMap<String, NavigableMap<LocalDate, Map<Integer, Long>>> lags =
      new TreeMap<>(CodePoints.ORDER);

  /** By finding; all visits under an empty name. */
  final NavigableMap<String, Visits> causes = new TreeMap<>(CodePoints.ORDER);

  /** The same of the last days alone, without their Finalized Dates. */
  final NavigableMap<String, Visits> news = new TreeMap<>(CodePoints.ORDER);

  /** The units of the last days, as they were documented and billed. */
  final NavigableMap<PayerCode, CapBook> units = new TreeMap<>(BY_PAYER);

  InsightTotals(LocalDate last) {
    this.last = last;
    this.first = last.minusDays(DAYS);
  }

  void add(String location, LocalDate day, InsightBook book) {
    if (day.isBefore(first) || day.isAfter(last)) {
      return;
    }
    boolean isRecent = day.isAfter(last.minusDays(CAUSE_DAYS));
    boolean isNew = day.isAfter(last.minusDays(NEWS_DAYS));
    Map<Integer, Long> byLag =
        lags.computeIfAbsent(location, any -> new TreeMap<>())
            .computeIfAbsent(day, any -> new TreeMap<>());
    book.forEach(
        (cell, visits) -> {
          switch (cell.set()) {
            case LAG ->
                byLag.merge(
                    cell.first().isEmpty() ? VisitTraits.AWAITED : Integer.parseInt(cell.first()),
                    visits,
                    Long::sum);
            case CAST -> {
              if (isRecent) {
                Visits own = visits(causes, cell);
                addCast(own, location, cell, visits);
                own.add(Combination.of(Name.DAY, day.toString()), visits);
                own.add(Combination.of(Name.DAY, day.toString(), Name.LOCATION, location), visits);
              }
              if (isNew) {
                addCast(visits(news, cell), location, cell, visits);
              }
            }
            case CODE -> {
              if (isRecent) {
                addCode(visits(causes, cell), cell, visits);
              }
              if (isNew) {
                addCode(visits(news, cell), cell, visits);
              }
            }
            case UNITS -> {
              if (day.isAfter(last.minusDays(UNIT_DAYS))) {
                addUnits(cell, visits);
              }
            }
          }
        });
  }

  private static Visits visits(Map<String, Visits> byFinding, InsightBook.Cell cell) {
    return byFinding.computeIfAbsent(cell.finding(), any -> new Visits());
  }

  private static void addCast(Visits own, String location, InsightBook.Cell cell, long visits) {
    String therapist = cell.first();
    String payer = cell.second();
    own.all += visits;
    own.add(Combination.of(Name.LOCATION, location), visits);
    own.add(Combination.of(Name.THERAPIST, therapist), visits);
    if (!payer.isEmpty()) {
      own.add(Combination.of(Name.PAYER, payer), visits);
      own.add(Combination.of(Name.PAYER, payer, Name.LOCATION, location), visits);
      own.add(Combination.of(Name.PAYER, payer, Name.THERAPIST, therapist), visits);
    }
  }

  private static void addCode(Visits own, InsightBook.Cell cell, long visits) {
    String code = cell.second();
    own.add(Combination.of(Name.CODE, code), visits);
    if (!cell.first().isEmpty()) {
      own.add(Combination.of(Name.PAYER, cell.first(), Name.CODE, code), visits);
    }
  }

  private void addUnits(InsightBook.Cell cell, long visits) {
    String[] parts = cell.second().split(" ", 3);
    units
        .computeIfAbsent(new PayerCode(cell.first(), parts[2]), any -> new CapBook())
        .add(Long.parseLong(parts[0]), Long.parseLong(parts[1]), visits);
  }

  /** Returns the visits by Finalized Date. */
  NavigableMap<LocalDate, Long> visits() {
    NavigableMap<LocalDate, Long> visits = new TreeMap<>();
    lags.values()
        .forEach(
            days ->
                days.forEach(
                    (day, byLag) ->
                        visits.merge(
                            day,
                            byLag.values().stream().mapToLong(Long::longValue).sum(),
                            Long::sum)));
    return visits;
  }

  /** Returns the first charges by Created Date, until the last complete day. */
  NavigableMap<LocalDate, Long> charges() {
    NavigableMap<LocalDate, Long> charges = new TreeMap<>();
    lags.values()
        .forEach(
            days ->
                days.forEach(
                    (day, byLag) ->
                        byLag.forEach(
                            (lag, visits) -> {
                              if (lag != VisitTraits.AWAITED && !day.plusDays(lag).isAfter(last)) {
                                charges.merge(day.plusDays(lag), visits, Long::sum);
                              }
                            })));
    return charges;
  }
}
