package org.visitbalance.report;

import java.util.Locale;
import org.visitbalance.text.Printable;

/** Sentences in lines that fit a page. */
final class TextLines {
  /** No line is wider, unless a single word is. */
  static final int WIDTH = 100;

  private TextLines() {}

  /**
   * Adds a sentence, broken between words.
   *
   * @param first what stands before its first line; the others are indented as far
   */
  static void append(StringBuilder text, String first, String sentence) {
    StringBuilder line = new StringBuilder(first);
    String indent = " ".repeat(first.length());
    boolean isEmpty = true;
    for (String word : Printable.line(sentence).split(" ", -1)) {
      if (!isEmpty && line.length() + 1 + word.length() > WIDTH) {
        text.append(line).append('\n');
        line = new StringBuilder(indent);
        isEmpty = true;
      }
      line.append(isEmpty ? "" : " ").append(word);
      isEmpty = false;
    }
    text.append(line).append('\n');
  }

  /** Adds a heading, underlined. */
  static void heading(StringBuilder text, String title) {
    String line = Printable.line(title);
    text.append("\n\n").append(line).append('\n');
    text.append("-".repeat(Math.min(WIDTH, line.length()))).append('\n');
  }

  /** Returns a word as it stands within a sentence. */
  static String lower(String word) {
    return word.toLowerCase(Locale.ENGLISH);
  }
}
