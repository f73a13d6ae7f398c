package org.visitbalance.ingest;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalQueries;
import org.jspecify.annotations.Nullable;

/**
 * Reads dates and times as exports write them (files.md#reading). Common forms are read without the
 * java.time formatters, which would take most of the time of a row. Not thread-safe.
 */
final class MomentReader {
  private final LocalClock clock;
  private final @Nullable DateTimeFormatter formatter;
  private final MomentText common = new MomentText();

  MomentReader(ZoneId zone, @Nullable String format) {
    this.clock = new LocalClock(zone);
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
      return clock.endOf(common.epochDay());
    } else if (common.hasOffset()) {
      return Instant.ofEpochSecond(
          common.epochDay() * 86_400L + common.secondOfDay() - common.offsetSeconds(),
          common.nano());
    }
    return clock.at(common.epochDay(), common.secondOfDay(), common.nano());
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
      return clock.endOf(date.toEpochDay());
    } else if (parsed.isSupported(ChronoField.INSTANT_SECONDS)) {
      return Instant.from(parsed);
    }
    return clock.at(date.toEpochDay(), time.toSecondOfDay(), time.get(ChronoField.NANO_OF_SECOND));
  }
}
