package org.visitbalance.ingest;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads files one after another. The caches for one file's columns serve the next file, which
 * mostly has the same layout: daily files are short, and their codes, dates and names repeat. Not
 * thread-safe.
 */
final class RowReader {
  private final FactOutlet outlet;
  private @Nullable RowLayout layout;

  RowReader(FactOutlet outlet) {
    this.outlet = outlet;
  }

  /** Passes on the rows of a file; returns how many of them are dead letters by then. */
  long read(RowSource source, Consumer<Row> rows) {
    RowLayout columns = layout != null && layout.fits(source) ? layout : RowLayout.of(source);
    layout = columns;
    RowHandler handler =
        new RowHandler(
            source,
            columns,
            letter -> outlet.deadLetter(source, letter),
            row -> {
              if (outlet.admit(row, columns.needs())) {
                rows.accept(row);
              }
            });
    source.file().read(handler);
    handler.finish();
    return source.count().dead.sum();
  }
}
