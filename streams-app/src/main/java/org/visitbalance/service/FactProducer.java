package org.visitbalance.service;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;
import org.visitbalance.core.Facts;
import org.visitbalance.fact.Charge;
import org.visitbalance.fact.Decision;
import org.visitbalance.fact.Feed;
import org.visitbalance.fact.Note;
import org.visitbalance.fact.Rejection;
import org.visitbalance.fact.Tick;
import org.visitbalance.fact.Transmission;
import org.visitbalance.fact.Visit;
import org.visitbalance.output.AccessEntry;
import org.visitbalance.output.Close;
import org.visitbalance.settings.Settings;
import org.visitbalance.topology.Keys;
import org.visitbalance.topology.Topic;
import org.visitbalance.topology.Topics;
import org.visitbalance.topology.TopologyOptions;

/**
 * Puts facts, settings and ticks onto their topics, each under its key: acknowledged by all
 * replicas, and never twice by a retry. May be used by several threads.
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
   * A producer for the topics of an installation.
   *
   * @param clients Kafka's client configuration, {@code bootstrap.servers} among it
   */
  public FactProducer(Map<String, ?> clients, TopologyOptions.Serdes serdes, String prefix) {
    this(clients, serdes, prefix, null);
  }

  /**
   * The same where time is not the wall clock's.
   *
   * @param time gives the timestamps of records that come without one; only the topics of a
   *     simulation keep them, all others have their broker's time
   */
  public FactProducer(
      Map<String, ?> clients,
      TopologyOptions.Serdes serdes,
      String prefix,
      @Nullable InstantSource time) {
    Map<String, Object> config = new HashMap<>(clients);
    config.put(ProducerConfig.ACKS_CONFIG, "all");
    config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    // A partition of a topic that was just made has been seen to wait for ever with several
    // requests
    // under way, each of them refused and sent again.
    config.putIfAbsent(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, "1");
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

  @SuppressWarnings("unchecked") // Each topic's serializer gets that topic's records only.
  private static Serializer<SpecificRecord> serializer(
      TopologyOptions.Serdes serdes, Topic<?> topic) {
    return (Serializer<SpecificRecord>) (Serializer<?>) serdes.of(topic.type()).serializer();
  }

  /** Sends a fact; it is on its topic after {@link #flush}. */
  public void fact(SpecificRecord fact) {
    send(record(fact));
  }

  /**
   * The same of a simulation, whose topics keep when a fact became known.
   *
   * @param knownAt rounded up to a millisecond, and to 1970 if earlier: Kafka stores no others
   */
  public void fact(SpecificRecord fact, Instant knownAt) {
    ProducerRecord<byte[], byte[]> record = record(fact);
    send(new ProducerRecord<>(record.topic(), null, millis(knownAt), record.key(), record.value()));
  }

  private static long millis(Instant moment) {
    long millis = moment.toEpochMilli();
    return Math.max(0, moment.isAfter(Instant.ofEpochMilli(millis)) ? millis + 1 : millis);
  }

  /** The topic of a fact. */
  public static Topic<?> topic(SpecificRecord fact) {
    if (fact instanceof Feed) {
      return Topics.FEEDS;
    } else if (fact instanceof Visit) {
      return Topics.VISITS;
    } else if (fact instanceof Charge) {
      return Topics.CHARGES;
    } else if (fact instanceof Rejection) {
      return Topics.REJECTIONS;
    } else if (fact instanceof Transmission) {
      return Topics.TRANSMISSIONS;
    } else if (fact instanceof Note) {
      return Topics.NOTES;
    } else if (fact instanceof Decision) {
      return Topics.DECISIONS;
    }
    throw new IllegalArgumentException("no fact: " + fact.getClass().getSimpleName());
  }

  /** Sends a tenant's settings. */
  public void settings(Settings document) {
    send(record(document));
  }

  /** Says what time it is, to each partition of the clock. */
  public void tick(Instant at, int partitions) {
    byte[] value = serialize(Topics.CLOCK, new Tick(at));
    for (int partition = 0; partition < partitions; partition++) {
      String topic = prefix + Topics.CLOCK.name();
      send(new ProducerRecord<>(topic, partition, millis(at), null, value));
    }
  }

  /** Begins a group of records that is waited for by itself, whatever others send meanwhile. */
  public Consignment consignment() {
    return new Consignment(this);
  }

  /** A fact, a settings document, or what somebody did, under its key. */
  ProducerRecord<byte[], byte[]> record(SpecificRecord value) {
    if (value instanceof Settings document) {
      return record(Topics.SETTINGS, Keys.of(document.getTenant()), document);
    } else if (value instanceof Feed feed) {
      return record(Topics.FEEDS, Keys.of(feed.getTenant(), feed.getSource()), feed);
    } else if (value instanceof Close close) {
      return record(Topics.CLOSES, Keys.ofPeriod(close.getBalance()), close);
    } else if (value instanceof AccessEntry entry) {
      return record(Topics.ACCESS_LOG, Keys.of(entry.getTenant()), entry);
    }
    String patient = String.valueOf(Facts.patientKey(value));
    return record(topic(value), Keys.of(Facts.tenant(value), patient), value);
  }

  private ProducerRecord<byte[], byte[]> record(Topic<?> topic, String key, SpecificRecord value) {
    return new ProducerRecord<>(
        prefix + topic.name(),
        null,
        time == null ? null : millis(time.instant()),
        key.getBytes(UTF_8),
        serialize(topic, value));
  }

  Future<RecordMetadata> sendAlone(ProducerRecord<byte[], byte[]> record) {
    return producer.send(record);
  }

  KafkaException problem(Throwable cause) {
    return ClusterProblems.of(clients, "acknowledge a record", cause);
  }

  private byte[] serialize(Topic<?> topic, SpecificRecord value) {
    return java.util.Objects.requireNonNull(serializers.get(topic))
        .serialize(prefix + topic.name(), value);
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
   * Looks whether all went well so far.
   *
   * @throws KafkaException if something is known not to be acknowledged
   */
  public void check() {
    Exception problem = failure.get();
    if (problem != null) {
      throw problem(problem);
    }
  }

  /**
   * Waits until all that was sent is acknowledged.
   *
   * @throws KafkaException if something was not
   */
  public void flush() {
    producer.flush();
    Exception problem = failure.getAndSet(null);
    if (problem != null) {
      throw problem(problem);
    }
  }

  /**
   * Ends it; what is on its way is waited for, unless something before it has failed, and not for
   * ever: an instance that is told to end must end though its cluster is gone. Whoever must know
   * flushes before.
   */
  @Override
  public void close() {
    producer.close(failure.get() == null ? PARTING : Duration.ZERO);
  }
}
