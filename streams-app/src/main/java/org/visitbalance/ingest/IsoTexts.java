package org.visitbalance.ingest;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads the texts, dates and instants of facts (rules.md#facts) from characters. Returns repeated
 * values as one object, since most texts of a fact also appear in the one before. Use one per
 * thread.
 */
final class IsoTexts {
  private static final int SLOTS = 1 << 16;
  private static final int SECONDS_A_DAY = 86_400;
  private static final int DATE_LENGTH = 10;
  private static final int SHORTEST_INSTANT = 20;
  private static final int MOST_DIGITS = 9;

  private final String[] texts = new String[SLOTS];

  /** The same as characters: to compare arrays is faster. */
  private final char[][] letters = new char[SLOTS][];

  private final LocalDate[] dates = new LocalDate[1 << 12];
  private Instant last = Instant.EPOCH;

  /** Returns some characters as a string, as the same object as last time if possible. */
  String shared(char[] chars, int from, int length) {
    int hash = 0;
    for (int i = from; i < from + length; i++) {
      hash = 31 * hash + chars[i];
    }
    int slot = (hash ^ (hash >>> 16)) & (SLOTS - 1);
    char[] known = letters[slot];
    if (known != null && Arrays.equals(known, 0, known.length, chars, from, from + length)) {
      return texts[slot];
    }
    letters[slot] = Arrays.copyOfRange(chars, from, from + length);
    texts[slot] = new String(chars, from, length);
    return texts[slot];
  }

  /** As {@link org.visitbalance.core.Facts#isBlank}. */
  static boolean isBlank(char[] chars, int from, int length) {
    for (int i = from; i < from + length; i++) {
      if (chars[i] != ' ') {
        return false;
      }
    }
    return true;
  }

  /** Reads yyyy-MM-dd; returns null for anything else. */
  @Nullable LocalDate date(char[] chars, int from, int length) {
    return length == DATE_LENGTH ? date(chars, from) : null;
  }

  private @Nullable LocalDate date(char[] chars, int from) {
    int year = number(chars, from, 4);
    int month = number(chars, from + 5, 2);
    int day = number(chars, from + 8, 2);
    if (chars[from + 4] != '-' || chars[from + 7] != '-' || year < 0 || month < 0 || day < 0) {
      return null;
    }
    int slot = (year * 372 + month * 31 + day) & (dates.length - 1);
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

  /**
   * Reads yyyy-MM-ddTHH:mm:ss[.fraction]Z with a fraction of at most 9 digits; returns null for
   * anything else.
   */
  @Nullable Instant instant(char[] chars, int from, int length) {
    if (length < SHORTEST_INSTANT
        || chars[from + length - 1] != 'Z'
        || chars[from + 10] != 'T'
        || chars[from + 13] != ':'
        || chars[from + 16] != ':') {
      return null;
    }
    LocalDate date = date(chars, from);
    int hour = number(chars, from + 11, 2);
    int minute = number(chars, from + 14, 2);
    int second = number(chars, from + 17, 2);
    int nanos = nanos(chars, from + SHORTEST_INSTANT - 1, length - SHORTEST_INSTANT);
    boolean isTime =
        hour >= 0
            && hour < 24
            && minute >= 0
            && minute < 60
            && second >= 0
            && second < 60
            && nanos >= 0;
    return date == null || !isTime
        ? null
        : shared(date.toEpochDay() * SECONDS_A_DAY + hour * 3600L + minute * 60L + second, nanos);
  }

  /** A fact mostly has the same moment twice. */
  private Instant shared(long seconds, int nanos) {
    if (last.getEpochSecond() != seconds || last.getNano() != nanos) {
      last = Instant.ofEpochSecond(seconds, nanos);
    }
    return last;
  }

  /** Reads a decimal point and digits, or nothing at all; returns -1 for anything else. */
  private static int nanos(char[] chars, int from, int length) {
    if (length == 0) {
      return 0;
    }
    int digits = length - 1;
    int value = chars[from] == '.' && digits <= MOST_DIGITS ? number(chars, from + 1, digits) : -1;
    for (int i = digits; i < MOST_DIGITS && value > 0; i++) {
      value *= 10;
    }
    return value;
  }

  /** Reads digits; returns -1 for anything else or none. */
  private static int number(char[] chars, int from, int digits) {
    int value = 0;
    for (int i = from; i < from + digits; i++) {
      int digit = chars[i] - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      value = value * 10 + digit;
    }
    return digits > 0 ? value : -1;
  }
}
