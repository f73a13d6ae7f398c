package org.visitbalance.alerts;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.visitbalance.text.PlainTime;
import org.visitbalance.topology.Keys;
import org.visitbalance.topology.Topic;
import org.visitbalance.topology.Topics;

/**
 * Looks whether discrepancies would be found at all: nothing is open where nobody checks. It asks
 * the cluster, and so finds the same in every instance, whatever process is in trouble.
 */
final class Watchdog extends RouteWorker {
  private static final Duration LONGEST_BREATH = Duration.ofSeconds(10);
  private static final long PATIENCE_MS = 10_000;

  private final Cluster kafka;
  private final WatchdogLimits limits;
  private final String application;
  private final InstantSource time;
  private final Instant began;
  private final DeadLetterRate letters;
  private volatile @Nullable List<AlertSubject> found;
  private Instant answeredAt;
  private Instant movedAt;
  private Map<TopicPartition, Long> committed = Map.of();

  /**
   * A watch that has not begun.
   *
   * @param application the consumer group of the topology
   */
  Watchdog(
      Cluster cluster,
      WatchdogLimits limits,
      String application,
      InstantSource time,
      StatusListener listener) {
    super("watch", listener);
    this.kafka = cluster;
    this.limits = limits;
    this.application = application;
    this.time = time;
    this.began = time.instant();
    this.answeredAt = began;
    this.movedAt = began;
    this.letters = new DeadLetterRate(cluster, limits.deadLettersAnHour());
  }

  /** What is wrong; null before the first look. */
  @Nullable List<AlertSubject> found() {
    return found;
  }

  @Override
  void wake() {}

  @Override
  void work() {
    long breath = Math.max(200, limits.stoppedAfter().toMillis() / 10);
    try (Admin admin = Admin.create(new HashMap<>(kafka.clients()));
        DeadLetterRate.Reading reading = letters.open();
        ClockWatch clock = new ClockWatch(kafka)) {
      while (!isClosed()) {
        found = look(admin, reading, clock);
        answeredAt = time.instant();
        cluster.good();
        waitFor(Math.min(breath, LONGEST_BREATH.toMillis()));
      }
    } catch (KafkaException e) {
      Instant since = answeredAt.plus(limits.stoppedAfter());
      if (!time.instant().isBefore(since)) {
        found =
            List.of(
                stopped(
                    "cluster",
                    since,
                    "Kafka does not respond: visits may not be balanced, and new discrepancies are not reported",
                    "Check the Kafka brokers and the network between them and the alerts process."));
      }
      throw e;
    }
  }

  private List<AlertSubject> look(Admin admin, DeadLetterRate.Reading reading, ClockWatch clock) {
    List<AlertSubject> all = new ArrayList<>();
    Instant now = time.instant();
    Map<TopicPartition, Long> newest = newest(admin, Topics.CLOCK);
    clock.read(now);
    Instant ticked = clock.ticked(newest);
    Instant late = (ticked == null ? began : ticked).plus(limits.stoppedAfter());
    if (!now.isBefore(late)) {
      all.add(
          stopped(
              "clock",
              late,
              "The clock has stopped: no visits are balanced and no alerts are sent",
              "Make sure that an instance of serve is running without --no-clock."));
    }
    Instant stuck = balanceStandsStillSince(admin, now);
    if (stuck != null && all.isEmpty()) {
      all.add(
          stopped(
              "balance",
              stuck,
              "Balancing has stopped: new records are waiting and nothing is committed",
              "Check /health/ready and the logs of the serve instances, then restart one."));
    }
    for (Topic<?> topic : Topics.PATIENT_FACTS) {
      Duration patience = limits.silentAfter().get(topic.name());
      if (patience != null) {
        Instant last = lastOf(newest(admin, topic));
        Instant silent = (last == null ? began : last).plus(patience);
        if (!now.isBefore(silent)) {
          all.add(silent(topic.name(), silent, last));
        }
      }
    }
    all.addAll(clock.wrongClocks());
    all.addAll(reading.tooMany(now));
    return List.copyOf(all);
  }

  private static AlertSubject stopped(String what, Instant since, String sentence, String action) {
    String id = Keys.of(AlertSubject.CHECKING_STOPPED, what);
    return AlertSubject.ofTheWatch(id, AlertSubject.CHECKING_STOPPED, since, sentence, action);
  }

  private static AlertSubject silent(String topic, Instant since, @Nullable Instant last) {
    return AlertSubject.ofTheWatch(
        Keys.of(AlertSubject.SOURCE_SILENT, topic),
        AlertSubject.SOURCE_SILENT,
        since,
        "No new records on " + topic + (last == null ? " yet" : " since " + PlainTime.utc(last)),
        "Check the interface or the export that sends these records.");
  }

  /** When the newest record of each partition came, in milliseconds; -1 where there is none. */
  private Map<TopicPartition, Long> newest(Admin admin, Topic<?> topic) {
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    partitions(admin, List.of(topic)).forEach(one -> asked.put(one, OffsetSpec.maxTimestamp()));
    Map<TopicPartition, Long> stamps = new HashMap<>();
    answer(admin.listOffsets(asked).all())
        .forEach((partition, newest) -> stamps.put(partition, newest.timestamp()));
    return stamps;
  }

  private static @Nullable Instant lastOf(Map<TopicPartition, Long> newest) {
    long stamp = newest.values().stream().max(Long::compare).orElse(-1L);
    return stamp < 0 ? null : Instant.ofEpochMilli(stamp);
  }

  private @Nullable Instant balanceStandsStillSince(Admin admin, Instant now) {
    Map<TopicPartition, Long> offsets = new TreeMap<>(ORDER);
    answer(admin.listConsumerGroupOffsets(application).partitionsToOffsetAndMetadata())
        .forEach((partition, place) -> put(offsets, partition, place));
    List<Topic<?>> read = new ArrayList<>(Topics.PATIENT_FACTS);
    read.add(Topics.CLOCK);
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    partitions(admin, read).forEach(one -> asked.put(one, OffsetSpec.latest()));
    boolean isBehind =
        answer(admin.listOffsets(asked).all()).entrySet().stream()
            .anyMatch(end -> end.getValue().offset() > offsets.getOrDefault(end.getKey(), 0L));
    if (!isBehind || !offsets.equals(committed)) {
      committed = offsets;
      movedAt = now;
    }
    Instant since = movedAt.plus(limits.stoppedAfter());
    return now.isBefore(since) ? null : since;
  }

  private static final Comparator<TopicPartition> ORDER =
      Comparator.comparing(TopicPartition::topic).thenComparing(TopicPartition::partition);

  private static void put(
      Map<TopicPartition, Long> offsets,
      TopicPartition partition,
      @Nullable OffsetAndMetadata place) {
    if (place != null) {
      offsets.put(partition, place.offset());
    }
  }

  private List<TopicPartition> partitions(Admin admin, List<? extends Topic<?>> topics) {
    List<String> names = topics.stream().map(kafka::name).toList();
    return answer(admin.describeTopics(names).allTopicNames()).values().stream()
        .flatMap(Watchdog::partitions)
        .collect(Collectors.toList());
  }

  private static Stream<TopicPartition> partitions(TopicDescription topic) {
    return topic.partitions().stream()
        .map(info -> new TopicPartition(topic.name(), info.partition()));
  }

  private static <T> T answer(KafkaFuture<T> future) {
    try {
      return future.get(PATIENCE_MS, TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new KafkaException("the cluster did not answer: " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted", e);
    }
  }
}
