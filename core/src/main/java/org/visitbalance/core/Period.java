package org.visitbalance.core;

import java.time.DayOfWeek;
import java.time.LocalDate;
import org.visitbalance.output.Granularity;

/**
 * A day, week or month of business dates.
 *
 * @param from the first day
 * @param to the last day
 */
public record Period(Granularity granularity, LocalDate from, LocalDate to) {
  private static final Granularity[] LENGTHS = {
    Granularity.DAY, Granularity.WEEK, Granularity.MONTH
  };

  /** Returns the lengths of periods: day, week and month. */
  static Granularity[] lengths() {
    return LENGTHS;
  }

  public static Period of(Granularity granularity, LocalDate date, DayOfWeek weekStartsOn) {
    LocalDate from = from(granularity, date, weekStartsOn);
    return new Period(granularity, from, to(granularity, from));
  }

  /** Returns the first day of the period that contains a date. */
  public static LocalDate from(Granularity granularity, LocalDate date, DayOfWeek weekStartsOn) {
    return switch (granularity) {
      case DAY, UNKNOWN -> date;
      case WEEK ->
          date.minusDays((date.getDayOfWeek().getValue() - weekStartsOn.getValue() + 7) % 7);
      case MONTH -> date.getDayOfMonth() == 1 ? date : date.withDayOfMonth(1);
    };
  }

  /** Returns the last day of the period that begins on a day. */
  static LocalDate to(Granularity granularity, LocalDate from) {
    return switch (granularity) {
      case DAY, UNKNOWN -> from;
      case WEEK -> from.plusDays(6);
      case MONTH -> from.withDayOfMonth(from.lengthOfMonth());
    };
  }

  boolean holds(LocalDate date) {
    return !date.isBefore(from) && !date.isAfter(to);
  }
}
