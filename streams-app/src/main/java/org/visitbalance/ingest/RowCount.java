package org.visitbalance.ingest;

import java.time.LocalDate;
import java.util.TreeSet;
import java.util.concurrent.atomic.LongAdder;

/** What became of the rows of a table. */
final class RowCount {
  private static final int MOST_DATES = 1000;

  /** Rows with anything in them, but for headers said again. */
  long rows;

  /** Rows that are totals, or that the mapping leaves out. */
  long skipped;

  /** Of these, the totals. */
  long totals;

  /**
   * Dead letters of rows: several that are one visit have one. Rows are read in one thread, and
   * facts are made of them in another.
   */
  final LongAdder dead = new LongAdder();

  /** Of these, those with an id that a spreadsheet has shortened. */
  long shortened;

  /** Of these, those that claim to be from the future. */
  long future;

  /** Amounts of money that cannot be used; their rows count. */
  long lostAmounts;

  /** Rows that took the place of another one of the file, with the same id and time. */
  long replaced;

  /** Whether the last row is shorter than all others and its line has no end. */
  boolean isCut;

  /** Why the sum of a total row could not be checked; empty if it could. */
  String unchecked = "";

  /** The dates that rows from the future claim. */
  final TreeSet<LocalDate> futureDates = new TreeSet<>();

  void future(LocalDate date) {
    future++;
    if (futureDates.size() < MOST_DATES) {
      futureDates.add(date);
    }
  }
}
