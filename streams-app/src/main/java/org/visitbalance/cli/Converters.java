package org.visitbalance.cli;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import picocli.CommandLine.TypeConversionException;

/** Parses option values and says what is expected when one cannot be parsed. */
public final class Converters {
  private static final int FIRST_YEAR = 1900;
  private static final int LAST_YEAR = 2199;

  private Converters() {}

  public static Instant instant(String value) {
    try {
      Instant instant = Instant.parse(value);
      requireUsualYear(value, instant.atOffset(ZoneOffset.UTC).getYear());
      return instant;
    } catch (DateTimeException e) {
      throw new TypeConversionException(
          "'" + value + "' is not a UTC time such as 2026-11-05T06:00:00Z");
    }
  }

  public static LocalDate date(String value) {
    try {
      LocalDate date = LocalDate.parse(value);
      requireUsualYear(value, date.getYear());
      return date;
    } catch (DateTimeParseException e) {
      throw new TypeConversionException("'" + value + "' is not a date such as 2026-11-02");
    }
  }

  /** Facts have no other years, and further away, adding a day may fail. */
  private static void requireUsualYear(String value, int year) {
    if (year < FIRST_YEAR || year > LAST_YEAR) {
      throw new TypeConversionException(
          "'" + value + "' is not between the years " + FIRST_YEAR + " and " + LAST_YEAR);
    }
  }
}
