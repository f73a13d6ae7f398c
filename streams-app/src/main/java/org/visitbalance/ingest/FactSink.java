package org.visitbalance.ingest;

import java.time.Instant;
import org.apache.avro.specific.SpecificRecord;
import org.visitbalance.output.DeadLetter;

/**
 * Receives what a format reads. Readers may call it from several threads at the same time; the
 * order of calls has no meaning.
 */
public interface FactSink {
  /**
   * Takes one fact.
   *
   * @param fact one of the records of {@code org.visitbalance.fact}, checked by {@link
   *     org.visitbalance.core.Facts#problem} and normalized
   * @param knownAt when it became known (rules.md#known-time)
   */
  void fact(SpecificRecord fact, Instant knownAt);

  /**
   * Returns when a fact becomes known to the receiver of this sink. By default this is what its
   * source says; on a topic, a fact is known from the moment it is appended.
   *
   * @param told what its source says
   */
  default Instant knownAt(Instant told) {
    return told;
  }

  /**
   * Returns whether all facts are read at once; if not, another run may bring the other system's.
   */
  default boolean isAll() {
    return true;
  }

  /** Takes a dead letter: an input that is not a valid fact. */
  void deadLetter(DeadLetter letter);
}
