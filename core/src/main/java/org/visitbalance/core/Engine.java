package org.visitbalance.core;

import java.time.Instant;
import java.util.Collection;
import org.apache.avro.specific.SpecificRecord;
import org.visitbalance.fact.Feed;

/** What one run of balancing needs: takes facts in any order and from any thread, judges once. */
public interface Engine extends AutoCloseable {
  /**
   * What became of the facts that were taken.
   *
   * @param valid all of them
   * @param standing entities of which one fact stands
   * @param superseded facts that another one of their entity replaced, repeats included
   * @param notYetKnown facts that became known after the as-of
   */
  record Counts(long valid, long standing, long superseded, long notYetKnown) {}

  /** Takes a valid fact; one that became known after the as-of is only counted. */
  void add(SpecificRecord fact, Instant knownAt);

  /** How many facts were taken so far. */
  long taken();

  /** Judges all that is there, at the as-of; after it nothing is taken any more. */
  Outputs judge();

  /** What became of the facts, once they are judged. */
  Counts counts();

  /** How far each source of each tenant has told everything, by tenant and source. */
  Collection<Feed> feeds();

  @Override
  void close();
}
