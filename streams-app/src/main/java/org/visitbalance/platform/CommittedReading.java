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

/** Consumers beside the topology: they read what is committed, and keep their own place. */
public final class CommittedReading {
  private static final Duration POLL = Duration.ofMillis(200);

  private CommittedReading() {}

  /** The configuration of one, in a map of its own; more may be put into it. */
  public static Map<String, Object> config(Map<String, ?> clients) {
    Map<String, Object> config = new HashMap<>(clients);
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    // How the topology's consumers make a group is their own affair.
    config.remove(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG);
    config.remove(ConsumerConfig.GROUP_PROTOCOL_CONFIG);
    return config;
  }

  /** Takes all partitions that some topics have now, each from its beginning. */
  public static void begin(KafkaConsumer<?, ?> consumer, Collection<String> topics) {
    List<TopicPartition> partitions = partitions(consumer, topics);
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  /** Reads on to where a consumer's partitions end now; what comes meanwhile may be read too. */
  public static <K, V> void readToEnd(
      KafkaConsumer<K, V> consumer, Consumer<? super ConsumerRecord<K, V>> sink) {
    Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
    while (ends.entrySet().stream()
        .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
      consumer.poll(POLL).forEach(sink);
    }
  }

  /** The partitions that some topics have now. */
  public static List<TopicPartition> partitions(
      KafkaConsumer<?, ?> consumer, Collection<String> topics) {
    return topics.stream().flatMap(topic -> partitions(consumer, topic).stream()).toList();
  }

  /** The partitions that a topic has now. */
  public static List<TopicPartition> partitions(KafkaConsumer<?, ?> consumer, String topic) {
    return consumer.partitionsFor(topic).stream()
        .map(info -> new TopicPartition(topic, info.partition()))
        .toList();
  }
}
