package org.visitbalance.service;

import java.time.Duration;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.StateRestoreListener;
import org.visitbalance.platform.Deadline;

/**
 * Whether a client that is not running yet gets on. Kafka Streams calls it assigning or restoring
 * for as long as it waits, also for a transaction that never ends.
 */
final class Restoring implements StateRestoreListener {
  private final Duration patience;
  private volatile Deadline next;

  /**
   * A client that has just moved.
   *
   * @param patience how long nothing may move before somebody has to look
   */
  Restoring(Duration patience) {
    this.patience = patience;
    this.next = Deadline.in(patience);
  }

  /** The client has moved on. */
  void moved() {
    next = Deadline.in(patience);
  }

  /** What it does, and what to do. */
  String sentence() {
    return next.isOver()
        ? "is restoring its state or being assigned partitions, without progress for "
            + patience.toMinutes()
            + " minutes or more; look at Kafka and at the log of this instance. If both are well, a"
            + " transaction may have been left without an end: see docs/operating.md#hanging"
        : "is restoring its state or being assigned partitions; wait";
  }

  @Override
  public void onRestoreStart(TopicPartition partition, String store, long from, long to) {
    moved();
  }

  @Override
  public void onBatchRestored(TopicPartition partition, String store, long to, long records) {
    moved();
  }

  @Override
  public void onRestoreEnd(TopicPartition partition, String store, long records) {
    moved();
  }
}
