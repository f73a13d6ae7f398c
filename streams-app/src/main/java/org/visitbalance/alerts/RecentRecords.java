package org.visitbalance.alerts;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.visitbalance.platform.CommittedReading;
import org.visitbalance.topology.Topic;

/** Reads topics from an hour ago on, and then whatever arrives. For one thread. */
final class RecentRecords implements AutoCloseable {
  static final Duration HOUR = Duration.ofHours(1);

  private final List<String> topics;
  private final KafkaConsumer<byte[], byte[]> consumer;

  RecentRecords(Cluster cluster, List<? extends Topic<?>> topics) {
    this.topics = topics.stream().<String>map(cluster::name).toList();
    this.consumer =
        new KafkaConsumer<>(
            cluster.reading(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /** Reads what has arrived since the last call; the first call begins an hour ago. */
  void read(Instant now, Consumer<ConsumerRecord<byte[], byte[]>> sink) {
    if (consumer.assignment().isEmpty()) {
      begin(now.minus(HOUR));
    }
    CommittedReading.readToEnd(consumer, sink);
  }

  private void begin(Instant from) {
    List<TopicPartition> partitions = CommittedReading.partitions(consumer, topics);
    consumer.assign(partitions);
    Map<TopicPartition, Long> asked = new HashMap<>();
    partitions.forEach(partition -> asked.put(partition, from.toEpochMilli()));
    // Taken first: what arrives meanwhile is read.
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    Map<TopicPartition, OffsetAndTimestamp> starts = consumer.offsetsForTimes(asked);
    for (TopicPartition partition : partitions) {
      OffsetAndTimestamp start = starts.get(partition);
      consumer.seek(
          partition, start == null ? Objects.requireNonNull(ends.get(partition)) : start.offset());
    }
  }

  @Override
  public void close() {
    consumer.close();
  }
}
