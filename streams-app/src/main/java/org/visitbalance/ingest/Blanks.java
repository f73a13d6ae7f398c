package org.visitbalance.ingest;

/**
 * White space of any kind: blanks, control characters, no-break spaces, and characters without a
 * width, such as a byte order mark inside a text.
 */
final class Blanks {
  private Blanks() {}

  static boolean is(char letter) {
    return letter <= ' ' || (letter >= '\u007F' && isRare(letter));
  }

  private static boolean isRare(char letter) {
    return letter <= '\u00A0'
        ? letter == '\u007F' || letter == '\u0085' || letter == '\u00A0'
        : letter >= '\u1680'
            && (letter == '\uFEFF'
                || (letter >= '\u200B' && letter <= '\u200F')
                || (letter >= '\u202A' && letter <= '\u202E')
                || (letter >= '\u2060' && letter <= '\u2069')
                || Character.isWhitespace(letter)
                || Character.isSpaceChar(letter));
  }

  /** Returns whether a text has nothing else. */
  static boolean only(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (!is(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  /** Returns a text trimmed, with each run of white space inside it as one blank. */
  static String single(String text) {
    StringBuilder single = new StringBuilder(text.length());
    boolean pending = false;
    for (int i = 0; i < text.length(); i++) {
      char letter = text.charAt(i);
      if (is(letter)) {
        pending = !single.isEmpty();
      } else {
        if (pending) {
          single.append(' ');
          pending = false;
        }
        single.append(letter);
      }
    }
    return single.toString();
  }
}
