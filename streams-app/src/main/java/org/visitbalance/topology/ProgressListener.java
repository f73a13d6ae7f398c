package org.visitbalance.topology;

import java.time.Instant;

/** Is told how far the ledgers have come; called from any thread of the topology. */
@FunctionalInterface
public interface ProgressListener {
  /** Ignores everything. */
  ProgressListener NONE = (partition, now, settled) -> {};

  /**
   * A ledger has taken a tick.
   *
   * @param partition the ledger's partition
   * @param now the tick's time
   * @param settled whether nothing is left that should have been evaluated by now
   */
  void ticked(int partition, Instant now, boolean settled);

  /** A ledger has come further with a company's settings. */
  default void applied(AppliedSettings.Place place, AppliedSettings settings) {}

  /** Returns whether the instance is closing; then nothing waits any longer. */
  default boolean isEnding() {
    return false;
  }
}
