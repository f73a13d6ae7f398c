package org.visitbalance.text;

/**
 * Texts in a file that may be opened in a spreadsheet. A spreadsheet of another country splits
 * lines at semicolons, so what follows one is treated as a cell of its own.
 */
public final class Cells {
  private static final String FORMULA = "=+-@\uFF1D\uFF0B\uFF0D\uFF20|";
  private static final String FIRST = FORMULA + "\t\r\n";
  private static final String SEPARATORS = ";\t\r\n";
  private static final char MARK = '\'';

  private Cells() {}

  /** Returns the text, with an apostrophe before each part that might be taken for a formula. */
  public static String safe(String text) {
    StringBuilder safe = null;
    for (int i = text.length() - 1; i >= 0; i--) {
      boolean isBeginning = i == 0 || SEPARATORS.indexOf(text.charAt(i - 1)) >= 0;
      if (isBeginning && isRisky(text, i)) {
        safe = safe == null ? new StringBuilder(text) : safe;
        safe.insert(i, MARK);
      }
    }
    return safe == null ? text : safe.toString();
  }

  /** Returns the text of a cell that was made safe. */
  public static String plain(String cell) {
    StringBuilder plain = null;
    for (int i = cell.length() - 1; i >= 0; i--) {
      boolean isBeginning = i == 0 || SEPARATORS.indexOf(cell.charAt(i - 1)) >= 0;
      if (isBeginning && cell.charAt(i) == MARK && isRisky(cell, i)) {
        plain = plain == null ? new StringBuilder(cell) : plain;
        plain.deleteCharAt(i);
      }
    }
    return plain == null ? cell : plain.toString();
  }

  /** Whether what begins somewhere is a formula, but for what is not seen and for apostrophes. */
  private static boolean isRisky(String text, int begin) {
    int i = begin;
    while (i < text.length() && text.charAt(i) == MARK) {
      i++;
    }
    if (begin == 0 && i < text.length() && FIRST.indexOf(text.charAt(i)) >= 0) {
      return true;
    }
    while (i < text.length() && (text.charAt(i) == MARK || isUnseen(text.charAt(i)))) {
      i++;
    }
    return i < text.length() && FORMULA.indexOf(text.charAt(i)) >= 0;
  }

  /** Spaces of all kinds, and characters without width. */
  private static boolean isUnseen(char c) {
    return SEPARATORS.indexOf(c) < 0
        && (Character.isWhitespace(c)
            || Character.isSpaceChar(c)
            || Character.isISOControl(c)
            || Character.getType(c) == Character.FORMAT);
  }
}
