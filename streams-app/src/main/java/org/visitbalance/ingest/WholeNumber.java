package org.visitbalance.ingest;

/** Parses whole numbers as spreadsheets write them: 2, 2.0, 1,200. */
final class WholeNumber {
  private static final int MOST_DIGITS = 9;

  private WholeNumber() {}

  /** Returns the number, or -1 for a text that is not a whole number from 0 to 999,999,999. */
  static int parse(String text) {
    int end = text.indexOf('.');
    if (end >= 0) {
      for (int i = end + 1; i < text.length(); i++) {
        if (text.charAt(i) != '0') {
          return -1;
        }
      }
      if (end + 1 == text.length()) {
        return -1;
      }
    } else {
      end = text.length();
    }
    boolean grouped = text.lastIndexOf(',', end - 1) >= 0;
    int number = 0;
    int digits = 0;
    for (int i = 0; i < end; i++) {
      char letter = text.charAt(i);
      if (letter == ',') {
        if (digits == 0 || (end - i) % 4 != 0) {
          return -1;
        }
      } else if (letter < '0' || letter > '9' || digits == MOST_DIGITS) {
        return -1;
      } else if (grouped && (end - i) % 4 == 0) {
        // In a grouped number, this position belongs to a comma.
        return -1;
      } else {
        number = number * 10 + letter - '0';
        digits++;
      }
    }
    return digits == 0 ? -1 : number;
  }
}
