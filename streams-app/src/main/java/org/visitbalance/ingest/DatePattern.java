package org.visitbalance.ingest;

import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.TemporalQueries;
import java.util.Locale;

/** A mapping's own pattern for a date, or a date and time. */
final class DatePattern {
  private DatePattern() {}

  /**
   * Returns a pattern, checked: it must be valid and contain at least a year, a month and a day.
   */
  static String checked(Yaml format) {
    String wanted = "a pattern for a date, or a date and time, such as M/d/yyyy or yyyyMMdd HHmm";
    String pattern = format.text(wanted);
    try {
      DateTimeFormatter formatter = formatter(pattern);
      ZonedDateTime sample = LocalDateTime.of(2026, 11, 4, 17, 5).atZone(ZoneOffset.UTC);
      if (formatter.parse(formatter.format(sample)).query(TemporalQueries.localDate()) == null) {
        throw format.error("must be " + wanted + "; it lacks a full date");
      }
      return pattern;
    } catch (IllegalArgumentException | DateTimeException e) {
      throw format.error("must be " + wanted);
    }
  }

  /**
   * Returns the formatter for a pattern. It is strict, because Java's default reads February 30 as
   * the 28th. Strict years need {@code u}, which nobody writes, so {@code y} is replaced by it.
   */
  static DateTimeFormatter formatter(String pattern) {
    StringBuilder strict = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < pattern.length(); i++) {
      char letter = pattern.charAt(i);
      quoted ^= letter == '\'';
      strict.append(letter == 'y' && !quoted ? 'u' : letter);
    }
    return new DateTimeFormatterBuilder()
        .parseCaseInsensitive()
        .appendPattern(strict.toString())
        .toFormatter(Locale.US)
        .withResolverStyle(ResolverStyle.STRICT);
  }
}
