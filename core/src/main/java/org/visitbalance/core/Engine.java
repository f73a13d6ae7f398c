package org.visitbalance.core;

import java.time.Instant;
import java.util.Collection;
import org.apache.avro.specific.SpecificRecord;
import org.visitbalance.fact.Feed;

/** One run of balancing: takes facts in any order and from any thread, then evaluates them once. */
public interface Engine extends AutoCloseable {
  /**
   * The counts of the facts taken.
   *
   * @param valid all valid facts
   * @param standing entities with a fact in force
   * @param superseded facts replaced by another one of their entity, including repeats
   * @param notYetKnown facts that became known after the as-of
   */
  record Counts(long valid, long standing, long superseded, long notYetKnown) {}

  /** Takes a valid fact; a fact that became known after the as-of is only counted. */
  void add(SpecificRecord fact, Instant knownAt);

  /** Returns the number of facts taken so far. */
  long taken();

  /** Evaluates all facts as of the as-of; no facts may be added afterward. */
  Outputs judge();

  /** Returns the counts of the facts, once they have been evaluated. */
  Counts counts();

  /**
   * Returns the feeds in force: how far each source of each tenant is complete, by tenant and
   * source.
   */
  Collection<Feed> feeds();

  @Override
  void close();
}
