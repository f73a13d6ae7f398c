package org.visitbalance.query.model;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.visitbalance.platform.CommittedReading;
import org.visitbalance.platform.Deadline;
import org.visitbalance.platform.TopicEnds;
import org.visitbalance.platform.serde.NotYetDecodableException;
import org.visitbalance.topology.Topic;
import org.visitbalance.topology.Topics;
import org.visitbalance.topology.TopologyOptions;

/**
 * Writes the committed records of the topics to the tables, together with its position, in one
 * transaction: if it is killed, it continues where the tables end. Failed writes are retried until
 * they succeed.
 *
 * <p>An embedded database belongs to one instance, which reads all partitions. Instances that share
 * a database share the partitions too, as a consumer group; {@link Offsets} prevents two of them
 * from writing the same records.
 */
public final class Projector implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(200);

  /** Where nothing has come for a while; what comes ends the wait, as it ends a shorter one. */
  private static final Duration POLL_AT_REST = Duration.ofMillis(500);

  private static final Duration REST_AFTER = Duration.ofSeconds(10);
  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final long BREATH_MS = 1_000;

  /** Longer than reading takes to begin again, and to fail again. */
  private static final Duration QUIET = Duration.ofSeconds(30);

  /** Two times as many are decoded at once, of a kilobyte or two each: a tenth of the heap. */
  private static final int RECORDS_AT_ONCE =
      (int) Math.min(40_000, Runtime.getRuntime().maxMemory() / 25_000);

  private static final Duration MORE = Duration.ofMillis(20);

  private final Database database;
  private final TopologyOptions.Serdes serdes;
  private final String prefix;
  private final Map<String, Object> clients;
  private final List<String> topics;
  private final Thread thread = new Thread(this::run, "read-model");
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile @Nullable KafkaConsumer<byte[], byte[]> consumer;
  private volatile @Nullable Failure failure;
  private volatile long behind = 1;
  private volatile boolean isAsked;
  private final PassedOver passedOver = new PassedOver();

  /** How far each partition of this reader was handed to be written. Of its thread only. */
  private final Map<TopicPartition, Long> handed = new HashMap<>();

  private final WaitingPartitions waiting = new WaitingPartitions();
  private Deadline nextLook = Deadline.in(Duration.ZERO);
  private Deadline quiet = Deadline.in(Duration.ZERO);
  private Deadline rest = Deadline.in(REST_AFTER);
  private final Upkeep upkeep;

  /**
   * Creates a projector that has not started.
   *
   * @param clients the Kafka client configuration, including {@code bootstrap.servers}; with a
   *     {@code group.instance.id}, a reader that was killed takes its place in the group again
   */
  public Projector(
      Database database, Map<String, ?> clients, TopologyOptions.Serdes serdes, String prefix) {
    this(database, clients, serdes, prefix, () -> 0, () -> true);
  }

  /**
   * Creates a projector beside a topology.
   *
   * @param unread the facts that the topology has not read yet
   * @param isPresent whether the tables have reached the present once
   */
  public Projector(
      Database database,
      Map<String, ?> clients,
      TopologyOptions.Serdes serdes,
      String prefix,
      LongSupplier unread,
      BooleanSupplier isPresent) {
    this.database = database;
    this.upkeep = new Upkeep(database, unread, isPresent);
    this.serdes = serdes;
    this.prefix = prefix;
    this.topics = topics(prefix);
    this.clients = CommittedReading.config(clients);
    this.clients.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    this.clients.put(ConsumerConfig.GROUP_ID_CONFIG, prefix + "visit-balance-read-model");
    Object instance = clients.get(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG);
    if (instance != null) {
      this.clients.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, instance);
    }
    this.clients.putIfAbsent(
        ConsumerConfig.MAX_POLL_RECORDS_CONFIG, String.valueOf(RECORDS_AT_ONCE));
    thread.setDaemon(true);
  }

  /** The full names of the topics that it reads. */
  static List<String> topics(String prefix) {
    return Intake.TOPICS.stream().map(Topic::name).map(prefix::concat).toList();
  }

  /** Starts reading, in its own thread. */
  public void start() {
    thread.start();
  }

  /** Returns why it cannot go on at the moment; null if it can. */
  public @Nullable Failure failure() {
    return failure;
  }

  /** Returns what may be said of that to anybody. */
  public @Nullable String problem() {
    Failure now = failure;
    return now == null ? null : now.said();
  }

  /**
   * Returns the number of records on the topics that are not in the tables; 1 before the first
   * look.
   */
  public long behind() {
    return behind;
  }

  /** Asks for a look that begins from now on; see {@link #isFilled}. */
  public void askForLook() {
    isAsked = true;
  }

  /** Returns whether the tables had everything that was on the topics after the last question. */
  public boolean isFilled() {
    return !isAsked && behind == 0;
  }

  private void look(TopicEnds ends) throws SQLException {
    boolean wasAsked = isAsked;
    Map<TopicPartition, Long> stored = Offsets.read(database.jdbi());
    long left = upkeep.look(stored, ends.now());
    // Without their indexes, the tables are not ready.
    behind = upkeep.isWhole() ? left : Math.max(1, left);
    if (wasAsked) {
      isAsked = false;
    }
  }

  private void run() {
    while (closed.getCount() > 0) {
      try (KafkaConsumer<byte[], byte[]> opened =
          new KafkaConsumer<>(clients, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
        consumer = opened;
        try {
          read(opened);
        } finally {
          // Others take over its partitions at once, even if it has a lasting name in the group.
          opened.close(
              CloseOptions.groupMembershipOperation(
                  CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
        }
      } catch (WakeupException e) {
        // It is to end.
      } catch (Throwable e) {
        Failure now = Failure.of(e);
        failed(now);
        if (now.side() == Failure.Side.FILE) {
          database.reopen();
        }
        quiet = Deadline.in(QUIET);
        pause();
      }
    }
  }

  private void failed(Failure now) {
    if (!now.equals(failure)) {
      LoggerFactory.getLogger(Projector.class)
          .atWarn()
          .addKeyValue("problem", now.said())
          .log("the tables cannot go on; it tries again");
    }
    failure = now;
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
    int partitions = CommittedReading.partitions(opened, prefix + Topics.VISITS.name()).size();
    handed.clear();
    waiting.clear();
    TopicEnds ends = new TopicEnds(opened, topics);
    upkeep.begin(ends.now());
    try (Writing writing =
        new Writing(database, new Intake(serdes, prefix, partitions), passedOver)) {
      if (database.isShared()) {
        opened.subscribe(topics, new Taking(opened, writing));
      } else {
        List<TopicPartition> all = CommittedReading.partitions(opened, topics);
        opened.assign(all);
        goOn(opened, writing, all);
      }
      Intake intake = new Intake(serdes, prefix, partitions);
      while (closed.getCount() > 0) {
        waiting.resume(opened);
        Writing.Piece piece = next(opened, intake);
        if (!isWritten(opened, writing)) {
          continue;
        }
        if (piece.ends().isEmpty()) {
          failure = isOver(opened) ? null : failure;
        } else {
          handed.putAll(piece.ends());
          writing.begin(piece);
        }
        if ((piece.ends().isEmpty() && behind > 0) || isAsked || nextLook.isOver()) {
          if (isWritten(opened, writing)) {
            look(ends);
          }
          nextLook = Deadline.in(LOOK);
        }
      }
    }
  }

  /** A reader that has just begun again has nothing to write yet, and that says nothing. */
  private boolean isOver(KafkaConsumer<byte[], byte[]> opened) {
    Set<TopicPartition> read = new HashSet<>(opened.assignment());
    read.removeAll(opened.paused());
    return quiet.isOver()
        || (!read.isEmpty()
            && read.stream().allMatch(partition -> opened.currentLag(partition).orElse(1) == 0));
  }

  /** Reads on; what was read before is being written meanwhile. */
  private Writing.Piece next(KafkaConsumer<byte[], byte[]> opened, Intake intake) {
    Batch batch = new Batch();
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    take(opened.poll(rest.isOver() ? POLL_AT_REST : POLL), records, intake, batch);
    if (!records.isEmpty()) {
      rest = Deadline.in(REST_AFTER);
    }
    while (isWorthMore(records)) {
      int before = records.size();
      take(opened.poll(MORE), records, intake, batch);
      if (records.size() == before) {
        break;
      }
    }
    waiting.pause(opened);
    return new Writing.Piece(batch, records, moved(opened));
  }

  /**
   * Waits until what was handed over is written.
   *
   * @return false if it is not, and reading goes on where the tables are: other tables have
   *     replaced these, or another instance has written; nothing is lost
   */
  private boolean isWritten(KafkaConsumer<byte[], byte[]> opened, Writing writing)
      throws SQLException {
    boolean hasBegun = writing.hasBegun();
    try {
      upkeep.written(writing.finish());
      if (hasBegun) {
        failure = null;
      }
      return true;
    } catch (Offsets.Overtaken e) {
      goOn(opened, writing, opened.assignment());
      return false;
    }
  }

  private void take(
      Iterable<ConsumerRecord<byte[], byte[]>> polled,
      List<ConsumerRecord<byte[], byte[]>> records,
      Intake intake,
      Batch batch) {
    for (ConsumerRecord<byte[], byte[]> record : polled) {
      if (isTaken(record, intake, batch)) {
        records.add(record);
      }
    }
  }

  /**
   * While there is much to read, more than one poll is written at once: of a key that changed
   * several times, only the last word is written. Instances that share the work may lose a
   * partition in a poll, so they write what they have before the next one.
   */
  private boolean isWorthMore(List<ConsumerRecord<byte[], byte[]>> records) {
    return !database.isShared()
        && behind > RECORDS_AT_ONCE
        && !records.isEmpty()
        && records.size() < RECORDS_AT_ONCE
        && closed.getCount() > 0;
  }

  /**
   * Takes a record; returns false if it cannot be read, now or ever. One that can never be read is
   * counted and reported; the rest is not affected.
   */
  private boolean isTaken(ConsumerRecord<byte[], byte[]> record, Intake intake, Batch batch) {
    if (waiting.holds(record)) {
      return false;
    }
    try {
      intake.take(record, batch);
      return true;
    } catch (NotYetDecodableException e) {
      if (e.isLikely() || e.isUnasked()) {
        waiting.from(record);
      } else {
        passedOver.add(PassedOver.place(record) + " (an unknown schema)");
      }
    } catch (Intake.Unreadable e) {
      passedOver.add(String.valueOf(e.getMessage()));
    }
    return false;
  }

  /** Goes on where the tables are. */
  private void goOn(
      KafkaConsumer<byte[], byte[]> opened,
      Writing writing,
      Collection<TopicPartition> partitions) {
    Map<TopicPartition, Long> stored = Offsets.read(database.jdbi());
    Map<TopicPartition, Long> ends = opened.endOffsets(partitions);
    for (TopicPartition partition : partitions) {
      long from = stored.getOrDefault(partition, 0L);
      requireReached(partition, from, ends.getOrDefault(partition, from));
      handed.put(partition, from);
      writing.from(partition, from);
      opened.seek(partition, from);
    }
  }

  /** Kafka would begin such a topic from its start, and rows of the old one would stay. */
  private static void requireReached(TopicPartition partition, long stored, long end) {
    if (end < stored) {
      throw new Offsets.Ahead(partition, stored, end);
    }
  }

  /** The partitions that were read on, to where. */
  private Map<TopicPartition, Long> moved(KafkaConsumer<byte[], byte[]> opened) {
    Map<TopicPartition, Long> moved = new HashMap<>();
    for (TopicPartition partition : opened.assignment()) {
      long position = opened.position(partition);
      long before = handed.getOrDefault(partition, 0L);
      requireReached(partition, before, position);
      if (position != before) {
        moved.put(partition, position);
      }
    }
    return moved;
  }

  /** Returns how many records could not be written since the start. */
  public long passedOver() {
    return passedOver.count();
  }

  /** Returns where the last record is that could not be written; null if none. */
  public @Nullable String lastPassedOver() {
    return passedOver.last();
  }

  /** Takes over partitions of a group, each from where the tables are. */
  private final class Taking implements ConsumerRebalanceListener {
    private final KafkaConsumer<byte[], byte[]> opened;
    private final Writing writing;

    Taking(KafkaConsumer<byte[], byte[]> opened, Writing writing) {
      this.opened = opened;
      this.writing = writing;
    }

    /** Whoever takes them over goes on where the tables are, so what was read is written first. */
    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      finish();
      partitions.forEach(handed::remove);
      waiting.clear();
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      finish();
      goOn(opened, writing, partitions);
    }

    private void finish() {
      try {
        boolean unused = isWritten(opened, writing);
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** Stops reading; a transaction that has begun is completed or rolled back. */
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
