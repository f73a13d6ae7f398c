package org.visitbalance.ingest;

import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A table of a file, whatever the form of the file.
 *
 * @param name what messages call it: the name of the file, with the sheet of a workbook
 * @param fileName the name of the file
 * @param rows passes on the rows below the header; throws {@link InputException} if the file cannot
 *     be read to its end
 * @param unread what of the file is not read although it could be meant, as a sentence with what to
 *     do; null for nothing. Known once the rows have been read
 */
record Table(
    String name,
    String fileName,
    Header header,
    Consumer<CellSink> rows,
    Supplier<@Nullable String> unread) {
  /** A table that is all of its file. */
  Table(String name, String fileName, Header header, Consumer<CellSink> rows) {
    this(name, fileName, header, rows, () -> null);
  }

  /**
   * Passes on the rows below the header.
   *
   * @throws InputException if the file cannot be read to its end
   */
  void read(CellSink sink) {
    rows.accept(sink);
  }
}
