package org.visitbalance.topology;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.metrics.Sensor;
import org.apache.kafka.common.metrics.stats.Value;
import org.apache.kafka.streams.StreamsMetrics;
import org.apache.kafka.streams.state.KeyValueStore;
import org.visitbalance.state.SourceCounts;

/**
 * What became of the records of each source, stored with the state so that it is true after every
 * crash, and shown as metrics of the group {@code visit-balance}.
 */
final class Counts {
  private static final String KEY = "counts|";
  private static final SourceCounts NONE = new SourceCounts(0L, 0L, 0L);

  private final KeyValueStore<String, byte[]> store;
  private final StreamsMetrics metrics;
  private final String task;
  private final Codec<SourceCounts> codec = new Codec<>(SourceCounts.class);
  private final Map<String, SourceCounts> counts = new HashMap<>();
  private final Map<String, Sensor> sensors = new HashMap<>();

  Counts(KeyValueStore<String, byte[]> store, StreamsMetrics metrics, String task) {
    this.store = store;
    this.metrics = metrics;
    this.task = task;
    for (Topic<?> topic : Topics.PATIENT_FACTS) {
      SourceCounts stored = codec.decodeIfThere(store.get(KEY + topic.name()));
      show(topic, stored == null ? NONE : stored);
    }
  }

  void valid(Topic<?> topic, boolean isNew) {
    SourceCounts old = counts.getOrDefault(topic.name(), NONE);
    put(
        topic,
        new SourceCounts(
            old.getValid() + 1, old.getDeadLettered(), old.getStanding() + (isNew ? 1 : 0)));
  }

  void deadLettered(Topic<?> topic) {
    SourceCounts old = counts.getOrDefault(topic.name(), NONE);
    put(topic, new SourceCounts(old.getValid(), old.getDeadLettered() + 1, old.getStanding()));
  }

  private void put(Topic<?> topic, SourceCounts now) {
    store.put(KEY + topic.name(), codec.encode(now));
    show(topic, now);
  }

  private void show(Topic<?> topic, SourceCounts now) {
    counts.put(topic.name(), now);
    show(topic, "facts-read", now.getValid() + now.getDeadLettered());
    show(topic, "facts-valid", now.getValid());
    show(topic, "facts-dead-lettered", now.getDeadLettered());
    show(topic, "facts-standing", now.getStanding());
    show(topic, "facts-superseded", now.getValid() - now.getStanding());
  }

  private void show(Topic<?> topic, String name, long value) {
    sensors
        .computeIfAbsent(topic.name() + name, id -> sensor(id, topic, name))
        .record((double) value);
  }

  private Sensor sensor(String id, Topic<?> topic, String name) {
    Sensor sensor = metrics.addSensor(task + "-" + id, Sensor.RecordingLevel.INFO);
    sensor.add(
        new MetricName(
            name,
            "visit-balance",
            "Records of a source: read = valid + dead-lettered, valid = standing + superseded",
            Map.of("source", topic.name(), "task-id", task)),
        new Value());
    return sensor;
  }
}
