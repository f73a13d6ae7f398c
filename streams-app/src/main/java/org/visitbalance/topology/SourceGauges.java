package org.visitbalance.topology;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.metrics.Sensor;
import org.apache.kafka.common.metrics.stats.Value;
import org.apache.kafka.streams.StreamsMetrics;
import org.visitbalance.state.SourceCounts;

/** Publishes counts as metrics of the group {@code visit-balance}, by source and task. */
final class SourceGauges {
  private final StreamsMetrics metrics;
  private final String task;
  private final Map<String, Sensor> sensors = new HashMap<>();

  SourceGauges(StreamsMetrics metrics, String task) {
    this.metrics = metrics;
    this.task = task;
  }

  /** Publishes the counts of a source's records so far. */
  void show(Topic<?> source, SourceCounts now) {
    show(source, "facts-read", now.getValid() + now.getDeadLettered());
    show(source, "facts-valid", now.getValid());
    show(source, "facts-dead-lettered", now.getDeadLettered());
    show(source, "facts-standing", now.getStanding());
    show(source, "facts-superseded", now.getValid() - now.getStanding());
  }

  /** Publishes any other number about a topic. */
  void show(Topic<?> source, String name, long value) {
    sensors
        .computeIfAbsent(source.name() + "-" + name, id -> sensor(id, source, name))
        .record((double) value);
  }

  /** Withdraws the numbers of a task that is closed: another instance shows them now. */
  void close() {
    sensors.values().forEach(metrics::removeSensor);
    sensors.clear();
  }

  private Sensor sensor(String id, Topic<?> source, String name) {
    Sensor sensor = metrics.addSensor(task + "-" + id, Sensor.RecordingLevel.INFO);
    sensor.add(
        new MetricName(
            name,
            "visit-balance",
            "read = valid + dead-lettered, valid = standing + superseded",
            Map.of("source", source.name(), "task-id", task)),
        new Value());
    return sensor;
  }
}
