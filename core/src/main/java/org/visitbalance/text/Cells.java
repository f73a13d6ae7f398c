package org.visitbalance.text;

/** Texts in a file that may be opened in a spreadsheet. */
public final class Cells {
  private static final String FORMULA = "=+-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20|";

  private Cells() {}

  /** Returns the text, prefixed with an apostrophe if a spreadsheet might take it for a formula. */
  public static String safe(String text) {
    String seen = text.stripLeading();
    boolean risky =
        !text.isEmpty()
            && (FORMULA.indexOf(text.charAt(0)) >= 0
                || (!seen.isEmpty() && FORMULA.indexOf(seen.charAt(0)) >= 0));
    return risky ? "'" + text : text;
  }

  /** Returns the text of a cell that was made safe. */
  public static String plain(String cell) {
    return cell.startsWith("'") && safe(cell.substring(1)).equals(cell) ? cell.substring(1) : cell;
  }
}
