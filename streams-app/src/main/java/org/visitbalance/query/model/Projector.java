package org.visitbalance.query.model;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.visitbalance.platform.CommittedReading;
import org.visitbalance.platform.serde.NotYetDecodableException;
import org.visitbalance.topology.Topic;
import org.visitbalance.topology.TopologyOptions;

/**
 * Writes what is committed on the topics into the tables, and how far it has come in the same
 * transaction: killed at any moment, it goes on where the tables are. What goes wrong is tried
 * again until it goes well.
 *
 * <p>An embedded database belongs to one instance, which reads all partitions. Instances that share
 * one share the partitions too, as a consumer group; {@link Offsets} makes sure that no two of them
 * ever write the same.
 */
public final class Projector implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final long BREATH_MS = 1_000;
  private static final String RECORDS_AT_ONCE = "4000";

  private final Database database;
  private final TopologyOptions.Serdes serdes;
  private final String prefix;
  private final Map<String, Object> clients;
  private final List<String> topics;
  private final Thread thread = new Thread(this::run, "read-model");
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile @Nullable KafkaConsumer<byte[], byte[]> consumer;
  private volatile @Nullable String problem;
  private volatile long behind = 1;
  private final AtomicLong passed = new AtomicLong();
  private volatile @Nullable String lastPassed;

  /** Where each partition of this reader stands in the tables. Of its thread only. */
  private final Map<TopicPartition, Long> applied = new HashMap<>();

  private final WaitingPartitions waiting = new WaitingPartitions();

  /**
   * A reader that has not begun.
   *
   * @param clients Kafka's client configuration, {@code bootstrap.servers} among it
   */
  public Projector(
      Database database, Map<String, ?> clients, TopologyOptions.Serdes serdes, String prefix) {
    this.database = database;
    this.serdes = serdes;
    this.prefix = prefix;
    this.topics = topics(prefix);
    this.clients = CommittedReading.config(clients);
    this.clients.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    this.clients.put(ConsumerConfig.GROUP_ID_CONFIG, prefix + "visit-balance-read-model");
    this.clients.putIfAbsent(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, RECORDS_AT_ONCE);
    thread.setDaemon(true);
  }

  /** The full names of the topics that it reads. */
  static List<String> topics(String prefix) {
    return Intake.TOPICS.stream().map(Topic::name).map(prefix::concat).toList();
  }

  /** Begins to read, in a thread of its own. */
  public void start() {
    thread.start();
  }

  /** What keeps it from going on just now, or null; it shows no value of any record. */
  public @Nullable String problem() {
    return problem;
  }

  /** Records that the tables lack of those on the topics; known from the first look on, else 1. */
  public long behind() {
    return behind;
  }

  private void lookBehind(KafkaConsumer<byte[], byte[]> opened) {
    Map<TopicPartition, Long> stored = Offsets.read(database.jdbi());
    behind =
        opened.endOffsets(partitions(opened, topics)).entrySet().stream()
            .mapToLong(end -> Math.max(0, end.getValue() - stored.getOrDefault(end.getKey(), 0L)))
            .sum();
  }

  /** What a database says of a problem may hold the values of a row; its code does not. */
  private static String said(Exception e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql) {
        return "the database refused, with SQL state " + sql.getSQLState();
      }
    }
    return e.getClass().getSimpleName() + ": " + e.getMessage();
  }

  private void run() {
    while (closed.getCount() > 0) {
      try (KafkaConsumer<byte[], byte[]> opened =
          new KafkaConsumer<>(clients, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
        consumer = opened;
        read(opened);
      } catch (WakeupException e) {
        // It is to end.
      } catch (RuntimeException | SQLException e) {
        problem = said(e);
        pause();
      }
    }
  }

  private void pause() {
    try {
      boolean unused = closed.await(BREATH_MS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      closed.countDown();
    }
  }

  private void read(KafkaConsumer<byte[], byte[]> opened) throws SQLException {
    Intake intake = new Intake(serdes, prefix);
    applied.clear();
    waiting.clear();
    if (database.isShared()) {
      opened.subscribe(topics, new Taking(opened));
    } else {
      List<TopicPartition> all = partitions(opened, topics);
      opened.assign(all);
      goOn(opened, all);
    }
    while (closed.getCount() > 0) {
      Batch batch = new Batch();
      waiting.resume(opened);
      ConsumerRecords<byte[], byte[]> records = opened.poll(POLL);
      for (ConsumerRecord<byte[], byte[]> record : records) {
        take(record, intake, batch);
      }
      waiting.pause(opened);
      Map<TopicPartition, Long> moved = moved(opened);
      try {
        apply(batch, moved);
      } catch (JdbiException | SQLException e) {
        if (!isRefused(e)) {
          throw e;
        }
        applyEach(records, intake);
        apply(new Batch(), moved(opened));
      }
      problem = null;
      if (moved.isEmpty()) {
        lookBehind(opened);
      }
    }
  }

  /** What cannot be read must not keep the rest from the tables: it is counted, and said. */
  private void take(ConsumerRecord<byte[], byte[]> record, Intake intake, Batch batch) {
    if (waiting.holds(record)) {
      return;
    }
    try {
      intake.take(record, batch);
    } catch (NotYetDecodableException e) {
      if (e.isLikely()) {
        waiting.from(record);
      } else {
        passOver(record.topic() + ": a record of an unknown schema");
      }
    } catch (Intake.Unreadable e) {
      passOver(String.valueOf(e.getMessage()));
    }
  }

  /**
   * Applies one record after the other, and leaves out what the database refuses: one company's
   * record must not keep the others' from the tables.
   */
  private void applyEach(ConsumerRecords<byte[], byte[]> records, Intake intake)
      throws SQLException {
    for (ConsumerRecord<byte[], byte[]> record : records) {
      TopicPartition partition = new TopicPartition(record.topic(), record.partition());
      if (waiting.holds(record)) {
        continue;
      }
      Batch one = new Batch();
      take(record, intake, one);
      Map<TopicPartition, Long> after = Map.of(partition, record.offset() + 1);
      try {
        apply(one, after);
      } catch (JdbiException | SQLException e) {
        if (!isRefused(e)) {
          throw e;
        }
        passOver(
            partition + " at offset " + record.offset() + " (" + said(e) + ")");
        apply(new Batch(), after);
      }
    }
  }

  /** Whether the database says no to what is to be written; else it may say yes the next time. */
  private static boolean isRefused(Exception e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql && sql.getSQLState() != null) {
        String state = sql.getSQLState();
        // Data exceptions, constraints, and limits such as the size of an index entry.
        return state.startsWith("22") || state.startsWith("23") || state.startsWith("54");
      }
    }
    return false;
  }

  private void passOver(String what) {
    passed.incrementAndGet();
    lastPassed = what;
  }

  /** Records that the tables do not reflect because they cannot be read, since the start. */
  public long passed() {
    return passed.get();
  }

  /** The last record that was passed over, and why; null: none was. */
  public @Nullable String lastPassed() {
    return lastPassed;
  }

  static List<TopicPartition> partitions(
      KafkaConsumer<byte[], byte[]> consumer, List<String> topics) {
    List<TopicPartition> all = new ArrayList<>();
    for (String topic : topics) {
      all.addAll(CommittedReading.partitions(consumer, topic));
    }
    return all;
  }

  /** Goes on where the tables are. */
  private void goOn(KafkaConsumer<byte[], byte[]> opened, Collection<TopicPartition> partitions) {
    Map<TopicPartition, Long> stored = Offsets.read(database.jdbi());
    for (TopicPartition partition : partitions) {
      long from = stored.getOrDefault(partition, 0L);
      applied.put(partition, from);
      opened.seek(partition, from);
    }
  }

  /** The partitions that were read on, to where. */
  private Map<TopicPartition, Long> moved(KafkaConsumer<byte[], byte[]> opened) {
    Map<TopicPartition, Long> moved = new java.util.TreeMap<>(ORDER);
    for (TopicPartition partition : opened.assignment()) {
      long position = opened.position(partition);
      if (position != applied.getOrDefault(partition, 0L)) {
        moved.put(partition, position);
      }
    }
    return moved;
  }

  private static final java.util.Comparator<TopicPartition> ORDER =
      java.util.Comparator.comparing(TopicPartition::topic)
          .thenComparing(TopicPartition::partition);

  private void apply(Batch batch, Map<TopicPartition, Long> moved) throws SQLException {
    if (moved.isEmpty()) {
      return;
    }
    database
        .jdbi()
        .useTransaction(
            handle -> {
              Connection connection = handle.getConnection();
              for (Map.Entry<TopicPartition, Long> one : moved.entrySet()) {
                long from = applied.getOrDefault(one.getKey(), 0L);
                Offsets.move(connection, one.getKey(), from, one.getValue());
              }
              batch.write(connection);
            });
    applied.putAll(moved);
  }

  /** Takes over partitions of a group, each from where the tables are. */
  private final class Taking implements ConsumerRebalanceListener {
    private final KafkaConsumer<byte[], byte[]> opened;

    Taking(KafkaConsumer<byte[], byte[]> opened) {
      this.opened = opened;
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      // All that was polled is applied before the next poll, in which this is called.
      partitions.forEach(applied::remove);
      waiting.clear();
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      goOn(opened, partitions);
    }
  }

  /** Ends it; what was begun is finished or undone. */
  @Override
  public void close() {
    closed.countDown();
    KafkaConsumer<byte[], byte[]> reading = consumer;
    if (reading != null) {
      reading.wakeup();
    }
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
