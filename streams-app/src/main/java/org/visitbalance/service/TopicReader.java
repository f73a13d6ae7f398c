package org.visitbalance.service;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.BooleanSupplier;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.visitbalance.platform.CommittedReading;
import org.visitbalance.topology.OutputTables;
import org.visitbalance.topology.Topic;
import org.visitbalance.topology.Topics;
import org.visitbalance.topology.TopologyOptions;

/** Reads what is committed on the topics, from their beginnings to their ends of now, or on. */
public final class TopicReader {
  private static final Duration POLL = Duration.ofMillis(200);

  private final Map<String, Object> clients;
  private final TopologyOptions.Serdes serdes;
  private final String prefix;
  private final Set<String> unreadable = new ConcurrentSkipListSet<>();

  /**
   * A reader of an installation's topics.
   *
   * @param clients Kafka's client configuration, {@code bootstrap.servers} among it
   */
  public TopicReader(Map<String, ?> clients, TopologyOptions.Serdes serdes, String prefix) {
    this.clients = CommittedReading.config(clients);
    this.serdes = serdes;
    this.prefix = prefix;
  }

  /** Takes a record of an output topic, in the order of its partition. */
  @FunctionalInterface
  public interface Sink {
    void put(
        Topic<?> topic,
        @org.jspecify.annotations.Nullable String key,
        @org.jspecify.annotations.Nullable SpecificRecord value);
  }

  /** Where records lie that cannot be read, of all that was read so far; they are passed over. */
  public List<String> unreadable() {
    return List.copyOf(unreadable);
  }

  /** What stands on the output topics. */
  public OutputTables outputs() {
    OutputTables tables = new OutputTables();
    read(Topics.OUTPUTS, tables::put);
    return tables;
  }

  /** Reads some topics to the ends that they have now. */
  public void read(List<? extends Topic<?>> topics, Sink sink) {
    read(
        topics,
        sink,
        (consumer, partitions) -> {
          Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
          return () -> isRead(consumer, ends);
        });
  }

  /** Reads some topics, and goes on with what comes, until it is told that it is over. */
  public void follow(List<? extends Topic<?>> topics, Sink sink, BooleanSupplier over) {
    read(topics, sink, (consumer, partitions) -> over);
  }

  /** When a reader is at the end of what it should read. */
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
          SpecificRecord value;
          try {
            value =
                record.value() == null
                    ? null
                    : (SpecificRecord)
                        java.util.Objects.requireNonNull(deserializers.get(record.topic()))
                            .deserialize(record.topic(), record.value());
          } catch (SerializationException e) {
            unreadable.add(
                record.topic() + "-" + record.partition() + " at offset " + record.offset());
            continue;
          }
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
