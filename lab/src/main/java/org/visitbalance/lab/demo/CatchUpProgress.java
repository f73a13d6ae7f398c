package org.visitbalance.lab.demo;

import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.visitbalance.topology.ProgressListener;

/** How far the ledgers of all partitions have come. */
final class CatchUpProgress implements ProgressListener {
  private final int partitions;
  private final Map<Integer, Instant> settled = new ConcurrentHashMap<>();

  CatchUpProgress(int partitions) {
    this.partitions = partitions;
  }

  @Override
  public void ticked(int partition, Instant now, boolean isSettled) {
    if (isSettled) {
      settled.put(partition, now);
    }
  }

  /** Returns whether every ledger has evaluated everything up to a moment. */
  boolean haveReached(Instant moment) {
    return settled.size() == partitions
        && settled.values().stream().noneMatch(now -> now.isBefore(moment));
  }

  /**
   * Returns the moment up to which the slowest known ledger has evaluated; null if none has
   * reported yet.
   */
  @Nullable Instant slowest() {
    return settled.values().stream().min(Comparator.naturalOrder()).orElse(null);
  }
}
