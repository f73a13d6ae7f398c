package org.visitbalance.query.model;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.visitbalance.platform.Deadline;

/**
 * Partitions whose next record cannot be read yet, because its schema is not available. Reading
 * continues from that record a moment later; the other partitions are not affected.
 */
final class WaitingPartitions {
  private static final Duration BREATH = Duration.ofSeconds(1);

  private final Map<TopicPartition, Long> from = new HashMap<>();
  private Deadline breath = Deadline.in(Duration.ZERO);

  void clear() {
    from.clear();
  }

  /** Holds a partition at a record that cannot be read yet. */
  void from(ConsumerRecord<?, ?> record) {
    from.putIfAbsent(new TopicPartition(record.topic(), record.partition()), record.offset());
  }

  /** Returns whether a record's partition is held. */
  boolean holds(ConsumerRecord<?, ?> record) {
    return !from.isEmpty()
        && from.containsKey(new TopicPartition(record.topic(), record.partition()));
  }

  /** Excludes the held partitions from the next polls. */
  void pause(KafkaConsumer<?, ?> consumer) {
    Set<TopicPartition> waiting = new HashSet<>(from.keySet());
    waiting.retainAll(consumer.assignment());
    waiting.removeAll(consumer.paused());
    if (!waiting.isEmpty()) {
      waiting.forEach(one -> consumer.seek(one, from.getOrDefault(one, 0L)));
      consumer.pause(waiting);
      breath = Deadline.in(BREATH);
    }
  }

  /** Releases the held partitions for another try, if it is time. */
  void resume(KafkaConsumer<?, ?> consumer) {
    if (!from.isEmpty() && breath.isOver()) {
      consumer.resume(consumer.paused());
      from.clear();
    }
  }
}
