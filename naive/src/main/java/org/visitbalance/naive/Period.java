package org.visitbalance.naive;

import java.time.LocalDate;
import java.time.temporal.TemporalAdjusters;
import java.util.List;
import org.visitbalance.output.Granularity;

/** A day, a week or a month of business dates at one location, both ends inclusive. */
record Period(String location, Granularity granularity, LocalDate from, LocalDate to) {

  static Period day(String location, LocalDate date) {
    return new Period(location, Granularity.DAY, date, date);
  }

  /** The three periods of a date. */
  static List<Period> around(String location, LocalDate date, TenantSettings settings) {
    LocalDate week = weekOf(date, settings);
    LocalDate month = date.withDayOfMonth(1);
    return List.of(
        day(location, date),
        new Period(location, Granularity.WEEK, week, week.plusDays(6)),
        new Period(
            location, Granularity.MONTH, month, date.with(TemporalAdjusters.lastDayOfMonth())));
  }

  static LocalDate weekOf(LocalDate date, TenantSettings settings) {
    return date.with(TemporalAdjusters.previousOrSame(settings.weekStartsOn()));
  }

  boolean contains(LocalDate date) {
    return !date.isBefore(from) && !date.isAfter(to);
  }

  boolean contains(String place, LocalDate date) {
    return location.equals(place) && contains(date);
  }

  boolean contains(Chain chain) {
    return contains(chain.location(), chain.createdOn());
  }
}
