package org.visitbalance.topology;

import java.time.Instant;

/**
 * Hears how far the topology has come; called from any of its threads. What it hears of a
 * transaction that is not committed in the end it hears again.
 */
public interface Observer {
  /** An observer that does not listen. */
  Observer NONE = new Observer() {};

  /**
   * A ledger has taken a tick.
   *
   * @param partition the ledger's
   * @param now the tick's time
   * @param settled whether nothing is left that should be judged by now
   */
  default void ticked(int partition, Instant now, boolean settled) {}

  /** The ledgers have sent so many more postings to the books. */
  default void posted(int postings) {}

  /** The books have taken so many more postings. */
  default void booked(int postings) {}
}
