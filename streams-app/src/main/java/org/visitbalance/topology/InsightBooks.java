package org.visitbalance.topology;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
 * company add up to. Sums are kept and go on with each posting and each day: a year's books are
 * read once, and not at each look (docs/adr/0051). Those of the companies that were posted to or
 * looked at least recently are given up when there are too many figures.
 */
final class InsightBooks {
  /** How many bytes a figure of the sums takes, at most: those of two traits with their texts. */
  private static final long FIGURE_BYTES = 200;

  /** The part of the heap that the sums of all partitions may take together. */
  private static final int HEAP_SHARE = 16;

  private static final class Summed {
    private final Set<String> locations = new HashSet<>();
    private final InsightTotals totals;

    /** How many figures the totals had when they were last looked at. */
    private long held;

    private Summed(LocalDate last) {
      this.totals = new InsightTotals(last);
    }
  }

  private final KeyValueStore<String, byte[]> books;
  private final long mostFigures;
  private final Codec<InsightFigures> figures = new Codec<>(InsightFigures.class);

  /** By company, as it is written in keys; the one that was used last is the last one. */
  private final Map<String, Summed> sums = new LinkedHashMap<>(16, 0.75f, true);

  /** How many figures these have. */
  private long held;

  /**
   * Opens the books.
   *
   * @param mostFigures about how many figures the sums may have that are kept
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
    InsightBook book = InsightBook.of(figures.decodeIfThere(books.get(key)));
    book.add(posted);
    books.put(key, book.isEmpty() ? null : figures.encode(book.figures(0)));
    Summed sum = sums.get(company);
    if (sum != null) {
      List<String> parts = Keys.parts(key);
      sum.locations.add(parts.get(1));
      sum.totals.add(parts.get(1), LocalDate.parse(parts.get(2)), InsightBook.of(posted), 1);
    }
  }

  /** Returns whether a company has any book. */
  boolean has(String company) {
    try (KeyValueIterator<String, byte[]> all = books.range(company + "|", company + "}")) {
      return all.hasNext();
    }
  }

  /** Drops the books of a company that no insight will look at again, and adds up the others. */
  InsightTotals totals(String company, LocalDate last, Instant now) {
    Summed sum = sums.get(company);
    if (sum == null) {
      sum = read(company, last);
    }
    for (String location : sum.locations) {
      dropOld(company + "|" + Keys.of(location) + "|", location, now, sum.totals);
    }
    sum.totals.moveTo(
        last, sum.locations, (location, day) -> book(company + "|" + Keys.of(location, day)));
    keep(company, sum);
    return sum.totals;
  }

  private @Nullable InsightBook book(String key) {
    byte[] stored = books.get(key);
    return stored == null ? null : InsightBook.of(figures.decode(stored));
  }

  private Summed read(String company, LocalDate last) {
    Summed sum = new Summed(last);
    try (KeyValueIterator<String, byte[]> all = books.range(company + "|", company + "}")) {
      while (all.hasNext()) {
        KeyValue<String, byte[]> one = all.next();
        List<String> parts = Keys.parts(one.key);
        sum.locations.add(parts.get(1));
        sum.totals.add(
            parts.get(1),
            LocalDate.parse(parts.get(2)),
            InsightBook.of(figures.decode(one.value)),
            1);
      }
    }
    return sum;
  }

  private void dropOld(String prefix, String location, Instant now, InsightTotals totals) {
    List<String> old = new ArrayList<>();
    try (KeyValueIterator<String, byte[]> all =
        books.range(prefix, prefix + Insights.oldest(now).minusDays(1))) {
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
