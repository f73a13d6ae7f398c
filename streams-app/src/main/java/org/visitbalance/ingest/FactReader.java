package org.visitbalance.ingest;

/**
 * The files of one outside format, opened and found usable: the one door that each format has.
 * Whatever is wrong with a file as a whole was said by an {@link InputException} before there was a
 * reader; what is wrong with a part of it becomes a dead letter.
 */
interface FactReader {
  /**
   * Reads all files to the end.
   *
   * @param threads how many may work at once
   * @throws InputException if a file cannot be read to its end
   */
  void readInto(FactSink sink, int threads);
}
