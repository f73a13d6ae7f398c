package org.visitbalance.insight;

import java.time.LocalDate;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.visitbalance.core.CapBook;
import org.visitbalance.core.CodePoints;
import org.visitbalance.insight.Combination.Name;

/**
 * What a company's books add up to until the last complete day. Books can be added, taken back, and
 * the day can move: the totals are always those of a fresh sum, whatever the order. Not
 * thread-safe.
 */
public final class InsightTotals {
  /** The days in which a cause that has just begun is looked for. */
  static final int NEWS_DAYS = 7;

  /** What visits are counted for, each for so many days until the last one. */
  private enum Window {
    /** The weeks of a control chart; also billing's 90 days with its weekends and holidays. */
    LAGS(183),
    /** The visits that are compared for common causes. */
    CAUSES(91),
    NEWS(NEWS_DAYS),
    /** The visits that unit limits are inferred from. */
    UNITS(30);

    private final int days;

    Window(int days) {
      this.days = days;
    }

    private static EnumSet<Window> of(LocalDate day, LocalDate last) {
      EnumSet<Window> windows = EnumSet.noneOf(Window.class);
      long age = last.toEpochDay() - day.toEpochDay();
      for (Window one : ALL) {
        if (age >= 0 && age < one.days) {
          windows.add(one);
        }
      }
      return windows;
    }
  }

  private static final List<Window> ALL = List.of(Window.values());

  /** The books of a company, as they are. */
  @FunctionalInterface
  public interface Books {
    /** Returns the book of a location and Finalized Date; null if there is none. */
    @Nullable InsightBook of(String location, LocalDate day);
  }

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
      count(by, one, visits);
    }

    private boolean isEmpty() {
      return all == 0 && by.isEmpty();
    }
  }

  /** By location and Finalized Date: the visits by the days until their first charge. */
  final NavigableMap<String, NavigableMap<LocalDate, Map<Integer, Long>>> lags =
      new TreeMap<>(CodePoints.ORDER);

  /** By finding; all visits under an empty name. */
  final NavigableMap<String, Visits> causes = new TreeMap<>(CodePoints.ORDER);

  /** The same of the last days alone, without their Finalized Dates. */
  final NavigableMap<String, Visits> news = new TreeMap<>(CodePoints.ORDER);

  /** The units of the last days, as they were documented and billed. */
  final NavigableMap<PayerCode, CapBook> units = new TreeMap<>(BY_PAYER);

  private LocalDate last;

  /** Starts with no books. */
  public InsightTotals(LocalDate last) {
    this.last = last;
  }

  /** Returns the last complete day. */
  public LocalDate last() {
    return last;
  }

  /** Returns the first day that is counted. */
  LocalDate first() {
    return last.minusDays(Window.LAGS.days - 1L);
  }

  /** Returns about how many figures are held. */
  public long size() {
    long size = units.values().stream().mapToLong(CapBook::size).sum();
    for (NavigableMap<LocalDate, Map<Integer, Long>> byDay : lags.values()) {
      for (Map<Integer, Long> byLag : byDay.values()) {
        size += 1 + byLag.size();
      }
    }
    for (NavigableMap<String, Visits> byFinding : List.of(causes, news)) {
      for (Visits one : byFinding.values()) {
        size += one.by.size();
      }
    }
    return size;
  }

  /**
   * Adds a book, or what is posted to it.
   *
   * @param times 1, or -1 to take it back
   */
  public void add(String location, LocalDate day, InsightBook book, int times) {
    add(Window.of(day, last), location, day, book, times);
  }

  /**
   * Moves the last complete day: books of days that come into what is compared, or leave it, are
   * added or taken back.
   *
   * @param locations all that have books
   */
  public void moveTo(LocalDate next, Collection<String> locations, Books books) {
    LocalDate end = next.isAfter(last) ? next : last;
    LocalDate day = (next.isAfter(last) ? last : next).minusDays(Window.LAGS.days);
    for (; !day.isAfter(end); day = day.plusDays(1)) {
      EnumSet<Window> lost = Window.of(day, last);
      EnumSet<Window> gained = Window.of(day, next);
      if (!lost.equals(gained)) {
        EnumSet<Window> both = EnumSet.copyOf(lost);
        both.retainAll(gained);
        lost.removeAll(both);
        gained.removeAll(both);
        for (String location : locations) {
          InsightBook book = books.of(location, day);
          if (book != null) {
            add(lost, location, day, book, -1);
            add(gained, location, day, book, 1);
          }
        }
      }
    }
    last = next;
  }

  private void add(
      EnumSet<Window> windows, String location, LocalDate day, InsightBook book, int times) {
    if (windows.isEmpty()) {
      return;
    }
    boolean[] isLess = {false};
    book.forEach(
        (cell, count) -> {
          long visits = count * times;
          isLess[0] |= visits < 0;
          switch (cell.set()) {
            case LAG -> {
              if (windows.contains(Window.LAGS)) {
                addLag(location, day, cell, visits);
              }
            }
            case CAST -> {
              if (windows.contains(Window.CAUSES)) {
                Visits own = visits(causes, cell);
                addCast(own, location, cell, visits);
                own.add(Combination.of(Name.DAY, day.toString()), visits);
                own.add(Combination.of(Name.DAY, day.toString(), Name.LOCATION, location), visits);
              }
              if (windows.contains(Window.NEWS)) {
                addCast(visits(news, cell), location, cell, visits);
              }
            }
            case CODE -> {
              if (windows.contains(Window.CAUSES)) {
                addCode(visits(causes, cell), cell, visits);
              }
              if (windows.contains(Window.NEWS)) {
                addCode(visits(news, cell), cell, visits);
              }
            }
          }
        });
    if (windows.contains(Window.UNITS)) {
      book.forEachUnits((units, count) -> addUnits(units, count * times));
    }
    if (isLess[0]) {
      forgetWhatIsEmpty(location, day);
    }
  }

  /** Leaves what a fresh sum would have. */
  private void forgetWhatIsEmpty(String location, LocalDate day) {
    NavigableMap<LocalDate, Map<Integer, Long>> byDay = lags.get(location);
    if (byDay != null) {
      byDay.computeIfPresent(day, (any, byLag) -> byLag.isEmpty() ? null : byLag);
      if (byDay.isEmpty()) {
        lags.remove(location);
      }
    }
    causes.values().removeIf(Visits::isEmpty);
    news.values().removeIf(Visits::isEmpty);
  }

  private static <K> void count(Map<K, Long> counts, K what, long visits) {
    counts.merge(what, visits, (old, more) -> old + more == 0 ? null : Long.valueOf(old + more));
  }

  private void addLag(String location, LocalDate day, InsightBook.Cell cell, long visits) {
    count(
        lags.computeIfAbsent(location, any -> new TreeMap<>())
            .computeIfAbsent(day, any -> new TreeMap<>()),
        cell.first().isEmpty() ? VisitTraits.AWAITED : Integer.parseInt(cell.first()),
        visits);
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

  private void addUnits(InsightBook.Units these, long visits) {
    PayerCode what = new PayerCode(these.payer(), these.code());
    CapBook book = units.computeIfAbsent(what, any -> new CapBook());
    book.add(these.documented(), these.billed(), visits);
    if (book.isEmpty()) {
      units.remove(what);
    }
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
