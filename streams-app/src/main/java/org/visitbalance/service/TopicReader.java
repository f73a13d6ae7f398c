package org.visitbalance.service;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.visitbalance.platform.CommittedReading;
import org.visitbalance.topology.OutputTables;
import org.visitbalance.topology.Topic;
import org.visitbalance.topology.Topics;
import org.visitbalance.topology.TopologyOptions;

/**
 * Reads committed records of the topics, from their beginning to their current end, or
 * continuously.
 */
public final class TopicReader {
  private static final Duration POLL = Duration.ofMillis(200);

  private final Map<String, Object> clients;
  private final TopologyOptions.Serdes serdes;
  private final String prefix;

  /**
   * Creates a reader of an installation's topics.
   *
   * @param clients Kafka's client configuration, including {@code bootstrap.servers}
   */
  public TopicReader(Map<String, ?> clients, TopologyOptions.Serdes serdes, String prefix) {
    this.clients = CommittedReading.config(clients);
    this.serdes = serdes;
    this.prefix = prefix;
  }

  /** Takes a record of an output topic; records arrive in the order of their partition. */
  @FunctionalInterface
  public interface Sink {
    void put(
        Topic<?> topic,
        @org.jspecify.annotations.Nullable String key,
        @org.jspecify.annotations.Nullable SpecificRecord value);
  }

  /** Returns the current contents of the output topics. */
  public OutputTables outputs() {
    OutputTables tables = new OutputTables();
    read(Topics.OUTPUTS, tables::put);
    return tables;
  }

  /** Reads some topics up to their current ends. */
  public void read(List<? extends Topic<?>> topics, Sink sink) {
    read(
        topics,
        sink,
        (consumer, partitions) -> {
          Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
          return () -> isRead(consumer, ends);
        });
  }

  /**
   * Reads some topics and continues with new records.
   *
   * @param over returns true when reading is to end
   */
  public void follow(List<? extends Topic<?>> topics, Sink sink, BooleanSupplier over) {
    read(topics, sink, (consumer, partitions) -> over);
  }

  /** Decides when a reader has reached the end. */
  @FunctionalInterface
  private interface End {
    BooleanSupplier of(KafkaConsumer<byte[], byte[]> consumer, List<TopicPartition> partitions);
  }

  private void read(List<? extends Topic<?>> topics, Sink sink, End end) {
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(clients, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      Map<String, Topic<?>> byName = new HashMap<>();
      Map<String, Deserializer<?>> deserializers = new HashMap<>();
      List<TopicPartition> partitions = new ArrayList<>();
      for (Topic<?> topic : topics) {
        String name = prefix + topic.name();
        byName.put(name, topic);
        deserializers.put(name, serdes.of(topic.type()).deserializer());
        partitions.addAll(CommittedReading.partitions(consumer, name));
      }
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      BooleanSupplier over = end.of(consumer, partitions);
      while (!over.getAsBoolean()) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          SpecificRecord value =
              record.value() == null
                  ? null
                  : (SpecificRecord)
                      java.util.Objects.requireNonNull(deserializers.get(record.topic()))
                          .deserialize(record.topic(), record.value());
          String key = record.key() == null ? null : new String(record.key(), UTF_8);
          sink.put(java.util.Objects.requireNonNull(byName.get(record.topic())), key, value);
        }
      }
    }
  }

  private static boolean isRead(
      KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
    return ends.entrySet().stream()
        .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
  }
}
