package org.visitbalance.alerts;

import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.visitbalance.topology.Topics;

/**
 * Tells a receiver of webhooks: instances share the partitions as the route's own consumer group,
 * and whoever gets one reads it from its beginning, for what is open, and what was said (ADR 18).
 */
final class WebhookWorker extends DiscrepancyWorker {
  private final WebhookDelivery delivery;

  WebhookWorker(
      Cluster cluster,
      AlertRoute route,
      Watchdog watch,
      InstantSource time,
      WebhookDelivery.Outlet outlet,
      StatusListener listener) {
    super(route.name(), cluster, route, watch, time, listener);
    this.delivery = new WebhookDelivery(route, outlet, receiver);
  }

  /** The route's consumer group. */
  static String group(String prefix, String route) {
    return prefix + "visit-balance-alerts-" + route;
  }

  @Override
  void work() {
    Map<String, Object> config = kafka.reading();
    // After a crash the others, or the next start, wait for so long.
    config.putIfAbsent(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, "10000");
    config.put(ConsumerConfig.GROUP_ID_CONFIG, group(kafka.prefix(), route.name()));
    config.put(
        ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
        CooperativeStickyAssignor.class.getName());
    try (DeliveryLog deliveryLog = new DeliveryLog(kafka, route.name());
        KafkaConsumer<byte[], byte[]> opened = open(config)) {
      new Reading(opened, deliveryLog).run();
    }
    while (!isClosed()) {
      // It is disabled: out of the group, and only another start lets it in again.
      waitFor(TimeUnit.HOURS.toMillis(1));
    }
  }

  /** One life of the consumer. */
  private final class Reading implements ConsumerRebalanceListener {
    private final KafkaConsumer<byte[], byte[]> opened;
    private final DeliveryLog deliveryLog;
    private final RouteBook book = new RouteBook(route.filter());
    private final Subjects subjects = new Subjects();
    private final TopicPartition watchers =
        new TopicPartition(kafka.name(Topics.PERIOD_DISCREPANCIES), 0);

    /** What lies before was dealt with, or is older than the route. */
    private final Map<TopicPartition, Long> committed = new HashMap<>();

    /** Up to where partitions have to be read before it is known how matters stand. */
    private final Map<TopicPartition, Long> unread = new HashMap<>();

    private final Set<TopicPartition> uncommitted = new HashSet<>();

    Reading(KafkaConsumer<byte[], byte[]> opened, DeliveryLog deliveryLog) {
      this.opened = opened;
      this.deliveryLog = deliveryLog;
    }

    void run() {
      opened.subscribe(topics(), this);
      while (!isClosed() && !delivery.isDisabled()) {
        for (ConsumerRecord<byte[], byte[]> record : opened.poll(POLL)) {
          take(record);
        }
        unread.entrySet().removeIf(end -> opened.position(end.getKey()) >= end.getValue());
        if (opened.assignment().isEmpty() || !unread.isEmpty()) {
          continue;
        }
        cluster.good();
        takeTheWatch();
        delivery.deliver(book, deliveryLog, time);
        commit();
      }
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
      TopicPartition partition = new TopicPartition(record.topic(), record.partition());
      AlertSubject subject = subjects.of(record);
      if (subject != null) {
        boolean isNew = record.offset() >= committed.getOrDefault(partition, 0L);
        book.take(partition, record.offset(), subject, isNew);
      }
    }

    /** One instance speaks for the watch: the one that has a certain partition. */
    private void takeTheWatch() {
      List<AlertSubject> found = watch.found();
      if (!opened.assignment().contains(watchers)) {
        book.forgetTheWatch();
      } else if (found != null) {
        book.take(found, time.instant());
      }
    }

    private void commit() {
      Map<TopicPartition, OffsetAndMetadata> moved = new HashMap<>();
      for (TopicPartition partition : opened.assignment()) {
        long place = book.place(partition, opened.position(partition));
        if (uncommitted.contains(partition) || place != committed.getOrDefault(partition, 0L)) {
          moved.put(partition, new OffsetAndMetadata(place));
        }
      }
      try {
        if (!moved.isEmpty()) {
          opened.commitSync(moved);
          moved.forEach((partition, place) -> committed.put(partition, place.offset()));
          uncommitted.clear();
        }
      } catch (RebalanceInProgressException | CommitFailedException e) {
        return; // Partitions change hands; the next poll says which, and nothing is lost.
      }
      for (String id : book.finished()) {
        deliveryLog.write(id, null);
        book.forget(id);
      }
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      if (partitions.isEmpty()) {
        return;
      }
      book.remember(deliveryLog.read());
      Set<TopicPartition> mine = Set.copyOf(partitions);
      Map<TopicPartition, OffsetAndMetadata> places = opened.committed(mine);
      Map<TopicPartition, Long> ends = opened.endOffsets(mine);
      for (TopicPartition partition : mine) {
        OffsetAndMetadata kept = places.get(partition);
        long end = ends.getOrDefault(partition, 0L);
        // What a new route finds is history: of that, only what is open is told.
        committed.put(partition, kept == null ? end : kept.offset());
        unread.put(partition, end);
        if (kept == null) {
          uncommitted.add(partition);
        }
      }
      opened.seekToBeginning(mine);
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      for (TopicPartition partition : partitions) {
        book.forget(partition);
        committed.remove(partition);
        unread.remove(partition);
        uncommitted.remove(partition);
      }
    }
  }
}
