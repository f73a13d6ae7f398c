package org.visitbalance.alerts;

import java.net.http.HttpHeaders;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/** When a receiver wants to be asked again (RFC 9110, section 10.2.3). */
final class RetryAfter {
  /** Nobody is waited for any longer, whatever is asked. */
  private static final Duration LONGEST = Duration.ofHours(1);

  private RetryAfter() {}

  /**
   * Returns the moment that a response names, as seconds or as a date, or null if it names none or
   * one that is not in the future.
   */
  static @Nullable Instant of(HttpHeaders headers, Instant now) {
    String text = headers.firstValue("Retry-After").orElse("").strip();
    Instant asked;
    if (text.matches("[0-9]{1,9}")) {
      asked = now.plusSeconds(Long.parseLong(text));
    } else {
      try {
        asked = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      } catch (DateTimeParseException e) {
        return null;
      }
    }
    if (!asked.isAfter(now)) {
      return null;
    }
    Instant latest = now.plus(LONGEST);
    return asked.isAfter(latest) ? latest : asked;
  }
}
