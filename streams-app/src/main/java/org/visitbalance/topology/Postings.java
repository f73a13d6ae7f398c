package org.visitbalance.topology;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.visitbalance.core.CapBook;
import org.visitbalance.core.PeriodBook;
import org.visitbalance.core.StoredBooks;
import org.visitbalance.insight.InsightBook;
import org.visitbalance.insight.VisitTraits;
import org.visitbalance.state.CapSample;
import org.visitbalance.state.Contribution;

/**
 * What the ledger of one partition still has to send to the books: for each of them a small book of
 * what has changed, however many visits changed it (docs/adr/0016).
 */
final class Postings {
  private final Map<String, PeriodBook> periods = new LinkedHashMap<>();
  private final Map<String, Cap> caps = new LinkedHashMap<>();
  private final Map<String, InsightBook> insights = new LinkedHashMap<>();
  private Instant changedAt = Instant.EPOCH;

  private static final class Cap {
    final CapBook book = new CapBook();
    @Nullable Long ruledCap;
  }

  /**
   * Adds to the book of a period.
   *
   * @param times 1, or -1 to remove what was added before
   * @param now the tick at which it was evaluated
   */
  void add(String key, Contribution contribution, int times, Instant now) {
    periods.computeIfAbsent(key, any -> new PeriodBook()).add(contribution, times);
    changedAt = now.isAfter(changedAt) ? now : changedAt;
  }

  /**
   * Adds to the book of a cap.
   *
   * @param times 1, -1 to remove, or 0 if only the rule may have changed
   * @param ruledCap the cap that the settings now have
   */
  void add(String key, CapSample sample, int times, @Nullable Long ruledCap) {
    Cap cap = caps.computeIfAbsent(key, any -> new Cap());
    if (times != 0) {
      cap.book.add(sample, times);
    }
    cap.ruledCap = ruledCap;
  }

  /**
   * Adds to the book of a location and Finalized Date.
   *
   * @param times 1, or -1 to remove what was added before
   */
  void add(String key, VisitTraits visit, int times) {
    insights.computeIfAbsent(key, any -> new InsightBook()).add(visit, times);
  }

  /** Returns whether anything is to be sent to the books of insights. */
  boolean hasInsights() {
    return !insights.isEmpty();
  }

  /** Sends everything. What was added and removed again is no change. */
  void post(OutputDiff.Sink sink) {
    post(sink, key -> List.of(key));
  }

  /**
   * The same during a rebuild: whatever is posted is posted once more, for the books to compare
   * what an older program had counted, too, with what it reported.
   */
  void postThen(OutputDiff.Sink sink, int partitions) {
    post(sink, key -> List.of(key, Silence.then(key, partitions)));
  }

  private void post(OutputDiff.Sink sink, Function<String, List<String>> books) {
    periods.forEach(
        (key, book) -> {
          if (!book.isZero()) {
            for (String one : books.apply(key)) {
              sink.say(Topics.PERIOD_POSTINGS, one, StoredBooks.figures(book, 1, changedAt));
            }
          }
        });
    periods.clear();
    caps.forEach(
        (key, cap) -> {
          for (String one : books.apply(key)) {
            sink.say(Topics.CAP_POSTINGS, one, StoredBooks.figures(cap.book, 1, cap.ruledCap));
          }
        });
    caps.clear();
    insights.forEach(
        (key, book) -> {
          if (!book.isEmpty()) {
            sink.say(Topics.INSIGHT_POSTINGS, key, book.figures(1));
          }
        });
    insights.clear();
  }
}
