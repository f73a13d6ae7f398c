package org.visitbalance.ingest;

/** A table of a file, whatever the form of the file. */
interface Table {
  /** Returns what messages call it: the name of the file, with the sheet of a workbook. */
  String name();

  /** Returns the name of the file. */
  String fileName();

  Header header();

  /**
   * Passes on the rows below the header.
   *
   * @throws InputException if the file cannot be read to its end
   */
  void read(CellSink sink);
}
