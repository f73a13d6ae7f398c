package org.visitbalance.ingest;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.visitbalance.text.Printable;

/**
 * What a person should know before reading a result: one sentence each, with what to do
 * (files.md#messages). Safe for several threads.
 */
public final class Notices {
  /** What notices are about, the most important first. */
  public enum About {
    TENANTS,
    FEEDS,
    PATIENTS,
    DAYS,
    TABLES,
    FUTURE,
    ROWS,
    MORE_ROWS,
    IDS,
    SNAPSHOTS,
    TOTALS,
    PLACES,
    CROSSWALK,
    AMOUNTS,
    LATER,
    UNBILLED,
    FILES,
    SETTINGS
  }

  private record Notice(About about, String sentence) {}

  private final ConcurrentLinkedQueue<Notice> all = new ConcurrentLinkedQueue<>();

  /** Adds a sentence. */
  public void add(About about, String sentence) {
    all.add(new Notice(about, Printable.line(sentence)));
  }

  /** Returns the sentences, in the order of their importance, then as texts. */
  public List<String> sentences() {
    return all.stream()
        .sorted(Comparator.comparing(Notice::about).thenComparing(Notice::sentence))
        .map(Notice::sentence)
        .distinct()
        .toList();
  }

  /** Returns a number and its word: "1 row", "2,000 rows". */
  static String count(long number, String one, String many) {
    return String.format(Locale.ENGLISH, "%,d %s", number, number == 1 ? one : many);
  }
}
