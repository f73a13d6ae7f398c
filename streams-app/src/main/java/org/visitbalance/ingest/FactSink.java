package org.visitbalance.ingest;

import java.time.Instant;
import org.apache.avro.specific.SpecificRecord;
import org.visitbalance.output.DeadLetter;

/**
 * Where a format puts what it has read. Readers may call it from several threads at once; the order
 * of calls means nothing.
 */
public interface FactSink {
  /**
   * Takes one fact.
   *
   * @param fact one of the records of {@code org.visitbalance.fact}, checked by {@link
   *     org.visitbalance.core.Facts#problem} and normalized
   * @param knownAt when it became known to us (domain.md, section 11)
   */
  void fact(SpecificRecord fact, Instant knownAt);

  /**
   * When a fact becomes known. By default that is when its source says; on a topic it is the time
   * of its record.
   *
   * @param told by its source
   */
  default Instant knownAt(Instant told) {
    return told;
  }

  /** Takes the news that an input could not be a fact. */
  void deadLetter(DeadLetter letter);
}
