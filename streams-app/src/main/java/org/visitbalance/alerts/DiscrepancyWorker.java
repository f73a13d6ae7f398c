package org.visitbalance.alerts;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.visitbalance.output.Discrepancy;
import org.visitbalance.output.Insight;
import org.visitbalance.output.ReceivedFile;
import org.visitbalance.platform.serde.ReadableValues;
import org.visitbalance.topology.Topics;

/**
 * A worker that reads discrepancies, insights, files, and what the watch has found, for one route.
 */
abstract class DiscrepancyWorker extends RouteWorker {
  final Cluster kafka;
  final AlertRoute route;
  final Watchdog watch;
  final InstantSource time;
  private volatile @Nullable KafkaConsumer<byte[], byte[]> consumer;

  /**
   * A worker that was not started.
   *
   * @param name of the route, or of one of several receivers of it
   */
  DiscrepancyWorker(
      String name,
      Cluster cluster,
      AlertRoute route,
      Watchdog watch,
      InstantSource time,
      StatusListener listener) {
    super(name, listener);
    this.kafka = cluster;
    this.route = route;
    this.watch = watch;
    this.time = time;
  }

  /** The topics that it reads. */
  final List<String> topics() {
    return List.of(
        kafka.name(Topics.PERIOD_DISCREPANCIES),
        kafka.name(Topics.VISIT_DISCREPANCIES),
        kafka.name(Topics.FILES),
        kafka.name(Topics.INSIGHTS));
  }

  /** Reads the records of these topics. For one thread. */
  final class Subjects {
    private final ReadableValues<Discrepancy> discrepancies =
        new ReadableValues<>(kafka.serdes().of(Discrepancy.class).deserializer());
    private final ReadableValues<Insight> insights =
        new ReadableValues<>(kafka.serdes().of(Insight.class).deserializer());
    private final ReadableValues<ReceivedFile> files =
        new ReadableValues<>(kafka.serdes().of(ReceivedFile.class).deserializer());

    /** What a record says; null if it says nothing that is to be told. */
    @Nullable AlertSubject of(ConsumerRecord<byte[], byte[]> record) {
      Instant seenAt = Instant.ofEpochMilli(record.timestamp());
      if (record.topic().equals(kafka.name(Topics.FILES))) {
        ReceivedFile file = files.of(record);
        return file == null ? null : AlertSubject.of(file, seenAt);
      }
      if (record.topic().equals(kafka.name(Topics.INSIGHTS))) {
        Insight insight = insights.of(record);
        return insight == null ? null : AlertSubject.of(insight, seenAt);
      }
      Discrepancy found = discrepancies.of(record);
      return found == null ? null : AlertSubject.of(found, seenAt);
    }
  }

  /** Opens the consumer of this life; {@link #wake} lets its reading end. */
  final KafkaConsumer<byte[], byte[]> open(Map<String, Object> config) {
    KafkaConsumer<byte[], byte[]> opened =
        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    consumer = opened;
    return opened;
  }

  @Override
  final void wake() {
    KafkaConsumer<byte[], byte[]> reading = consumer;
    if (reading != null) {
      reading.wakeup();
    }
  }
}
