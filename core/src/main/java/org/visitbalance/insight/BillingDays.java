package org.visitbalance.insight;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/**
 * The days on which a company's billing works (rules.md#billing-days): not its weekends, and not
 * the days on which nearly nobody was treated. A day of treatment without a charge is one: that is
 * an outage.
 */
final class BillingDays {
  /** The part of the busiest weekday's charges, or of an average day's visits, that makes a day. */
  private static final long SHARE = 10;

  private final NavigableMap<LocalDate, Integer> numbers = new TreeMap<>();

  /**
   * Numbers the billing days.
   *
   * @param visits billable visits by Finalized Date
   * @param charges first charges by Created Date
   * @param last the last day that is complete
   */
  BillingDays(
      NavigableMap<LocalDate, Long> visits,
      NavigableMap<LocalDate, Long> charges,
      LocalDate first,
      LocalDate last) {
    Map<DayOfWeek, Long> byWeekday = new EnumMap<>(DayOfWeek.class);
    charges.forEach((day, count) -> byWeekday.merge(day.getDayOfWeek(), count, Long::sum));
    long most = byWeekday.values().stream().mapToLong(Long::longValue).max().orElse(0);
    Set<DayOfWeek> weekdays = EnumSet.noneOf(DayOfWeek.class);
    byWeekday.forEach(
        (weekday, count) -> {
          if (count * SHARE >= most) {
            weekdays.add(weekday);
          }
        });
    long total = 0;
    long days = 0;
    for (Map.Entry<LocalDate, Long> one : visits.entrySet()) {
      if (weekdays.contains(one.getKey().getDayOfWeek())) {
        total += one.getValue();
        days++;
      }
    }
    int number = 0;
    for (LocalDate day = first; !day.isAfter(last); day = day.plusDays(1)) {
      if (weekdays.contains(day.getDayOfWeek())
          && visits.getOrDefault(day, 0L) * SHARE * days >= total) {
        numbers.put(day, number);
        number++;
      }
    }
  }

  /** Returns the number of the last billing day until a day; -1 if there is none. */
  int until(LocalDate day) {
    Map.Entry<LocalDate, Integer> entry = numbers.floorEntry(day);
    return entry == null ? -1 : entry.getValue();
  }

  /** Returns the number of the first billing day from a day on; the next one if none is known. */
  int from(LocalDate day) {
    Map.Entry<LocalDate, Integer> entry = numbers.ceilingEntry(day);
    return entry == null ? numbers.size() : entry.getValue();
  }

  /** Returns the billing days from one to another that a visit has waited; negative: not yet. */
  int lag(LocalDate finalizedOn, LocalDate until) {
    return until(until) - from(finalizedOn);
  }
}
