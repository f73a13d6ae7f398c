package org.visitbalance.topology;

import java.time.Instant;

/**
 * How far the ledger of a partition has applied a company's settings.
 *
 * @param sentAt when the settings in force were sent; the epoch for none
 * @param tick the tick at which this was so
 * @param done how many of the company's patients are evaluated by them
 * @param total how many patients there are to evaluate; none is left if all are done
 */
public record AppliedSettings(Instant sentAt, Instant tick, long done, long total) {
  /** Where they are applied. */
  public record Place(int partition, String tenant) {}

  /** Returns whether no patient is left. */
  public boolean isDone() {
    return done >= total;
  }

  /** Returns whether another report says the same, at a later tick. */
  boolean says(AppliedSettings other) {
    return sentAt.equals(other.sentAt) && done == other.done && total == other.total;
  }
}
