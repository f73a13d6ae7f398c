package org.visitbalance.ingest;

import java.time.Instant;
import java.time.LocalDate;

/** Small text forms that several readers share. */
final class Texts {
  private static final long SECONDS_A_DAY = 86_400;
  private static final long LAST_SECOND_OF_9999 = 253_402_300_799L;

  private Texts() {}

  /**
   * Returns a place-of-service code with two digits: spreadsheets and YAML drop the leading zero.
   */
  static String posCode(String text) {
    return text.length() == 1 && Character.isDigit(text.charAt(0)) ? "0" + text : text;
  }

  /** Returns the text with each run of control characters, such as line breaks, as one blank. */
  static String oneLine(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < ' ' || text.charAt(i) == '\u007F') {
        return text.replaceAll("[\\x00-\\x1F\\x7F]+", " ");
      }
    }
    return text;
  }

  /**
   * Returns the same as {@link Instant#toString}. An event id is made for every row, and that
   * formatter would take longer than the rest of the row.
   */
  static String instant(Instant instant) {
    long second = instant.getEpochSecond();
    if (instant.getNano() != 0 || second < 0 || second > LAST_SECOND_OF_9999) {
      return instant.toString();
    }
    LocalDate date = LocalDate.ofEpochDay(second / SECONDS_A_DAY);
    int time = (int) (second % SECONDS_A_DAY);
    char[] text = "0000-00-00T00:00:00Z".toCharArray();
    put(text, 0, date.getYear() / 100);
    put(text, 2, date.getYear() % 100);
    put(text, 5, date.getMonthValue());
    put(text, 8, date.getDayOfMonth());
    put(text, 11, time / 3600);
    put(text, 14, time / 60 % 60);
    put(text, 17, time % 60);
    return new String(text);
  }

  private static void put(char[] text, int at, int number) {
    text[at] = (char) ('0' + number / 10);
    text[at + 1] = (char) ('0' + number % 10);
  }
}
