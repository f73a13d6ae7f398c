package org.visitbalance.ingest;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * Reads the dates and instants of facts (domain.md, section 2) and keeps texts that repeat as one
 * object. One for each thread.
 */
final class IsoTexts {
  private static final int SLOTS = 1 << 14;
  private static final int SECONDS_A_DAY = 86_400;
  private static final int DATE_LENGTH = 10;
  private static final int MOST_DIGITS = 9;

  private final String[] texts = new String[SLOTS];
  private final LocalDate[] dates = new LocalDate[SLOTS];

  /** The text, as the object that was last seen with the same characters where it is at hand. */
  String shared(String text) {
    int hash = text.hashCode();
    int slot = (hash ^ hash >>> 14) & SLOTS - 1;
    if (text.equals(texts[slot])) {
      return texts[slot];
    }
    texts[slot] = text;
    return text;
  }

  /** Reads yyyy-MM-dd; null if it is none. */
  @Nullable LocalDate date(String text) {
    return text.length() == DATE_LENGTH ? dateAtStart(text) : null;
  }

  private @Nullable LocalDate dateAtStart(String text) {
    int year = number(text, 0, 4);
    int month = number(text, 5, 7);
    int day = number(text, 8, 10);
    if (text.charAt(4) != '-' || text.charAt(7) != '-' || year < 0 || month < 0 || day < 0) {
      return null;
    }
    int slot = (year * 372 + month * 31 + day) & SLOTS - 1;
    LocalDate known = dates[slot];
    if (known != null
        && known.getYear() == year
        && known.getMonthValue() == month
        && known.getDayOfMonth() == day) {
      return known;
    }
    try {
      dates[slot] = LocalDate.of(year, month, day);
      return dates[slot];
    } catch (DateTimeException none) {
      return null;
    }
  }

  /** Reads yyyy-MM-ddTHH:mm:ss[.fraction]Z with at most 9 digits of it; null if it is none. */
  @Nullable Instant instant(String text) {
    int end = text.length() - 1;
    if (end < 19 || text.charAt(end) != 'Z' || text.charAt(10) != 'T') {
      return null;
    }
    LocalDate date = dateAtStart(text);
    int hour = number(text, 11, 13);
    int minute = number(text, 14, 16);
    int second = number(text, 17, 19);
    int nanos = nanos(text, end);
    boolean isTime =
        text.charAt(13) == ':'
            && text.charAt(16) == ':'
            && hour >= 0
            && hour < 24
            && minute >= 0
            && minute < 60
            && second >= 0
            && second < 60
            && nanos >= 0;
    return date == null || !isTime
        ? null
        : Instant.ofEpochSecond(
            date.toEpochDay() * SECONDS_A_DAY + hour * 3600L + minute * 60L + second, nanos);
  }

  private static int nanos(String text, int end) {
    if (end == 19) {
      return 0;
    }
    int digits = end - 20;
    int value = text.charAt(19) == '.' && digits <= MOST_DIGITS ? number(text, 20, end) : -1;
    for (int i = digits; i < MOST_DIGITS && value > 0; i++) {
      value *= 10;
    }
    return value;
  }

  /** Reads digits; -1 if there are none or anything else. */
  private static int number(String text, int from, int to) {
    int value = 0;
    for (int i = from; i < to; i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      value = value * 10 + digit;
    }
    return to > from ? value : -1;
  }
}
