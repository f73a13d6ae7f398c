package org.visitbalance.service;

import java.util.List;

/** Compares what a cluster has of an installation with what it should have. */
public interface Reconciler extends AutoCloseable {
  /**
   * Looks at everything and changes nothing.
   *
   * @throws org.apache.kafka.common.KafkaException if it cannot be looked at
   */
  List<Drift> look();

  /**
   * Waits until what the cures have changed is what others see.
   *
   * @throws org.apache.kafka.common.KafkaException if that takes too long
   */
  default void settle() {}

  @Override
  default void close() {}
}
