package org.visitbalance.platform;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Configures consumers that run beside the topology: they read committed records and keep their own
 * position.
 */
public final class CommittedReading {
  private static final Duration POLL = Duration.ofMillis(200);

  /** How long a crashed member of a group keeps its partitions, if it does not return. */
  public static final String SESSION_TIMEOUT_MS = "10000";

  private CommittedReading() {}

  /** Returns the configuration of a consumer, in a new map that the caller may add to. */
  public static Map<String, Object> config(Map<String, ?> clients) {
    Map<String, Object> config = new HashMap<>(clients);
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    // The group settings of the topology's consumers do not apply here.
    config.remove(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG);
    config.remove(ConsumerConfig.GROUP_PROTOCOL_CONFIG);
    config.putIfAbsent(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, SESSION_TIMEOUT_MS);
    return config;
  }

  /** Assigns all current partitions of several topics, each from its beginning. */
  public static void begin(KafkaConsumer<?, ?> consumer, Collection<String> topics) {
    List<TopicPartition> partitions = partitions(consumer, topics);
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  /** Reads on to the current ends of a consumer's partitions; later records may be read too. */
  public static <K, V> void readToEnd(
      KafkaConsumer<K, V> consumer, Consumer<? super ConsumerRecord<K, V>> sink) {
    Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
    while (ends.entrySet().stream()
        .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
      consumer.poll(POLL).forEach(sink);
    }
  }

  /** Returns the current partitions of several topics. */
  public static List<TopicPartition> partitions(
      KafkaConsumer<?, ?> consumer, Collection<String> topics) {
    return topics.stream().flatMap(topic -> partitions(consumer, topic).stream()).toList();
  }

  /** Returns the current partitions of a topic. */
  public static List<TopicPartition> partitions(KafkaConsumer<?, ?> consumer, String topic) {
    return consumer.partitionsFor(topic).stream()
        .map(info -> new TopicPartition(topic, info.partition()))
        .toList();
  }
}
