package org.visitbalance.intake;

import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.visitbalance.output.DeadLetter;

/**
 * Rows of which no fact could be made together with the other rows of a company: those of one
 * source, and those of others, which a change of that source may have made unusable. Not
 * thread-safe.
 */
final class UnmadeRows {
  private final String source;
  private long own;
  private long foreign;
  private @Nullable DeadLetter firstOwn;
  private @Nullable DeadLetter firstForeign;

  /**
   * Starts with none.
   *
   * @param source what the dead letters of its rows name
   */
  UnmadeRows(String source) {
    this.source = source;
  }

  /**
   * Counts a letter.
   *
   * @param letters receives those of the source itself
   */
  void add(DeadLetter letter, Consumer<DeadLetter> letters) {
    if (letter.getSource().equals(source)) {
      own++;
      firstOwn = firstOwn == null ? letter : firstOwn;
      letters.accept(letter);
    } else {
      foreign++;
      firstForeign = firstForeign == null ? letter : firstForeign;
    }
  }

  /** Returns the number of rows of the source itself. */
  long own() {
    return own;
  }

  /** Returns what to say of rows of the source itself that have no line in a file; else null. */
  @Nullable String saysOwn() {
    return firstOwn == null
        ? null
        : String.format(
            Locale.ENGLISH,
            "Rows that cannot be used together with earlier ones: %,d. The first: %s.",
            own,
            why(firstOwn));
  }

  /** Returns what to say of rows of other sources; null if there are none. */
  @Nullable String saysForeign() {
    return firstForeign == null
        ? null
        : String.format(
            Locale.ENGLISH,
            "Rows of other files or messages that cannot be used together with it: %,d. The first:"
                + " %s, %s. Correct one of the two.",
            foreign,
            place(firstForeign),
            why(firstForeign));
  }

  private static String place(DeadLetter letter) {
    String listener = MessageTable.listener(letter.getSource());
    return listener == null
        ? "line " + letter.getPosition() + " of " + letter.getSource()
        : "a message of listener " + listener;
  }

  private static String why(DeadLetter letter) {
    return letter.getField() == null
        ? letter.getReason()
        : letter.getField() + " " + letter.getReason();
  }
}
