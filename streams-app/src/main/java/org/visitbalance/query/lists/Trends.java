package org.visitbalance.query.lists;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.visitbalance.core.MoneyTally;
import org.visitbalance.insight.ControlChart;
import org.visitbalance.insight.ControlChart.Sample;

/** Adds up figures of days by period and location, and says what chance does not explain. */
final class Trends {
  private static final int MOST_PAYERS = 6;
  private static final int MOST_SIGNALS = 200;
  private static final double DIGITS = 10_000;

  private final List<LocalDate> periods;
  private final UnaryOperator<LocalDate> periodOf;
  private final Map<String, Map<LocalDate, Figures>> locations = new TreeMap<>();
  private final Map<String, Map<LocalDate, Figures>> payers = new TreeMap<>();
  private final Map<LocalDate, Figures> total = new TreeMap<>();
  private final Map<LocalDate, MoneyTally> money = new TreeMap<>();

  /** What is counted. */
  static final class Figures {
    long finalized;
    long billed;
    long expected;
    long billedOfExpected;
    long unexplained;
    long held;
    long late;
    long lagDays;
    long scrubbed;
    long added;
    long unexplainedUnits;

    void add(Figures more) {
      finalized += more.finalized;
      billed += more.billed;
      expected += more.expected;
      billedOfExpected += more.billedOfExpected;
      unexplained += more.unexplained;
      held += more.held;
      late += more.late;
      lagDays += more.lagDays;
      scrubbed += more.scrubbed;
      added += more.added;
      unexplainedUnits += more.unexplainedUnits;
    }

    /** Of the visits of the larger report, how many are unexplained. */
    Sample unexplainedRate() {
      long visits = Math.max(finalized, billed);
      return new Sample(Math.min(unexplained, visits), visits);
    }

    /**
     * Of the visits that should be billed, how many were not billed on their Finalized Date; what
     * is still unbilled was not. It is the rate of the insight OUT_OF_CONTROL.
     */
    Sample lateRate() {
      return new Sample(
          Math.min(expected, Math.max(0, expected - billedOfExpected) + late), expected);
    }
  }

  /** A rate that is charted. */
  private record Rate(String name, String word, Function<Figures, Sample> of) {}

  private static final List<Rate> RATES =
      List.of(
          new Rate("UNEXPLAINED", "unexplainedRate", Figures::unexplainedRate),
          new Rate("LATE", "lateRate", Figures::lateRate));

  /**
   * Nothing yet.
   *
   * @param periods the first days of the periods
   * @param periodOf returns the first day of the period that has a day
   */
  Trends(List<LocalDate> periods, UnaryOperator<LocalDate> periodOf) {
    this.periods = periods;
    this.periodOf = periodOf;
  }

  LocalDate first() {
    return periods.get(0);
  }

  void add(String location, LocalDate day, Figures more) {
    LocalDate period = periodOf.apply(day);
    in(locations, location, period).add(more);
    total.computeIfAbsent(period, any -> new Figures()).add(more);
  }

  /** Adds units of a payer; null: the payer is not known. */
  void addPayer(@Nullable String payer, LocalDate day, Figures more) {
    in(payers, payer == null ? "" : payer, periodOf.apply(day)).add(more);
  }

  void addAmount(LocalDate day, String visit, String kind, @Nullable Long cents) {
    money
        .computeIfAbsent(periodOf.apply(day), any -> new MoneyTally())
        .add(visit, kind, cents, null);
  }

  private static Figures in(
      Map<String, Map<LocalDate, Figures>> all, String name, LocalDate period) {
    return all.computeIfAbsent(name, any -> new TreeMap<>())
        .computeIfAbsent(period, any -> new Figures());
  }

  /**
   * Returns what is answered.
   *
   * @param isOpen whether a period is not over yet, and so is no part of a chart
   */
  Map<String, @Nullable Object> told(Predicate<LocalDate> isOpen) {
    List<LocalDate> over = periods.stream().filter(isOpen.negate()).toList();
    Map<Rate, Map<LocalDate, ControlChart.Point>> charts = new LinkedHashMap<>();
    for (Rate rate : RATES) {
      charts.put(rate, chart(rate, total, over));
    }
    List<Map<String, @Nullable Object>> rows = new ArrayList<>();
    for (LocalDate period : periods) {
      rows.add(row(period, isOpen.test(period), charts));
    }
    Map<String, @Nullable Object> body = new LinkedHashMap<>();
    body.put("periods", rows);
    body.put("payers", payers());
    List<Map<String, @Nullable Object>> signals = signals(over);
    body.put("signals", signals.subList(0, Math.min(signals.size(), MOST_SIGNALS)));
    body.put("moreSignals", signals.size() > MOST_SIGNALS);
    return body;
  }

