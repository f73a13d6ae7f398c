package org.visitbalance.query.model;

import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** The records that can never be in the tables: how many, and where the last one is. */
final class PassedOver {
  private final AtomicLong count = new AtomicLong();
  private volatile @Nullable String last;

  void add(String place) {
    count.incrementAndGet();
    last = place;
  }

  long count() {
    return count.get();
  }

  @Nullable String last() {
    return last;
  }

  static String place(ConsumerRecord<?, ?> record) {
    return record.topic() + "-" + record.partition() + " at offset " + record.offset();
  }
}
