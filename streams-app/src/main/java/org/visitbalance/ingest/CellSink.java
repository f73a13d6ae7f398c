package org.visitbalance.ingest;

/** Receives the rows below the header of a table, cell by cell, in the order of the file. */
interface CellSink {
  /**
   * Begins a row.
   *
   * @param line where a person finds it: its first line, or its row in a sheet
   */
  void begin(long line);

  /** Takes the text of a cell, which need not be trimmed. */
  void text(int index, char[] text, int from, int to);

  /**
   * Takes a cell that a workbook keeps as a number.
   *
   * @param from1904 whether dates are counted from 1904 instead of 1900
   */
  void number(int index, String number, boolean from1904);

  /** Takes a cell that cannot be read; it matters only if a mapping uses its column. */
  void bad(int index, String reason);

  /** Makes the present row unusable. */
  void dead(String reason);

  /** Ends the present row. */
  void end();

  /** Takes a row that could not be taken apart into cells. */
  void broken(long line, String reason);

  /** Is told that the last line of the file has no end, after its row. */
  default void openEnd() {}
}
