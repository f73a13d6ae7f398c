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

/** Reads what is committed on the topics, from their beginnings to their ends of now, or on. */
public final class TopicReader {
  private static final Duration POLL = Duration.ofMillis(200);

  private final Map<String, Object> clients;
  private final TopologyOptions.Serdes serdes;
  private final String prefix;

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

  /** Takes a record as it was read, with its value. */
  @FunctionalInterface
  public interface RecordSink {
    void put(
        Topic<?> topic,
        ConsumerRecord<byte[], byte[]> record,
        @org.jspecify.annotations.Nullable SpecificRecord value);
  }

  /** Takes a record as it was read, which may be none of its topic's kind. */
  @FunctionalInterface
  public interface BytesSink {
    void put(Topic<?> topic, ConsumerRecord<byte[], byte[]> record);
  }

  /** What stands on the output topics. */
  public OutputTables outputs() {
    OutputTables tables = new OutputTables();
    read(Topics.OUTPUTS, tables::put);
    return tables;
  }

  /** Reads some topics to the ends that they have now. */
  public void read(List<? extends Topic<?>> topics, Sink sink) {
    readRecords(topics, valuesOnly(sink));
  }

  /** The same, with the place and the time of each record. */
  public void readRecords(List<? extends Topic<?>> topics, RecordSink sink) {
    readBytes(topics, decoded(topics, sink));
  }

  /** The same, with the value as it is. */
  public void readBytes(List<? extends Topic<?>> topics, BytesSink sink) {
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
    read(topics, decoded(topics, valuesOnly(sink)), (consumer, partitions) -> over);
  }

  private static RecordSink valuesOnly(Sink sink) {
    return (topic, record, value) ->
        sink.put(topic, record.key() == null ? null : new String(record.key(), UTF_8), value);
  }

  private BytesSink decoded(List<? extends Topic<?>> topics, RecordSink sink) {
    Map<Topic<?>, Deserializer<?>> deserializers = new HashMap<>();
    topics.forEach(topic -> deserializers.put(topic, serdes.of(topic.type()).deserializer()));
    return (topic, record) ->
        sink.put(
            topic,
            record,
            record.value() == null
                ? null
                : (SpecificRecord)
                    java.util.Objects.requireNonNull(deserializers.get(topic))
                        .deserialize(record.topic(), record.value()));
  }

  /** When a reader is at the end of what it should read. */
  @FunctionalInterface
  private interface End {
    BooleanSupplier of(KafkaConsumer<byte[], byte[]> consumer, List<TopicPartition> partitions);
  }

  private void read(List<? extends Topic<?>> topics, BytesSink sink, End end) {
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(clients, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      Map<String, Topic<?>> byName = new HashMap<>();
      List<TopicPartition> partitions = new ArrayList<>();
      for (Topic<?> topic : topics) {
        String name = prefix + topic.name();
        byName.put(name, topic);
        partitions.addAll(CommittedReading.partitions(consumer, name));
      }
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      BooleanSupplier over = end.of(consumer, partitions);
      while (!over.getAsBoolean()) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          sink.put(java.util.Objects.requireNonNull(byName.get(record.topic())), record);
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
