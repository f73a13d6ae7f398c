package org.visitbalance.ingest;

import java.util.function.Consumer;

/**
 * A table of a file, whatever the form of the file.
 *
 * @param name what messages call it: the name of the file, with the sheet of a workbook
 * @param fileName the name of the file
 * @param rows passes on the rows below the header; throws {@link InputException} if the file cannot
 *     be read to its end
 */
record Table(String name, String fileName, Header header, Consumer<CellSink> rows) {
  /**
   * Passes on the rows below the header.
   *
   * @throws InputException if the file cannot be read to its end
   */
  void read(CellSink sink) {
    rows.accept(sink);
  }
}
