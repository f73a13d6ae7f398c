package org.visitbalance.ingest;

/**
 * The files of one external format, opened and checked; each format has one implementation.
 * Problems with a file as a whole are thrown as {@link InputException} before a reader is created;
 * problems with part of a file become dead letters.
 */
interface FactReader {
  /**
   * Reads all files to the end.
   *
   * @param threads the number of threads that may work at the same time
   * @throws InputException if a file cannot be read to its end
   */
  void readInto(FactSink sink, int threads);
}
