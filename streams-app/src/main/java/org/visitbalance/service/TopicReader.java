package org.visitbalance.service;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.visitbalance.platform.CommittedReading;
import org.visitbalance.platform.serde.ReadableValues;
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

  /**
   * Takes a record of an output topic; records arrive in the order of their partition. The value is
   * null if there is none, or if it cannot be read.
   */
  @FunctionalInterface
  public interface Sink {
    void put(Topic<?> topic, @Nullable String key, @Nullable SpecificRecord value);
  }

  /** Takes a record with its position, its time and its value, as {@link Sink} does. */
  @FunctionalInterface
  public interface RecordSink {
    void put(Topic<?> topic, ConsumerRecord<byte[], byte[]> record, @Nullable SpecificRecord value);
  }

  /** Takes an undecoded record, which may not be valid for its topic. */
  @FunctionalInterface
  public interface BytesSink {
    void put(Topic<?> topic, ConsumerRecord<byte[], byte[]> record);
  }

  /** Returns the current contents of the output topics. */
  public OutputTables outputs() {
    OutputTables tables = new OutputTables();
    read(Topics.OUTPUTS, tables::put);
    return tables;
  }

  /** Reads some topics up to their current ends. */
  public void read(List<? extends Topic<?>> topics, Sink sink) {
    readRecords(topics, valuesOnly(sink));
  }

  /** Reads some topics up to their current ends, with the position and time of each record. */
  public void readRecords(List<? extends Topic<?>> topics, RecordSink sink) {
    readBytes(topics, decoded(topics, sink));
  }

  /** Reads some topics up to their current ends, without decoding the values. */
  public void readBytes(List<? extends Topic<?>> topics, BytesSink sink) {
    open(topics, sink, CommittedReading::readToEnd);
  }

  /**
   * Reads some topics and continues with new records.
   *
   * @param over returns true when reading is to end
   */
  public void follow(List<? extends Topic<?>> topics, Sink sink, BooleanSupplier over) {
    open(
        topics,
        decoded(topics, valuesOnly(sink)),
        (consumer, records) -> {
          while (!over.getAsBoolean()) {
            consumer.poll(POLL).forEach(records);
          }
        });
  }

  private static RecordSink valuesOnly(Sink sink) {
    return (topic, record, value) ->
        sink.put(topic, record.key() == null ? null : new String(record.key(), UTF_8), value);
  }

  private BytesSink decoded(List<? extends Topic<?>> topics, RecordSink sink) {
    Map<Topic<?>, ReadableValues<? extends SpecificRecord>> values = new HashMap<>();
    topics.forEach(
        topic -> values.put(topic, new ReadableValues<>(serdes.of(topic.type()).deserializer())));
    return (topic, record) ->
        sink.put(topic, record, Objects.requireNonNull(values.get(topic)).await(record));
  }

  /** Reads with a consumer that is at the beginning of its topics. */
  @FunctionalInterface
  private interface Reading {
    void run(
        KafkaConsumer<byte[], byte[]> consumer, Consumer<ConsumerRecord<byte[], byte[]>> records);
  }

  private void open(List<? extends Topic<?>> topics, BytesSink sink, Reading reading) {
    Map<String, Topic<?>> byName = new HashMap<>();
    topics.forEach(topic -> byName.put(prefix + topic.name(), topic));
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(clients, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      CommittedReading.begin(consumer, byName.keySet());
      reading.run(
          consumer, record -> sink.put(Objects.requireNonNull(byName.get(record.topic())), record));
    }
  }
}
