package org.visitbalance.core;

import java.util.Comparator;

/**
 * The order of ids and other texts: by their code points, which is that of their UTF-8 bytes. The
 * order of Java's strings is another one where a character takes two of its units.
 */
public final class CodePoints {
  /** The order as a comparator. */
  public static final Comparator<String> ORDER = CodePoints::compare;

  private static final int SURROGATES = Character.MIN_SURROGATE;

  private CodePoints() {}

  /** Compares two texts; 0 just where they are equal. */
  public static int compare(String one, String other) {
    int length = Math.min(one.length(), other.length());
    for (int i = 0; i < length; i++) {
      char left = one.charAt(i);
      char right = other.charAt(i);
      if (left != right) {
        return left < SURROGATES || right < SURROGATES ? left - right : rank(left) - rank(right);
      }
    }
    return one.length() - other.length();
  }

  /** Characters of two units come after all characters of one unit. */
  private static int rank(char unit) {
    return Character.isSurrogate(unit) ? unit + Character.MAX_VALUE : unit;
  }
}
