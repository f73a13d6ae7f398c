package org.visitbalance.cli.files;

import java.io.PrintWriter;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.visitbalance.output.DeadLetter;
import org.visitbalance.text.Printable;

/** Lists invalid records for a person: where they are and what is wrong with them. */
final class DeadLetterList {
  private DeadLetterList() {}

  /**
   * Prints a line {@code FILE:LINE: reason} for each; nothing else on standard error has that form.
   *
   * @param most how many at most
   * @param rest where to find all of them, for when there are more
   */
  static void print(Collection<DeadLetter> letters, PrintWriter err, int most, String rest) {
    List<DeadLetter> sorted =
        letters.stream()
            .sorted(
                Comparator.comparing(DeadLetter::getSource)
                    .thenComparingLong(DeadLetter::getPosition))
            .toList();
    for (DeadLetter letter : sorted.subList(0, Math.min(most, sorted.size()))) {
      String field = letter.getField() == null ? "" : letter.getField() + " ";
      err.println(
          Printable.line(
              "%s:%d: %s%s"
                  .formatted(letter.getSource(), letter.getPosition(), field, letter.getReason())));
    }
    if (sorted.size() > most) {
      err.printf("visit-balance: and %,d more; %s%n", sorted.size() - most, rest);
    }
    err.flush();
  }
}
