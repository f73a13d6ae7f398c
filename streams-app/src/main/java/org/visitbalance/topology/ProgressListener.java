package org.visitbalance.topology;

import java.time.Instant;

/** Hears how far the ledgers have come; called from any thread of the topology. */
@FunctionalInterface
public interface ProgressListener {
  /** An observer that does not listen. */
  ProgressListener NONE = (partition, now, settled) -> {};

  /**
   * A ledger has taken a tick.
   *
   * @param partition the ledger's
   * @param now the tick's time
   * @param settled whether nothing is left that should be judged by now
   */
  void ticked(int partition, Instant now, boolean settled);

  /** Whether the topology is told to end: then nothing waits any longer. */
  default boolean isEnding() {
    return false;
  }
}
