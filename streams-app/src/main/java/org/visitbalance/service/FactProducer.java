package org.visitbalance.service;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;
import org.visitbalance.fact.Tick;
import org.visitbalance.output.AccessEntry;
import org.visitbalance.output.Annotation;
import org.visitbalance.output.Close;
import org.visitbalance.settings.MappingDocument;
import org.visitbalance.settings.Settings;
import org.visitbalance.topology.Keys;
import org.visitbalance.topology.Topic;
import org.visitbalance.topology.Topics;
import org.visitbalance.topology.TopologyOptions;

/**
 * Sends facts, settings and ticks to their topics, each with its key. Records are acknowledged by
 * all replicas, and retries never duplicate them. Thread-safe.
 */
public final class FactProducer implements AutoCloseable {
  private static final Duration PARTING = Duration.ofSeconds(5);

  private final String prefix;
  private final Map<String, ?> clients;
  private final @Nullable InstantSource time;
  private final KafkaProducer<byte[], byte[]> producer;
  private final Map<Topic<?>, Serializer<SpecificRecord>> serializers = new HashMap<>();
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

  /**
   * Creates a producer for the topics of an installation.
   *
   * @param clients Kafka's client configuration, including {@code bootstrap.servers}
   */
  public FactProducer(Map<String, ?> clients, TopologyOptions.Serdes serdes, String prefix) {
    this(clients, serdes, prefix, null);
  }

  /**
   * Creates a producer that stamps its records with a simulation's time.
   *
   * @param time the time for values that are sent without one; null for that of Kafka's client. It
   *     counts only on the topics of a simulation: elsewhere, the broker stamps what it receives
   */
  public FactProducer(
      Map<String, ?> clients,
      TopologyOptions.Serdes serdes,
      String prefix,
      @Nullable InstantSource time) {
    Map<String, Object> config = new HashMap<>(clients);
    config.put(ProducerConfig.ACKS_CONFIG, "all");
    config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    // With several requests in flight, a partition of a newly created topic has been seen to wait
    // forever, each request being rejected and sent again.
    config.putIfAbsent(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, "1");
    config.putIfAbsent(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Integer.toString(Topic.MOST_BYTES));
    config.putIfAbsent(ProducerConfig.LINGER_MS_CONFIG, "20");
    config.putIfAbsent(ProducerConfig.BATCH_SIZE_CONFIG, "131072");
    config.putIfAbsent(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    this.prefix = prefix;
    this.time = time;
    this.clients = clients;
    try {
      this.producer =
          new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    } catch (KafkaException e) {
      throw ClusterProblems.of(clients, "answer", e);
    }
    for (Topic<?> topic : Topics.ALL) {
      serializers.put(topic, serializer(serdes, topic));
    }
  }

  @SuppressWarnings("unchecked") // Each topic's serializer receives only that topic's records.
  private static Serializer<SpecificRecord> serializer(
      TopologyOptions.Serdes serdes, Topic<?> topic) {
    return (Serializer<SpecificRecord>) (Serializer<?>) serdes.of(topic.type()).serializer();
  }

  /** Sends a fact; it is on its topic after {@link #flush}. */
  public void fact(SpecificRecord fact) {
    send(record(fact));
  }

  /** Sends a fact of a simulation, in which it becomes known at some moment. */
  public void fact(SpecificRecord fact, Instant knownAt) {
    send(record(Topics.ofFact(fact), Keys.ofFact(fact), fact, stamp(knownAt)));
  }

  /** Sends a tenant's settings. */
  public void settings(Settings document) {
    send(record(document));
  }

  /** Sends a simulation's clock tick to each partition of the clock. */
  public void tick(Instant at, int partitions) {
    records(new Tick(at, null), IntStream.range(0, partitions).boxed().toList())
        .forEach(this::send);
  }

  /** Returns a tick for each of some partitions of the clock. */
  List<ProducerRecord<byte[], byte[]>> records(Tick tick, Collection<Integer> partitions) {
    byte[] value = serialize(Topics.CLOCK, tick);
    return partitions.stream()
        .map(
            partition ->
                new ProducerRecord<byte[], byte[]>(
                    prefix + Topics.CLOCK.name(), partition, stamp(tick.getAt()), null, value))
        .toList();
  }

  /** Starts a group of records that is awaited by itself, regardless of what others send. */
  public SendBatch batch() {
    return new SendBatch(this);
  }

  /** Returns the record of a value, with its key. */
  ProducerRecord<byte[], byte[]> record(SpecificRecord value) {
    if (value instanceof Settings document) {
      return record(Topics.SETTINGS, Keys.of(document.getTenant()), document);
    } else if (value instanceof MappingDocument document) {
      return record(Topics.MAPPINGS, Keys.of(document.getTenant()), document);
    } else if (value instanceof Close close) {
      return record(Topics.CLOSES, Keys.ofPeriod(close.getBalance()), close);
    } else if (value instanceof Annotation note) {
      String key = Keys.of(note.getTenant(), note.getLocation(), note.getFrom());
      return record(Topics.ANNOTATIONS, key, note);
    } else if (value instanceof AccessEntry entry) {
      return record(Topics.ACCESS_LOG, Keys.of(entry.getTenant()), entry);
    }
    return record(Topics.ofFact(value), Keys.ofFact(value), value);
  }

  private ProducerRecord<byte[], byte[]> record(Topic<?> topic, String key, SpecificRecord value) {
    return record(topic, key, value, time == null ? null : stamp(time.instant()));
  }

  private ProducerRecord<byte[], byte[]> record(
      Topic<?> topic, String key, SpecificRecord value, @Nullable Long stamp) {
    return new ProducerRecord<>(
        prefix + topic.name(), null, stamp, key.getBytes(UTF_8), serialize(topic, value));
  }

  /** Rounds up to Kafka's milliseconds, and to 1970: no fact is known before its known time. */
  static long stamp(Instant at) {
    long millis = at.toEpochMilli();
    return Math.max(0, at.isAfter(Instant.ofEpochMilli(millis)) ? millis + 1 : millis);
  }

  Future<RecordMetadata> sendAlone(ProducerRecord<byte[], byte[]> record) {
    return producer.send(record);
  }

  KafkaException problem(Throwable cause) {
    return ClusterProblems.of(clients, "acknowledge a record", cause);
  }

  private byte[] serialize(Topic<?> topic, SpecificRecord value) {
    return Objects.requireNonNull(serializers.get(topic)).serialize(prefix + topic.name(), value);
  }

  private void send(ProducerRecord<byte[], byte[]> record) {
    Future<RecordMetadata> unused =
        producer.send(
            record,
            (metadata, problem) -> {
              if (problem != null) {
                failure.compareAndSet(null, problem);
              }
            });
  }

  /**
   * Checks that everything has gone well so far.
   *
   * @throws KafkaException if a record is known to have failed
   */
  public void check() {
    Exception problem = failure.get();
    if (problem != null) {
      throw problem(problem);
    }
  }

  /**
   * Waits until everything sent is acknowledged.
   *
   * @throws KafkaException if a record was not
   */
  public void flush() {
    producer.flush();
    Exception problem = failure.getAndSet(null);
    if (problem != null) {
      throw problem(problem);
    }
  }

  /**
   * Closes the producer. It waits for records on their way, unless an earlier one has failed, and
   * not forever: an instance that is told to stop must stop even if its cluster is gone. Call flush
   * first to be certain.
   */
  @Override
  public void close() {
    producer.close(failure.get() == null ? PARTING : Duration.ZERO);
  }
}
