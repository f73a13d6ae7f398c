package org.visitbalance.intake;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;
import org.visitbalance.output.AccessEntry;
import org.visitbalance.output.ReceivedFile;
import org.visitbalance.platform.CommittedReading;
import org.visitbalance.platform.serde.ReadableValues;
import org.visitbalance.topology.Keys;
import org.visitbalance.topology.Topic;
import org.visitbalance.topology.Topics;
import org.visitbalance.topology.TopologyOptions;

/**
 * Sends facts and the states of files to their topics, in transactions. After a failure it begins
 * anew with the next call, which ends what the failed one has left open. Not thread-safe.
 */
public final class KafkaOutlet implements Outlet {
  private static final String TRANSACTION_TIMEOUT_MS = "60000";

  /** Senders of messages wait about 30 seconds for an answer, and must hear that Kafka is away. */
  private static final int PATIENCE_MS = 20_000;

  private static final int REQUEST_MS = 15_000;

  /** One of them must not be less than the sum of the others, so that all or none are set. */
  private static final List<String> DEPENDENT =
      List.of(
          ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
          ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
          ProducerConfig.LINGER_MS_CONFIG);

  private static final Duration PARTING = Duration.ofSeconds(5);

  private final Map<String, Object> clients;
  private final TopologyOptions.Serdes serdes;
  private final String prefix;
  private final String name;
  private final InstantSource time;
  private final Map<Topic<?>, Serializer<SpecificRecord>> serializers = new HashMap<>();
  private @Nullable KafkaProducer<byte[], byte[]> producer;

  /**
   * An outlet to an installation.
   *
   * @param clients Kafka's client configuration, including {@code bootstrap.servers}
   * @param name tells the intakes of an installation apart; the same after a restart
   * @param time the time of the records, which counts only on the topics of a simulation:
   *     elsewhere, the broker stamps what it receives
   */
  public KafkaOutlet(
      Map<String, Object> clients,
      TopologyOptions.Serdes serdes,
      String prefix,
      String name,
      InstantSource time) {
    this.clients = clients;
    this.serdes = serdes;
    this.prefix = prefix;
    this.name = name;
    this.time = time;
  }

  @Override
  public void send(List<ReceivedFile> files, List<SpecificRecord> facts) {
    send(files, facts, List.of());
  }

  @Override
  public void send(
      List<ReceivedFile> files, List<SpecificRecord> facts, List<AccessEntry> entries) {
    KafkaProducer<byte[], byte[]> open = opened();
    try {
      open.beginTransaction();
      for (SpecificRecord fact : facts) {
        put(open, Topics.ofFact(fact), Keys.ofFact(fact), fact);
      }
      for (ReceivedFile file : files) {
        put(open, Topics.FILES, key(file), file);
      }
      for (AccessEntry entry : entries) {
        put(open, Topics.ACCESS_LOG, Keys.of(entry.getTenant()), entry);
      }
      open.commitTransaction();
    } catch (RuntimeException e) {
      drop();
      throw e;
    }
  }

  private void put(
      KafkaProducer<byte[], byte[]> open, Topic<?> topic, String key, SpecificRecord value) {
    String full = prefix + topic.name();
    byte[] bytes = serializer(topic).serialize(full, value);
    // A record that is not accepted makes the commit fail.
    var unused =
        open.send(new ProducerRecord<>(full, null, time.millis(), key.getBytes(UTF_8), bytes));
  }

  @SuppressWarnings("unchecked") // Each topic's serializer receives only that topic's records.
  private Serializer<SpecificRecord> serializer(Topic<?> topic) {
    return serializers.computeIfAbsent(
        topic,
        any -> (Serializer<SpecificRecord>) (Serializer<?>) serdes.of(topic.type()).serializer());
  }

  private static String key(ReceivedFile file) {
    return Keys.of(file.getTenant(), file.getSha256(), file.getPart());
  }

  @Override
  public @Nullable ReceivedFile last(ReceivedFile file) {
    // Ends a transaction of which nobody knows how it ended, so that it can be seen.
    KafkaProducer<byte[], byte[]> unused = opened();
    byte[] wanted = key(file).getBytes(UTF_8);
    ReadableValues<ReceivedFile> values =
        new ReadableValues<>(serdes.of(ReceivedFile.class).deserializer());
    ReceivedFile[] last = {null};
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            CommittedReading.config(clients),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      CommittedReading.begin(consumer, List.of(prefix + Topics.FILES.name()));
      CommittedReading.readToEnd(
          consumer,
          record -> {
            if (Arrays.equals(record.key(), wanted)) {
              last[0] = values.await(record);
            }
          });
    }
    return last[0];
  }

  private KafkaProducer<byte[], byte[]> opened() {
    KafkaProducer<byte[], byte[]> open = producer;
    if (open == null) {
      Map<String, Object> config = new HashMap<>(clients);
      config.put(ProducerConfig.ACKS_CONFIG, "all");
      config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
      config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, prefix + "visit-balance-intake-" + name);
      config.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, TRANSACTION_TIMEOUT_MS);
      config.putIfAbsent(
          ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Integer.toString(Topic.MOST_BYTES));
      config.putIfAbsent(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
      config.putIfAbsent(ProducerConfig.MAX_BLOCK_MS_CONFIG, PATIENCE_MS);
      if (Collections.disjoint(config.keySet(), DEPENDENT)) {
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, PATIENCE_MS);
        config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_MS);
      }
      open = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
      producer = open;
      try {
        open.initTransactions();
      } catch (RuntimeException e) {
        drop();
        throw e;
      }
    }
    return open;
  }

  private void drop() {
    KafkaProducer<byte[], byte[]> failed = producer;
    producer = null;
    if (failed != null) {
      failed.close(Duration.ZERO);
    }
  }

  @Override
  public void close() {
    KafkaProducer<byte[], byte[]> open = producer;
    producer = null;
    if (open != null) {
      open.close(PARTING);
    }
  }
}
