package org.visitbalance.ingest;

import java.util.List;

/** One of the first rows of a table, any of which may be its header. */
record HeadRow(long line, List<String> cells) {
  /** A header is one of this many rows. */
  static final int MOST = 40;

  boolean isEmpty() {
    return cells.stream().allMatch(Blanks::only);
  }
}
