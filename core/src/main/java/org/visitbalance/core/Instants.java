package org.visitbalance.core;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;

/**
 * Arithmetic with instants that neither fails nor overflows at the ends of time. "Until the end of
 * time" is common, and an exception for each would cost more than all the rest.
 */
final class Instants {
  private static final long SECONDS_A_DAY = 86_400;

  private Instants() {}

  /** Returns the date in UTC; asking the time zone would create its rules anew each time. */
  static LocalDate utcDate(Instant instant) {
    return LocalDate.ofEpochDay(Math.floorDiv(instant.getEpochSecond(), SECONDS_A_DAY));
  }

  static Instant earlier(Instant one, Instant other) {
    return other.isBefore(one) ? other : one;
  }

  static Instant later(Instant one, Instant other) {
    return other.isAfter(one) ? other : one;
  }

  static Instant plus(Instant instant, Duration duration) {
    if (instant.equals(duration.isNegative() ? Instant.MIN : Instant.MAX)) {
      return instant;
    }
    try {
      return instant.plus(duration);
    } catch (DateTimeException | ArithmeticException tooFar) {
      return duration.isNegative() ? Instant.MIN : Instant.MAX;
    }
  }

  static Instant minus(Instant instant, Duration duration) {
    if (instant.equals(duration.isNegative() ? Instant.MAX : Instant.MIN)) {
      return instant;
    }
    try {
      return instant.minus(duration);
    } catch (DateTimeException | ArithmeticException tooFar) {
      return duration.isNegative() ? Instant.MAX : Instant.MIN;
    }
  }
}
