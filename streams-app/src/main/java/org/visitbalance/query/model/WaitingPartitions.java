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
 * Partitions of which the next record cannot be read yet, because its schema is not there. They are
 * read on from that record a moment later; the others go on meanwhile.
 */
final class WaitingPartitions {
  private static final Duration BREATH = Duration.ofSeconds(1);

  private final Map<TopicPartition, Long> from = new HashMap<>();
  private Deadline breath = Deadline.in(Duration.ZERO);

  void clear() {
    from.clear();
  }

  /** A record cannot be taken yet, and what follows in its partition is to come after it. */
  void from(ConsumerRecord<?, ?> record) {
    from.putIfAbsent(new TopicPartition(record.topic(), record.partition()), record.offset());
  }

  /** Whether a record lies behind one that is waited for. */
  boolean holds(ConsumerRecord<?, ?> record) {
    return !from.isEmpty()
        && from.containsKey(new TopicPartition(record.topic(), record.partition()));
  }

  /** Takes what is waited for out of the next polls. */
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

  /** Looks again at what was waited for, if it is time to. */
  void resume(KafkaConsumer<?, ?> consumer) {
    if (!from.isEmpty() && breath.isOver()) {
      consumer.resume(consumer.paused());
      from.clear();
    }
  }
}
