package org.visitbalance.ingest;

import java.time.LocalDate;
import java.time.Year;

/**
 * Parses the common forms of a date, with or without a time: {@code 2026-11-04}, {@code 11/4/2026},
 * {@code 11/04/26}; {@code T} or blanks; {@code 17:05[:00[.000]]} or {@code 5:05[:00] PM}; {@code
 * Z} or an offset. Holds the result of the last call.
 */
final class MomentText {
  private static final int[] MONTH_DAYS = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

  private char[] text = {};
  private int at;
  private int end;
  private int year;
  private int month;
  private int day;
  private boolean timed;
  private int second;
  private int nano;
  private boolean zoned;
  private int offset;

  /**
   * Parses a range of characters as a whole; returns false if it has none of the forms, or names a
   * day or time that does not exist.
   */
  boolean read(char[] characters, int from, int to) {
    text = characters;
    at = from;
    end = to;
    timed = false;
    zoned = false;
    if (!readDate() || !exists()) {
      return false;
    } else if (at == end) {
      return true;
    }
    int before = at;
    skipBlanks();
    if (before == at && !skip('T') && !skip('t')) {
      return false;
    }
    timed = true;
    return readTime() && readOffset() && at == end;
  }

  LocalDate date() {
    return LocalDate.of(year, month, day);
  }

  long epochDay() {
    return date().toEpochDay();
  }

  boolean hasTime() {
    return timed;
  }

  int secondOfDay() {
    return second;
  }

  int nano() {
    return nano;
  }

  boolean hasOffset() {
    return zoned;
  }

  int offsetSeconds() {
    return offset;
  }

  private boolean exists() {
    return month >= 1
        && month <= 12
        && day >= 1
        && day <= MONTH_DAYS[month - 1]
        && (month != 2 || day != 29 || Year.isLeap(year));
  }

  private boolean readDate() {
    int begin = at;
    int first = number(4);
    int digits = at - begin;
    if (digits == 4 && skip('-')) {
      year = first;
      month = twoDigits();
      if (!skip('-')) {
        return false;
      }
      day = twoDigits();
      return true;
    }
    if (digits == 0 || digits > 2 || !skip('/')) {
      return false;
    }
    month = first;
    day = number(2);
    if (!skip('/')) {
      return false;
    }
    int start = at;
    year = number(4);
    if (at - start == 2) {
      year += 2000;
      return true;
    }
    return at - start == 4;
  }

  private boolean readTime() {
    int start = at;
    int hour = number(2);
    if (at == start || !skip(':')) {
      return false;
    }
    int minute = twoDigits();
    int seconds = 0;
    nano = 0;
    if (skip(':')) {
      seconds = twoDigits();
      if (skip('.') && !readFraction()) {
        return false;
      }
    }
    int half = readHalf();
    if (half >= 0) {
      if (hour < 1 || hour > 12) {
        return false;
      }
      hour = hour % 12 + 12 * half;
    }
    second = hour * 3600 + minute * 60 + seconds;
    return hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && seconds >= 0 && seconds < 60;
  }

  private boolean readFraction() {
    int start = at;
    nano = number(9);
    for (int digits = at - start; digits < 9; digits++) {
      nano *= 10;
    }
    return at > start;
  }

  /** Returns 0 for AM, 1 for PM, -1 for neither. */
  private int readHalf() {
    int before = at;
    skipBlanks();
    int half = skip('A') || skip('a') ? 0 : skip('P') || skip('p') ? 1 : -1;
    if (half >= 0 && (skip('M') || skip('m'))) {
      return half;
    }
    at = before;
    return -1;
  }

  private boolean readOffset() {
    if (at == end) {
      return true;
    }
    skipBlanks();
    zoned = true;
    if (skip('Z') || skip('z')) {
      offset = 0;
      return true;
    }
    int sign = skip('+') ? 1 : skip('-') ? -1 : 0;
    int hours = twoDigits();
    int minutes = 0;
    if (at < end) {
      skip(':');
      minutes = twoDigits();
    }
    offset = sign * (hours * 3600 + minutes * 60);
    return sign != 0 && hours >= 0 && hours <= 18 && minutes >= 0 && minutes < 60;
  }

  /** Reads at most the given number of digits; returns 0 if there are none. */
  private int number(int digits) {
    int number = 0;
    int last = Math.min(end, at + digits);
    while (at < last && text[at] >= '0' && text[at] <= '9') {
      number = number * 10 + text[at++] - '0';
    }
    return number;
  }

  private int twoDigits() {
    int start = at;
    int number = number(2);
    return at - start == 2 ? number : -1;
  }

  private boolean skip(char wanted) {
    if (at < end && text[at] == wanted) {
      at++;
      return true;
    }
    return false;
  }

  private void skipBlanks() {
    // Reports saved from the screen have narrow and non-breaking spaces before AM and PM.
    while (at < end && " \u00a0\u202f".indexOf(text[at]) >= 0) {
      at++;
    }
  }
}
