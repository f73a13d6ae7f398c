package org.visitbalance.platform;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Where topics end, asked again and again. A consumer asks the cluster each time for the partitions
 * of a topic that it does not read, one topic at a time: here they are listed once a minute,
 * because a topic can only get more of them.
 */
public final class TopicEnds {
  private static final Duration LISTED = Duration.ofMinutes(1);

  private final KafkaConsumer<?, ?> consumer;
  private final Collection<String> topics;
  private List<TopicPartition> partitions = List.of();
  private Deadline nextList = Deadline.in(Duration.ZERO);

  /**
   * Creates it without asking anything.
   *
   * @param consumer is only used by the thread that calls {@link #now}
   */
  public TopicEnds(KafkaConsumer<?, ?> consumer, Collection<String> topics) {
    this.consumer = consumer;
    this.topics = List.copyOf(topics);
  }

  /** Returns the offset after the last committed record of each partition. */
  public Map<TopicPartition, Long> now() {
    List<TopicPartition> asked = partitions();
    return asked.isEmpty() ? Map.of() : consumer.endOffsets(asked);
  }

  /** Returns the partitions of the topics, as they were at most a minute ago. */
  public List<TopicPartition> partitions() {
    if (nextList.isOver()) {
      partitions = CommittedReading.partitions(consumer, topics);
      nextList = Deadline.in(LISTED);
    }
    return partitions;
  }
}
