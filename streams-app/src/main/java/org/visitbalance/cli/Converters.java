package org.visitbalance.cli;

import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import picocli.CommandLine.TypeConversionException;

/** Parses option values and says what is expected when one cannot be parsed. */
public final class Converters {
  private Converters() {}

  public static Instant instant(String value) {
    try {
      return Instant.parse(value);
    } catch (DateTimeParseException e) {
      throw new TypeConversionException(
          "'" + value + "' is not a UTC time such as 2026-11-05T06:00:00Z");
    }
  }

  public static LocalDate date(String value) {
    try {
      return LocalDate.parse(value);
    } catch (DateTimeParseException e) {
      throw new TypeConversionException("'" + value + "' is not a date such as 2026-11-02");
    }
  }
}