  private Map<String, @Nullable Object> row(
      LocalDate period, boolean isOpen, Map<Rate, Map<LocalDate, ControlChart.Point>> charts) {
    Figures one = total.getOrDefault(period, new Figures());
    MoneyTally.Sum atRisk = money.getOrDefault(period, new MoneyTally()).atRisk();
    Map<String, @Nullable Object> row = new LinkedHashMap<>();
    row.put("from", period.toString());
    row.put("open", isOpen);
    row.put("finalized", one.finalized);
    row.put("billed", one.billed);
    row.put("difference", one.finalized - one.billed);
    row.put("outstanding", one.expected - one.billedOfExpected);
    row.put("unexplained", one.unexplained);
    row.put("held", one.held);
    row.put("late", one.late);
    row.put(
        "lagDays",
        one.billedOfExpected == 0 ? null : rounded((double) one.lagDays / one.billedOfExpected));
    row.put("scrubbed", one.scrubbed);
    row.put("added", one.added);
    row.put("unexplainedUnits", one.unexplainedUnits);
    row.put("atRiskCents", atRisk.cents());
    row.put("atRiskUnpriced", atRisk.unpriced());
    charts.forEach(
        (rate, chart) -> row.put(rate.word(), point(rate.of().apply(one), chart.get(period))));
    return row;
  }

  private static Map<LocalDate, ControlChart.Point> chart(
      Rate rate, Map<LocalDate, Figures> figures, List<LocalDate> over) {
    List<ControlChart.Point> points =
        ControlChart.points(
            over.stream()
                .map(period -> rate.of().apply(figures.getOrDefault(period, new Figures())))
                .toList());
    Map<LocalDate, ControlChart.Point> chart = new LinkedHashMap<>();
    for (int i = 0; i < points.size(); i++) {
      chart.put(over.get(i), points.get(i));
    }
    return chart;
  }

  /** A rate with its limits; without them where there is too little to say what is usual. */
  private static Map<String, @Nullable Object> point(
      Sample sample, ControlChart.@Nullable Point point) {
    Map<String, @Nullable Object> told = new LinkedHashMap<>();
    told.put("rate", sample.of() == 0 ? null : rounded(sample.rate()));
    told.put("of", sample.of());
    told.put("center", point == null ? null : rounded(point.center()));
    told.put("low", point == null ? null : rounded(point.low()));
    told.put("high", point == null ? null : rounded(point.high()));
    told.put("signal", point == null || point.signal() == null ? null : point.signal().name());
    return told;
  }

  private static double rounded(double number) {
    return Math.round(number * DIGITS) / DIGITS;
  }

  /** What chance does not explain in each location, the latest first. */
  private List<Map<String, @Nullable Object>> signals(List<LocalDate> over) {
    List<Map<String, @Nullable Object>> signals = new ArrayList<>();
    locations.forEach(
        (location, figures) -> {
          for (Rate rate : RATES) {
            chart(rate, figures, over)
                .forEach(
                    (period, point) -> {
                      if (point.signal() != null) {
                        Map<String, @Nullable Object> signal = new LinkedHashMap<>();
                        signal.put("location", location);
                        signal.put("from", period.toString());
                        signal.put("metric", rate.name());
                        signal.put("count", point.sample().count());
                        signal.putAll(point(point.sample(), point));
                        signals.add(signal);
                      }
                    });
          }
        });
    signals.sort(
        Comparator.comparing((Map<String, @Nullable Object> one) -> String.valueOf(one.get("from")))
            .reversed());
    return signals;
  }

  /** The payers with the most scrubbed units, and all others together. */
  private List<Map<String, @Nullable Object>> payers() {
    List<String> most =
        payers.keySet().stream()
            .sorted(
                Comparator.comparingLong((String payer) -> scrubbed(payers.get(payer)))
                    .reversed()
                    .thenComparing(Comparator.naturalOrder()))
            .toList();
    List<Map<String, @Nullable Object>> told = new ArrayList<>();
    Map<LocalDate, Figures> others = new TreeMap<>();
    for (int i = 0; i < most.size(); i++) {
      Map<LocalDate, Figures> figures = payers.getOrDefault(most.get(i), Map.of());
      if (i < MOST_PAYERS) {
        told.add(payer(most.get(i).isEmpty() ? null : most.get(i), false, figures));
      } else {
        figures.forEach(
            (period, one) -> others.computeIfAbsent(period, any -> new Figures()).add(one));
      }
    }
    if (!others.isEmpty()) {
      told.add(payer(null, true, others));
    }
    return told;
  }

  private static long scrubbed(@Nullable Map<LocalDate, Figures> figures) {
    return figures == null ? 0 : figures.values().stream().mapToLong(one -> one.scrubbed).sum();
  }

  private Map<String, @Nullable Object> payer(
      @Nullable String payer, boolean isOthers, Map<LocalDate, Figures> figures) {
    Map<String, @Nullable Object> row = new LinkedHashMap<>();
    row.put("payerId", payer);
    row.put("others", isOthers);
    row.put(
        "scrubbed",
        periods.stream()
            .map(period -> figures.getOrDefault(period, new Figures()).scrubbed)
            .toList());
    row.put(
        "unexplained",
        periods.stream()
            .map(period -> figures.getOrDefault(period, new Figures()).unexplainedUnits)
            .toList());
    return row;
  }
}
