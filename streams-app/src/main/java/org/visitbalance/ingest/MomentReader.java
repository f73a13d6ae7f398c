package org.visitbalance.ingest;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalQueries;
import org.jspecify.annotations.Nullable;

/**
 * Reads dates and times as exports write them (files.md#reading). Common forms are read without the
 * java.time formatters, which would take most of the time of a row. Not thread-safe.
 */
final class MomentReader {
  private static final int SECONDS_A_DAY = 86_400;
  private static final int MILLIS_A_DAY = 86_400_000;

  /** Day 0 of the two calendars of workbooks; in the first, February 29, 1900 existed. */
  private static final long FIRST_OF_1900 = LocalDate.of(1899, 12, 30).toEpochDay();

  private static final long FIRST_OF_1904 = LocalDate.of(1904, 1, 1).toEpochDay();
  private static final int LEAP_DAY_OF_1900 = 60;

  /** December 31, 9999, the last date of a workbook. */
  private static final double LAST = 2_958_466;

  private final LocalClock clock;
  private final boolean midnightIsTime;
  private final @Nullable Instant asOf;
  private final long asOfDay;
  private final @Nullable DateTimeFormatter formatter;
  private final MomentText common = new MomentText();

  /**
   * @param midnightIsTime whether a time of exactly midnight is that time and no date
   * @param asOf what is known of its day only is not later than this, on this day
   */
  MomentReader(
      ZoneId zone, @Nullable String format, boolean midnightIsTime, @Nullable Instant asOf) {
    this.clock = new LocalClock(zone);
    this.midnightIsTime = midnightIsTime;
    this.asOf = asOf == null ? null : asOf.truncatedTo(ChronoUnit.SECONDS);
    this.asOfDay = asOf == null ? Long.MIN_VALUE : LocalDate.ofInstant(asOf, zone).toEpochDay();
    this.formatter = format == null ? null : DatePattern.formatter(format);
  }

  /** Returns the date part of a range of characters, or null if there is none. */
  @Nullable LocalDate date(char[] text, int from, int to) {
    if (formatter != null) {
      TemporalAccessor parsed = parse(new String(text, from, to - from), formatter);
      return parsed == null ? null : parsed.query(TemporalQueries.localDate());
    }
    return common.read(text, from, to) ? common.date() : null;
  }

  /**
   * Returns the instant in a range of characters, or null; a date alone means the last second of
   * that day.
   */
  @Nullable Instant instant(char[] text, int from, int to) {
    if (formatter != null) {
      TemporalAccessor parsed = parse(new String(text, from, to - from), formatter);
      return parsed == null ? null : instant(parsed);
    }
    if (!common.read(text, from, to)) {
      return null;
    } else if (!common.hasTime()) {
      return onDay(common.epochDay());
    } else if (common.hasOffset()) {
      return Instant.ofEpochSecond(
          common.epochDay() * (long) SECONDS_A_DAY + common.secondOfDay() - common.offsetSeconds(),
          common.nano());
    }
    return at(common.epochDay(), common.secondOfDay(), common.nano());
  }

  /** Returns the date of a workbook's number, or null if it is none. */
  @Nullable LocalDate date(double serial, boolean from1904) {
    return isDate(serial) ? LocalDate.ofEpochDay(epochDay(millis(serial), from1904)) : null;
  }

  /**
   * Returns the instant of a workbook's number, or null if it is none; a whole number is a date.
   */
  @Nullable Instant instant(double serial, boolean from1904) {
    if (!isDate(serial)) {
      return null;
    }
    long millis = millis(serial);
    long day = epochDay(millis, from1904);
    int rest = (int) Math.floorMod(millis, (long) MILLIS_A_DAY);
    return rest == 0 ? onDay(day) : clock.at(day, rest / 1000, rest % 1000 * 1_000_000);
  }

  private static boolean isDate(double serial) {
    return serial >= 0 && serial < LAST;
  }

  private static long millis(double serial) {
    return Math.round(serial * MILLIS_A_DAY);
  }

  private static long epochDay(long millis, boolean from1904) {
    long days = millis / MILLIS_A_DAY;
    if (from1904) {
      return FIRST_OF_1904 + days;
    }
    return FIRST_OF_1900 + days + (days < LEAP_DAY_OF_1900 ? 1 : 0);
  }

  /** Returns a time of a day without an offset: at midnight, most likely, only the day is known. */
  private Instant at(long epochDay, int secondOfDay, int nano) {
    return secondOfDay + nano == 0 && !midnightIsTime
        ? onDay(epochDay)
        : clock.at(epochDay, secondOfDay, nano);
  }

  /**
   * Returns the latest moment at which something can have happened of which only the day is known.
   */
  Instant onDay(long epochDay) {
    Instant end = clock.endOf(epochDay);
    return asOf != null && epochDay == asOfDay && asOf.isBefore(end) ? asOf : end;
  }

  private static @Nullable TemporalAccessor parse(String text, DateTimeFormatter formatter) {
    try {
      return formatter.parse(text);
    } catch (DateTimeException e) {
      return null;
    }
  }

  private @Nullable Instant instant(TemporalAccessor parsed) {
    LocalDate date = parsed.query(TemporalQueries.localDate());
    LocalTime time = parsed.query(TemporalQueries.localTime());
    if (date == null) {
      return null;
    } else if (time == null) {
      return onDay(date.toEpochDay());
    } else if (parsed.isSupported(ChronoField.INSTANT_SECONDS)) {
      return Instant.from(parsed);
    }
    return at(date.toEpochDay(), time.toSecondOfDay(), time.get(ChronoField.NANO_OF_SECOND));
  }
}
