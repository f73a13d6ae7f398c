package org.visitbalance.service;

import java.util.List;

/** Compares what a cluster has of an installation with what it should have. */
public interface Reconciler extends AutoCloseable {
  /**
   * Looks at everything and changes nothing.
   *
   * @throws org.apache.kafka.common.KafkaException if this is not possible
   */
  List<Drift> look();

  /**
   * Waits until the changes of the cures are visible to others.
   *
   * @throws org.apache.kafka.common.KafkaException if that takes too long
   */
  default void settle() {}

  @Override
  default void close() {}
}
