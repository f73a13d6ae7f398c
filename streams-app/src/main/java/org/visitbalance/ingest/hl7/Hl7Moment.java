package org.visitbalance.ingest.hl7;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Dates and times as HL7 writes them: {@code 20261104171500.123-0500}, or only its beginning. */
final class Hl7Moment {
  private static final Pattern FORM =
      Pattern.compile(
          "(\\d{4})(\\d{2})(\\d{2})(?:(\\d{2})(\\d{2})(?:(\\d{2})(?:\\.(\\d{1,9}))?)?)?"
              + "([+-]\\d{4})?");
  private static final LocalTime LAST = LocalTime.of(23, 59, 59);

  private Hl7Moment() {}

  /** Returns the date of a text as it is written; null if it has none. */
  static @Nullable LocalDate date(String text) {
    Matcher matcher = FORM.matcher(text);
    return matcher.matches() ? date(matcher) : null;
  }

  private static @Nullable LocalDate date(Matcher matcher) {
    try {
      return LocalDate.of(
          Integer.parseInt(matcher.group(1)),
          Integer.parseInt(matcher.group(2)),
          Integer.parseInt(matcher.group(3)));
    } catch (DateTimeException e) {
      return null;
    }
  }

  /**
   * Returns the instant of a text; null if it has none. A date without a time, or with midnight
   * without an offset, is the last second of that day, but not after the receipt on that day.
   */
  static @Nullable Instant instant(String text, ZoneId zone, Instant receivedAt) {
    Matcher matcher = FORM.matcher(text);
    LocalDate date = matcher.matches() ? date(matcher) : null;
    if (date == null) {
      return null;
    }
    try {
      LocalTime time = time(matcher);
      String offset = matcher.group(8);
      if (offset != null && matcher.group(4) != null) {
        return date.atTime(time).toInstant(ZoneOffset.of(offset));
      } else if (time.equals(LocalTime.MIDNIGHT)) {
        Instant end = ZonedDateTime.of(LocalDateTime.of(date, LAST), zone).toInstant();
        boolean isToday = LocalDate.ofInstant(receivedAt, zone).equals(date);
        return isToday && receivedAt.isBefore(end) ? receivedAt : end;
      }
      return ZonedDateTime.of(LocalDateTime.of(date, time), zone).toInstant();
    } catch (DateTimeException e) {
      return null;
    }
  }

  private static LocalTime time(Matcher matcher) {
    if (matcher.group(4) == null) {
      return LocalTime.MIDNIGHT;
    }
    String second = matcher.group(6);
    String fraction = matcher.group(7);
    return LocalTime.of(
        Integer.parseInt(matcher.group(4)),
        Integer.parseInt(matcher.group(5)),
        second == null ? 0 : Integer.parseInt(second),
        fraction == null ? 0 : Integer.parseInt((fraction + "00000000").substring(0, 9)));
  }
}
