package org.visitbalance.alerts;

import java.time.InstantSource;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** A lane that reads discrepancies, and what the watch has found, for one route. */
abstract class DiscrepancyWorker extends RouteWorker {
  final Cluster kafka;
  final AlertRoute route;
  final Watchdog watch;
  final InstantSource time;
  private volatile @Nullable KafkaConsumer<byte[], byte[]> consumer;

  /**
   * A lane that was not started.
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
