package org.visitbalance.alerts;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serde;
import org.jspecify.annotations.Nullable;
import org.visitbalance.output.AlertLetter;
import org.visitbalance.output.AlertSaid;
import org.visitbalance.platform.CommittedReading;
import org.visitbalance.platform.serde.ReadableValues;
import org.visitbalance.topology.Keys;
import org.visitbalance.topology.Topics;

/** Where a route writes down what it has said, on a topic that its next owner reads. */
final class DeliveryLog implements AutoCloseable {
  private final Cluster cluster;
  private final String route;
  private final KafkaProducer<byte[], byte[]> producer;
  private final Serde<AlertSaid> serde;
  private final ReadableValues<AlertSaid> values;

  DeliveryLog(Cluster cluster, String route) {
    this.cluster = cluster;
    this.route = route;
    this.serde = cluster.serdes().of(AlertSaid.class);
    this.values = new ReadableValues<>(serde.deserializer());
    Map<String, Object> config = new HashMap<>(cluster.clients());
    config.put(ProducerConfig.ACKS_CONFIG, "all");
    config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    this.producer =
        new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /** What the route was told until now, by the ids of the matters. */
  Map<String, AlertSaid> read() {
    Map<String, AlertSaid> said = new HashMap<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            cluster.reading(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      CommittedReading.begin(consumer, List.of(cluster.name(Topics.ALERTS_SAID)));
      CommittedReading.readToEnd(consumer, record -> take(record, said));
    }
    return said;
  }

  private void take(ConsumerRecord<byte[], byte[]> record, Map<String, AlertSaid> said) {
    List<String> key =
        record.key() == null ? List.of() : Keys.parts(new String(record.key(), UTF_8));
    if (key.size() != 2 || !key.get(0).equals(route)) {
      return;
    }
    AlertSaid value = values.of(record);
    if (value != null) {
      said.put(key.get(1), value);
    } else if (record.value() == null) {
      said.remove(key.get(1));
    }
  }

  /** Writes what was said of a matter, and waits until it stands; null forgets it. */
  void write(String id, @Nullable AlertSaid said) {
    String topic = cluster.name(Topics.ALERTS_SAID);
    put(topic, Keys.of(route, id), said == null ? null : serde.serializer().serialize(topic, said));
  }

  /** Writes down a message that was given up. */
  void giveUp(AlertLetter letter) {
    String topic = cluster.name(Topics.ALERT_LETTERS);
    Serde<AlertLetter> letters = cluster.serdes().of(AlertLetter.class);
    put(topic, Keys.of(route), letters.serializer().serialize(topic, letter));
  }

  private void put(String topic, String key, byte @Nullable [] value) {
    try {
      producer.send(new ProducerRecord<>(topic, key.getBytes(UTF_8), value)).get();
    } catch (ExecutionException e) {
      throw new KafkaException("cannot write to " + topic + ": " + e.getCause(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted while writing to " + topic, e);
    }
  }

  @Override
  public void close() {
    producer.close(Duration.ZERO);
  }
}
