package org.visitbalance.topology;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.visitbalance.insight.InsightBook;

/**
 * Tells the books of insights how far a ledger is: what they conclude is said of a moment that all
 * ledgers have reached (docs/adr/0031).
 */
final class InsightMarks {
  /** The seconds after which the books are told of a tick, even if nothing changed. */
  private static final long SLOT = 900;

  /** The same if something did. */
  private static final Duration SOON = Duration.ofMinutes(5);

  private final int partition;
  private final int books;
  private final OutputDiff.Sink sink;

  /** The last tick of which they were told; null if none since the start. */
  private @Nullable Instant markedAt;

  /** Whether anything was posted to them since then. */
  private boolean hasNews;

  InsightMarks(int partition, int books, OutputDiff.Sink sink) {
    this.partition = partition;
    this.books = books;
    this.sink = sink;
  }

  /** Is told that something is posted to the books. */
  void posted() {
    hasNews = true;
  }

  /** Tells the books that everything until now is posted, if it is time to. */
  void mark(Instant now) {
    Instant last = markedAt;
    boolean isDue =
        last == null
            || now.getEpochSecond() / SLOT != last.getEpochSecond() / SLOT
            || (hasNews && (now.equals(last) || !now.isBefore(last.plus(SOON))));
    if (isDue) {
      for (int book = 0; book < books; book++) {
        sink.say(
            Topics.INSIGHT_POSTINGS, InsightEmitter.mark(partition, book), InsightBook.mark(now));
      }
      markedAt = now;
      hasNews = false;
    }
  }
}
