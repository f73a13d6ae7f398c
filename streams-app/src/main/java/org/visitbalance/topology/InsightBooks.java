package org.visitbalance.topology;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.visitbalance.insight.InsightBook;
import org.visitbalance.insight.InsightTotals;
import org.visitbalance.insight.Insights;
import org.visitbalance.platform.serde.Codec;
import org.visitbalance.state.InsightFigures;

/**
 * The books of insights of some companies by location and Finalized Date, and what those of a
 * company add up to. Books stay decoded until {@link #write}: each ledger posts to the same few
 * (docs/adr/0054). Sums are kept and go on with each posting and each day: a year's books are read
 * once, and not at each look (docs/adr/0051). Those of the companies that were posted to or looked
 * at least recently are given up when there are too many figures.
 */
final class InsightBooks {
  /** How many bytes a figure of the sums takes, at most: those of two traits with their texts. */
  private static final long FIGURE_BYTES = 200;

  /** The part of the heap that the sums of all partitions may take together. */
  private static final int HEAP_SHARE = 16;

  private static final class Summed {
    /** Before that day, a location has no books. */
    private final Map<String, LocalDate> since = new HashMap<>();

    private final InsightTotals totals;

    /** How many figures the totals had when they were last looked at. */
    private long held;

    private Summed(LocalDate last) {
      this.totals = new InsightTotals(last);
    }

    private void add(String location, LocalDate day, InsightBook book) {
      since.merge(location, day, (old, other) -> other.isBefore(old) ? other : old);
      totals.add(location, day, book, 1);
    }
  }

  private final KeyValueStore<String, byte[]> books;
  private final long mostFigures;
  private final Codec<InsightFigures> figures = new Codec<>(InsightFigures.class);

  /** By key, those that were posted to and are not written yet. */
  private final Map<String, InsightBook> changed = new HashMap<>();

  /** How many figures these have, at most. */
  private long changedFigures;

  /** By company, as it is written in keys; the one that was used last is the last one. */
  private final Map<String, Summed> sums = new LinkedHashMap<>(16, 0.75f, true);

  /** How many figures these have. */
  private long held;

  /**
   * Opens the books.
   *
   * @param mostFigures about how many figures the sums may have that are kept; also the books that
   *     are not written yet
   */
  InsightBooks(KeyValueStore<String, byte[]> books, long mostFigures) {
    this.books = books;
    this.mostFigures = mostFigures;
  }

  /** Returns how many figures one of so many partitions keeps. */
  static long mostFigures(int partitions) {
    return Runtime.getRuntime().maxMemory() / HEAP_SHARE / FIGURE_BYTES / partitions;
  }

  /** Adds what is posted to a book. */
  void post(String company, String key, InsightFigures posted) {
    InsightBook book = changed.get(key);
    if (book == null) {
      book = InsightBook.of(figures.decodeIfThere(books.get(key)));
      changed.put(key, book);
      changedFigures += book.size();
    }
    book.add(posted);
    changedFigures += posted.getCounts().size();
    Summed sum = sums.get(company);
    if (sum != null) {
      List<String> parts = Keys.parts(key);
      sum.add(parts.get(1), LocalDate.parse(parts.get(2)), InsightBook.of(posted));
    }
    if (changedFigures > mostFigures) {
      write();
    }
  }

  /** Writes the books that were posted to. */
  void write() {
    changed.forEach(
        (key, book) -> books.put(key, book.isEmpty() ? null : figures.encode(book.figures(0))));
    changed.clear();
    changedFigures = 0;
  }

  /** Returns whether a company has any book. */
  boolean has(String company) {
    write();
    try (KeyValueIterator<String, byte[]> all = books.range(company + "|", company + "}")) {
      return all.hasNext();
    }
  }

  /** Drops the books of a company that no insight will look at again, and adds up the others. */
  InsightTotals totals(String company, LocalDate last, Instant now) {
    Summed kept = sums.get(company);
    Summed sum = kept == null ? read(company, last) : kept;
    LocalDate oldest = Insights.oldest(now);
    sum.since.replaceAll(
        (location, since) -> {
          if (since.isBefore(oldest)) {
            dropOld(company + "|" + Keys.of(location) + "|", location, oldest, sum.totals);
            return oldest;
          }
          return since;
        });
    sum.totals.moveTo(
        last, sum.since.keySet(), (location, day) -> book(company + "|" + Keys.of(location, day)));
    keep(company, sum);
    return sum.totals;
  }

  private @Nullable InsightBook book(String key) {
    InsightBook held = changed.get(key);
    byte[] stored = held == null ? books.get(key) : null;
    return stored == null ? held : InsightBook.of(figures.decode(stored));
  }

  private Summed read(String company, LocalDate last) {
    write();
    Summed sum = new Summed(last);
    try (KeyValueIterator<String, byte[]> all = books.range(company + "|", company + "}")) {
      while (all.hasNext()) {
        KeyValue<String, byte[]> one = all.next();
        List<String> parts = Keys.parts(one.key);
        sum.add(
            parts.get(1), LocalDate.parse(parts.get(2)), InsightBook.of(figures.decode(one.value)));
      }
    }
    return sum;
  }

  private void dropOld(String prefix, String location, LocalDate oldest, InsightTotals totals) {
    write();
    List<String> old = new ArrayList<>();
    try (KeyValueIterator<String, byte[]> all = books.range(prefix, prefix + oldest.minusDays(1))) {
      while (all.hasNext()) {
        KeyValue<String, byte[]> one = all.next();
        LocalDate day = LocalDate.parse(Keys.parts(one.key).get(2));
        totals.add(location, day, InsightBook.of(figures.decode(one.value)), -1);
        old.add(one.key);
      }
    }
    old.forEach(books::delete);
  }

  /** Keeps a company's sums, and gives up others if there are too many. */
  private void keep(String company, Summed sum) {
    long size = sum.totals.size();
    held += size - sum.held;
    sum.held = size;
    sums.put(company, sum);
    for (Iterator<Summed> eldest = sums.values().iterator(); held > mostFigures; ) {
      held -= eldest.next().held;
      eldest.remove();
    }
  }
}
