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
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.visitbalance.platform.CommittedReading;
import org.visitbalance.platform.Deadline;
import org.visitbalance.platform.PeriodicTask;
import org.visitbalance.platform.TopicEnds;
import org.visitbalance.topology.AppliedSettings;
import org.visitbalance.topology.ClockReading;
import org.visitbalance.topology.Topic;
import org.visitbalance.topology.Topics;
import org.visitbalance.topology.TopologyOptions;
import org.visitbalance.topology.WrongClock;

/**
 * Tracks how current the topology and the tables are, whichever instances do the work. A tick is
 * reflected when the ledgers have committed it, the books have processed what the ledgers had sent
 * them by then, and the tables have everything that was on the topics after that.
 */
public final class Watch implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(50);
  private static final Duration BREATH = Duration.ofMillis(200);
  private static final Duration SELDOM = Duration.ofSeconds(1);
  private static final Duration RARELY = Duration.ofSeconds(5);

  /** How often it looks when nothing but the time has moved for a while. */
  private static final Duration AT_REST = Duration.ofSeconds(1);

  private static final Duration A_WHILE = Duration.ofSeconds(10);
  private static final long PATIENCE_MS = 5_000;
  private static final int TICKS = 1_000;

  private final Database database;
  private final Admin admin;
  private final KafkaConsumer<byte[], byte[]> consumer;

  /**
   * Asks where topics end. It is assigned all of them and never polled: a consumer forgets at once
   * what it knows of topics that are not assigned to it, and asks the cluster about them each time.
   */
  private final KafkaConsumer<byte[], byte[]> asking;

  private final ClockReading ticks;
  private final String application;
  private final String prefix;
  private final InstantSource time;
  private final PeriodicTask task;

  private final Map<TopicPartition, TreeMap<Long, Instant>> clock = new HashMap<>();
  private Map<TopicPartition, Long> committed = Map.of();

  /** Whether the topology has committed something since the last look at everything. */
  private boolean hasMoved;

  /** How many facts there were at the last look at them. */
  private Map<TopicPartition, Long> sent = Map.of();

  private List<TopicPartition> between = List.of();
  private final TopicEnds outputs;
  private final TopicEnds facts;
  private final Applying applying;
  private Map<String, Progress> beingApplied = Map.of();
  private Removed removed = Removed.NOTHING;
  private Deadline nextLook = Deadline.in(Duration.ZERO);
  private Deadline nextLookAtFacts = Deadline.in(Duration.ZERO);
  private Deadline nextLookAtTables = Deadline.in(Duration.ZERO);
  private Deadline nextLookAtRest = Deadline.in(Duration.ZERO);
  private Deadline comesToRest = Deadline.in(A_WHILE);
  private CatchUp.@Nullable Place last;
  private final CatchUp catchUp = new CatchUp();
  private final Standstill standstill = new Standstill();
  private @Nullable Pending pending;

  /** Where the clock was when the watch began, and the first tick since then. */
  private Map<TopicPartition, Long> begunAt = Map.of();

  private @Nullable Instant firstTick;

  /** When the broker got the last tick. */
  private @Nullable Instant tickedAt;

  /** Whether the tables have reflected a tick that was sent after this instance started. */
  private volatile boolean isPresent;

  private volatile Freshness freshness;

  /** Why the last look failed; null if it did not. */
  private volatile @Nullable Failure failure;

  /** How Kafka Streams names the topics between two of its steps. */
  private static final String BETWEEN = "-repartition";

  /** A tick on its way into the tables. */
  private record Pending(
      @Nullable Instant asOf,
      Map<TopicPartition, Long> posted,
      @Nullable Map<TopicPartition, Long> said) {}

  /**
   * Creates a watch that has not started.
   *
   * @param application the application ID of the topology
   * @param applied how far this instance has applied the settings of companies
   * @param time the time source, to tell how long nothing has moved
   */
  public Watch(
      Database database,
      Map<String, ?> clients,
      TopologyOptions.Serdes serdes,
      String prefix,
      String application,
      Supplier<Map<AppliedSettings.Place, AppliedSettings>> applied,
      InstantSource time) {
    this.database = database;
    this.prefix = prefix;
    this.application = application;
    this.time = time;
    this.applying = new Applying(database.jdbi(), applied);
    this.ticks = new ClockReading(serdes);
    this.freshness =
        new Freshness(
            null,
            null,
            0,
            0,
            time.instant(),
            time.instant(),
            null,
            false,
            null,
            null,
            Map.of(),
            Removed.NOTHING);
    this.admin = Admin.create(new HashMap<>(clients));
    this.consumer = consumer(clients);
    this.asking = consumer(clients);
    this.outputs = new TopicEnds(asking, Projector.topics(prefix));
    this.facts =
        new TopicEnds(
            asking, Topics.PATIENT_FACTS.stream().map(Topic::name).map(prefix::concat).toList());
    this.task =
        new PeriodicTask(
            "read-model-watch",
            BREATH,
            this::look,
            () -> {
              consumer.close();
              asking.close();
            });
  }

  private static KafkaConsumer<byte[], byte[]> consumer(Map<String, ?> clients) {
    return new KafkaConsumer<>(
        CommittedReading.config(clients), new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /** Starts watching, in its own thread. */
  public void start() {
    task.start();
  }

  /** How its looks go. */
  public PeriodicTask task() {
    return task;
  }

  /** Returns why the last look failed; null if it did not. */
  public @Nullable Failure failure() {
    return failure;
  }

  /** Returns the result of the last look that did not fail. */
  public Freshness freshness() {
    return freshness;
  }

  /**
   * Returns whether the tables have reached the present once; indexes may be missing. When these
   * are made too, {@link Freshness#isCaughtUp} says so.
   */
  public boolean isPresent() {
    return isPresent;
  }

  /** The hosts whose clocks are wrong. */
  public List<WrongClock> wrongClocks() {
    return ticks.wrongClocks();
  }

  /** What to do if no wrong clock would be noticed; null if one would. */
  public @Nullable String unguardedClock() {
    return ticks.unguarded();
  }

  private void look() {
    // After a failure there is no rest: a look that was put off would pass for one that succeeded.
    if (failure == null && comesToRest.isOver() && !nextLookAtRest.isOver()) {
      return;
    }
    try {
      lookAtCluster();
      failure = null;
    } catch (RuntimeException | Error e) {
      failure = Failure.of(e);
      throw e;
    }
    nextLookAtRest = Deadline.in(AT_REST);
  }

  private void lookAtCluster() {
    if (consumer.assignment().isEmpty()) {
      begin();
    }
    Instant ticked = readTicks();
    tickedAt = ticked == null ? tickedAt : ticked;
    Map<TopicPartition, Long> now = committed();
    hasMoved |= !now.equals(committed);
    committed = now;
    if (failure != null || mayHaveAdvanced() || nextLook.isOver()) {
      lookAtAll();
      nextLook = Deadline.in(SELDOM);
      hasMoved = false;
    }
  }

  /** Whether the tables may reflect more than at the last look, as far as the ledgers can tell. */
  private boolean mayHaveAdvanced() {
    Pending going = pending;
    return freshness.lag() > 0
        || (going == null ? hasMoved : going.said != null || isTaken(going.posted));
  }

  private void lookAtAll() {
    Map<TopicPartition, Long> stored = Offsets.read(database.jdbi());
    Map<TopicPartition, Long> ends = outputs.now();
    Instant asOf = asOf(stored, ends);
    Instant reached = asOf == null ? freshness.asOf() : asOf;
    if (nextLookAtFacts.isOver()) {
      sent = facts.now();
      nextLookAtFacts = Deadline.in(SELDOM);
    }
    long lag = behind(stored, ends);
    long unread = behind(committed, sent);
    CatchUp.Place place =
        new CatchUp.Place(unread, lag, sum(sent) - unread, sum(ends) - lag, sum(ends));
    if (!isPresent || unread + lag > 0 || !place.equals(last)) {
      comesToRest = Deadline.in(A_WHILE);
    }
    last = place;
    Progress progress = catchUp.look(time.instant(), place);
    lookAtTables(reached, settingsRead(stored));
    isPresent |= isPresent(reached);
    freshness =
        new Freshness(
            null,
            reached,
            lag,
            unread,
            hasMoved ? time.instant() : freshness.movedAt(),
            Objects.equals(reached, freshness.asOf()) ? freshness.reachedAt() : time.instant(),
            tickedAt,
            freshness.isCaughtUp() || (isPresent && !FirstFill.isToMake(database)),
            standstill.look(time.instant(), CatchUp.ENDS, committed, sent, stored, ends),
            progress == null ? SchemaRebuild.running(database) : progress,
            beingApplied,
            removed);
  }

  /** What changes seldom is read seldom: an idle installation should cost next to nothing. */
  private void lookAtTables(@Nullable Instant reached, long settingsRead) {
    if (nextLookAtTables.isOver() || applying.hasNews(settingsRead)) {
      beingApplied = applying.look(time.instant(), reached, settingsRead);
      removed = Removed.read(database.jdbi());
      nextLookAtTables = Deadline.in(beingApplied.isEmpty() ? RARELY : SELDOM);
    }
  }

  private long settingsRead(Map<TopicPartition, Long> stored) {
    String topic = prefix + Topics.SETTINGS.name();
    return stored.entrySet().stream()
        .filter(one -> one.getKey().topic().equals(topic))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  /** What was reached before it started may be old. */
  private boolean isPresent(@Nullable Instant asOf) {
    return asOf != null && firstTick != null && !asOf.isBefore(firstTick);
  }

  private void begin() {
    List<TopicPartition> partitions = CommittedReading.partitions(consumer, List.of(clockName()));
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    begunAt = ends;
    asking.assign(
        Stream.concat(outputs.partitions().stream(), facts.partitions().stream()).toList());
    consumer.assign(partitions);
    partitions.forEach(
        one -> consumer.seek(one, Math.max(0, Objects.requireNonNull(ends.get(one)) - TICKS / 2)));
  }

  /** Reads what has come; returns when the broker got the last tick that counts. */
  private @Nullable Instant readTicks() {
    Instant last = null;
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
      Instant tick = ticks.take(record);
      if (tick != null) {
        TreeMap<Long, Instant> seen =
            clock.computeIfAbsent(
                new TopicPartition(record.topic(), record.partition()), any -> new TreeMap<>());
        TopicPartition partition = new TopicPartition(record.topic(), record.partition());
        if (firstTick == null && record.offset() >= begunAt.getOrDefault(partition, 0L)) {
          firstTick = tick;
        }
        // As the ledgers have it: time does not go back.
        Instant before = seen.isEmpty() ? tick : seen.lastEntry().getValue();
        seen.put(record.offset(), tick.isAfter(before) ? tick : before);
        if (seen.size() > TICKS) {
          seen.pollFirstEntry();
        }
        last = Instant.ofEpochMilli(record.timestamp());
      }
    }
    return last;
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
      Throwable why = e.getCause() == null ? e : e.getCause();
      throw new KafkaException(
          "the cluster did not say how far the topology is ("
              + why.getClass().getSimpleName()
              + ")",
          e);
    }
  }

  /** The next tick that is reflected, or null while none has become so. */
  private @Nullable Instant asOf(Map<TopicPartition, Long> stored, Map<TopicPartition, Long> ends) {
    Pending going = pending;
    if (going == null) {
      Instant ticked = ticked();
      going = new Pending(ticked, ticked == null ? Map.of() : ends(postings()), null);
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

  /**
   * All partitions between ledgers and books, also those of which no book has committed anything
   * yet: what is on its way to them counts from the first tick. They exist before the first ledger
   * runs, and never change.
   */
  private Collection<TopicPartition> postings() {
    if (between.isEmpty()) {
      between =
          CommittedReading.partitions(
              asking,
              asking.listTopics().keySet().stream()
                  .filter(topic -> topic.startsWith(application + "-"))
                  .filter(topic -> topic.endsWith(BETWEEN))
                  .toList());
      asking.assign(Stream.concat(asking.assignment().stream(), between.stream()).toList());
    }
    return between;
  }

  private String clockName() {
    return prefix + Topics.CLOCK.name();
  }

  private Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions) {
    return partitions.isEmpty() ? Map.of() : asking.endOffsets(partitions);
  }

  private static long sum(Map<TopicPartition, Long> offsets) {
    return offsets.values().stream().mapToLong(Long::longValue).sum();
  }

  private static long behind(Map<TopicPartition, Long> there, Map<TopicPartition, Long> ends) {
    return ends.entrySet().stream()
        .mapToLong(end -> Math.max(0, end.getValue() - there.getOrDefault(end.getKey(), 0L)))
        .sum();
  }

  @Override
  public void close() {
    task.stop();
    // Each question waits a minute for an answer of a cluster that may be gone.
    consumer.wakeup();
    asking.wakeup();
    admin.close(Duration.ZERO);
    task.close();
  }
}
