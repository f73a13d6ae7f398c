package org.visitbalance.text;

/**
 * Texts for a terminal, or cut to what has room. An id or a file name with escape sequences must
 * not move the cursor, and one with line breaks or a change of direction must not look like another
 * message.
 */
public final class Printable {
  private static final char INSTEAD = '\uFFFD';

  private Printable() {}

  /** Returns a text on one line: everything that a terminal would act on is replaced. */
  public static String line(String text) {
    return of(text, false);
  }

  /** Returns the same of a text whose line feeds are meant. */
  public static String lines(String text) {
    return of(text, true);
  }

  /**
   * Returns the beginning of a text, of at most so many UTF-16 units: a character outside the basic
   * plane, which has two of them, is not halved.
   */
  public static String begin(String text, int most) {
    if (text.length() <= most) {
      return text;
    }
    boolean isHalved = most > 0 && Character.isHighSurrogate(text.charAt(most - 1));
    return text.substring(0, isHalved ? most - 1 : most);
  }

  private static String of(String text, boolean keepsLines) {
    StringBuilder changed = null;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (isActive(c) && !(keepsLines && c == '\n')) {
        changed = changed == null ? new StringBuilder(text) : changed;
        changed.setCharAt(i, INSTEAD);
      }
    }
    return changed == null ? text : changed.toString();
  }

  private static boolean isActive(char c) {
    return Character.isISOControl(c)
        || c == '\u2028'
        || c == '\u2029'
        || c == '\u200E'
        || c == '\u200F'
        || (c >= '\u202A' && c <= '\u202E')
        || (c >= '\u2066' && c <= '\u2069');
  }
}
