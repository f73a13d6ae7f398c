package org.visitbalance.query.model;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;
import org.visitbalance.fact.Tick;
import org.visitbalance.platform.CommittedReading;
import org.visitbalance.topology.Topic;
import org.visitbalance.topology.Topics;
import org.visitbalance.topology.TopologyOptions;

/**
 * Looks how far the topology and the tables have come, whichever instances do the work. A tick is
 * reflected when the ledgers have committed it, then the books have taken what the ledgers had sent
 * them until then, then the tables have all that was on the topics after that.
 */
public final class Watch implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(50);
  private static final long BREATH_MS = 200;
  private static final long PATIENCE_MS = 5_000;
  private static final int TICKS = 1_000;

  private final Database database;
  private final Admin admin;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Deserializer<Tick> ticks;
  private final String application;
  private final String prefix;
  private final InstantSource time;
  private final Thread thread = new Thread(this::run, "read-model-watch");
  private final CountDownLatch closed = new CountDownLatch(1);

  private final Map<TopicPartition, TreeMap<Long, Instant>> clock = new HashMap<>();
  private Map<TopicPartition, Long> committed = Map.of();
  private @Nullable Pending pending;
  private volatile Freshness freshness;

  /** A tick on its way into the tables. */
  private record Pending(
      @Nullable Instant asOf,
      Map<TopicPartition, Long> posted,
      @Nullable Map<TopicPartition, Long> said) {}

  /**
   * A look-out that has not begun.
   *
   * @param application id of the topology
   * @param time what the time is, for saying how long nothing has moved
   */
  public Watch(
      Database database,
      Map<String, ?> clients,
      TopologyOptions.Serdes serdes,
      String prefix,
      String application,
      InstantSource time) {
    this.database = database;
    this.prefix = prefix;
    this.application = application;
    this.time = time;
    this.ticks = serdes.of(Tick.class).deserializer();
    this.freshness = new Freshness(null, 0, 0, time.instant(), null);
    this.admin = Admin.create(new HashMap<>(clients));
    this.consumer =
        new KafkaConsumer<>(
            CommittedReading.config(clients),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    thread.setDaemon(true);
  }

  /** Begins to look, in a thread of its own. */
  public void start() {
    thread.start();
  }

  /** What was last seen. */
  public Freshness freshness() {
    return freshness;
  }

  private void run() {
    try (consumer;
        admin) {
      while (!waited(BREATH_MS)) {
        try {
          look();
        } catch (RuntimeException e) {
          // Whatever it is: seen again at the next look; meanwhile what was seen last grows old,
          // and says so.
        }
      }
    }
  }

  private boolean waited(long millis) {
    try {
      return closed.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  private void look() {
    if (consumer.assignment().isEmpty()) {
      begin();
    }
    Instant tickedAt = readTicks();
    Map<TopicPartition, Long> now = committed();
    boolean moved = !now.equals(committed);
    committed = now;
    Map<TopicPartition, Long> stored = Offsets.read(database.jdbi());
    Map<TopicPartition, Long> ends = ends(Projector.topics(prefix));
    Instant asOf = asOf(stored, ends);
    freshness =
        new Freshness(
            asOf == null ? freshness.asOf() : asOf,
            behind(stored, ends),
            behind(committed, ends(facts())),
            moved ? time.instant() : freshness.movedAt(),
            tickedAt == null ? freshness.tickedAt() : tickedAt);
  }

  private void begin() {
    List<TopicPartition> partitions = Projector.partitions(consumer, List.of(clockName()));
    consumer.assign(partitions);
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    partitions.forEach(
        one -> consumer.seek(one, Math.max(0, Objects.requireNonNull(ends.get(one)) - TICKS / 2)));
  }

  private @Nullable Instant readTicks() {
    Instant last = null;
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
      TopicPartition partition = new TopicPartition(record.topic(), record.partition());
      Tick tick = tick(record);
      if (tick == null) {
        continue;
      }
      TreeMap<Long, Instant> seen = clock.computeIfAbsent(partition, any -> new TreeMap<>());
      seen.put(record.offset(), tick.getAt());
      if (seen.size() > TICKS) {
        seen.pollFirstEntry();
      }
      last = Instant.ofEpochMilli(record.timestamp());
    }
    return last;
  }

  /** What is no tick is passed over; the ledger makes a dead letter of it. */
  private @Nullable Tick tick(ConsumerRecord<byte[], byte[]> record) {
    try {
      return record.value() == null ? null : ticks.deserialize(record.topic(), record.value());
    } catch (SerializationException e) {
      return null;
    }
  }

  private Map<TopicPartition, Long> committed() {
    try {
      Map<TopicPartition, Long> offsets = new HashMap<>();
      admin
          .listConsumerGroupOffsets(application)
          .partitionsToOffsetAndMetadata()
          .get(PATIENCE_MS, TimeUnit.MILLISECONDS)
          .forEach(
              (partition, offset) -> {
                if (offset != null) {
                  offsets.put(partition, offset.offset());
                }
              });
      return offsets;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return committed;
    } catch (ExecutionException | TimeoutException e) {
      throw new KafkaException("the cluster did not say how far the topology is", e);
    }
  }

  /** The next tick that is reflected, or null while none has become so. */
  private @Nullable Instant asOf(Map<TopicPartition, Long> stored, Map<TopicPartition, Long> ends) {
    Pending going = pending;
    if (going == null) {
      going = new Pending(ticked(), ends(postings()), null);
    }
    if (going.said == null && isTaken(going.posted)) {
      going = new Pending(going.asOf, going.posted, ends);
    }
    if (going.said != null && behind(stored, going.said) == 0) {
      pending = null;
      return going.asOf;
    }
    pending = going;
    return null;
  }

  /** The tick that all ledgers have committed; null while one of them has committed none. */
  private @Nullable Instant ticked() {
    Instant least = null;
    for (TopicPartition partition : consumer.assignment()) {
      Map.Entry<Long, Instant> tick =
          clock
              .getOrDefault(partition, new TreeMap<>())
              .lowerEntry(committed.getOrDefault(partition, 0L));
      if (tick == null) {
        return null;
      }
      least = least == null || tick.getValue().isBefore(least) ? tick.getValue() : least;
    }
    return least;
  }

  /**
   * Whether the books have taken all postings. What ends a topic between ledgers and books is the
   * mark of a transaction, which the topology commits only together with the next record.
   */
  private boolean isTaken(Map<TopicPartition, Long> posted) {
    return posted.entrySet().stream()
        .allMatch(end -> committed.getOrDefault(end.getKey(), 0L) >= end.getValue() - 1);
  }

  private Collection<TopicPartition> postings() {
    return committed.keySet().stream()
        .filter(partition -> partition.topic().startsWith(application + "-"))
        .toList();
  }

  private List<String> facts() {
    return Topics.PATIENT_FACTS.stream().map(Topic::name).map(prefix::concat).toList();
  }

  private String clockName() {
    return prefix + Topics.CLOCK.name();
  }

  private Map<TopicPartition, Long> ends(List<String> topics) {
    return ends(Projector.partitions(consumer, topics));
  }

  private Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions) {
    return partitions.isEmpty() ? Map.of() : consumer.endOffsets(partitions);
  }

  private static long behind(Map<TopicPartition, Long> there, Map<TopicPartition, Long> ends) {
    return ends.entrySet().stream()
        .mapToLong(end -> Math.max(0, end.getValue() - there.getOrDefault(end.getKey(), 0L)))
        .sum();
  }

  @Override
  public void close() {
    closed.countDown();
    // Each question waits a minute for an answer of a cluster that may be gone.
    consumer.wakeup();
    admin.close(Duration.ZERO);
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
