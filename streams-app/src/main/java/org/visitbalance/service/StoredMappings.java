package org.visitbalance.service;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.visitbalance.platform.CommittedReading;
import org.visitbalance.platform.serde.ReadableValues;
import org.visitbalance.settings.MappingDocument;
import org.visitbalance.topology.Topics;
import org.visitbalance.topology.TopologyOptions;

/** The mappings that the tenants have on their topic. Thread-safe. */
public final class StoredMappings implements AutoCloseable {
  private final Map<String, Object> clients;
  private final ReadableValues<MappingDocument> values;
  private final String topic;
  private final Map<String, Stored> latest = new HashMap<>();
  private @Nullable KafkaConsumer<byte[], byte[]> consumer;

  /**
   * A mapping on the topic.
   *
   * @param version increases with each document, as that of the settings does
   * @param at when the topic received it
   */
  public record Stored(MappingDocument document, long version, Instant at) {}

  /**
   * Connects to nothing yet.
   *
   * @param clients Kafka's client configuration, including {@code bootstrap.servers}
   */
  public StoredMappings(Map<String, ?> clients, TopologyOptions.Serdes serdes, String prefix) {
    this.clients = CommittedReading.config(clients);
    this.values = new ReadableValues<>(serdes.of(MappingDocument.class).deserializer());
    this.topic = prefix + Topics.MAPPINGS.name();
  }

  /**
   * Returns the newest mapping of a tenant; null if it has none.
   *
   * @throws org.apache.kafka.common.KafkaException if the topic cannot be read
   */
  public synchronized @Nullable Stored of(String tenant) {
    try {
      CommittedReading.readToEnd(
          opened(),
          record -> {
            MappingDocument document = values.await(record);
            if (document != null) {
              Instant at = Instant.ofEpochMilli(record.timestamp());
              latest.put(document.getTenant(), new Stored(document, record.offset() + 1, at));
            }
          });
      return latest.get(tenant);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private KafkaConsumer<byte[], byte[]> opened() {
    KafkaConsumer<byte[], byte[]> open = consumer;
    if (open == null) {
      open = new KafkaConsumer<>(clients, new ByteArrayDeserializer(), new ByteArrayDeserializer());
      consumer = open;
      latest.clear();
      CommittedReading.begin(open, List.of(topic));
    }
    return open;
  }

  @Override
  public synchronized void close() {
    KafkaConsumer<byte[], byte[]> open = consumer;
    consumer = null;
    if (open != null) {
      open.close();
    }
  }
}
