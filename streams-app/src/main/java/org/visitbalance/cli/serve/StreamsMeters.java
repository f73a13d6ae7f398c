package org.visitbalance.cli.serve;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.stream.Stream;
import org.apache.kafka.common.Metric;
import org.visitbalance.service.BalancingService;
import org.visitbalance.topology.Topic;
import org.visitbalance.topology.Topics;

/**
 * Publishes the metrics of Kafka Streams for an instance, combined over its threads, tasks and
 * stores: the number of series does not grow with the number of partitions.
 */
final class StreamsMeters {
  private static final List<String> COUNTS =
      List.of(
          "facts-read", "facts-valid", "facts-dead-lettered", "facts-standing", "facts-superseded");

  private static final List<Topic<?>> HELD =
      Stream.concat(
              Topics.PATIENT_FACTS.stream(),
              Stream.of(Topics.FEEDS, Topics.SETTINGS, Topics.CLOSES))
          .<Topic<?>>map(topic -> topic)
          .toList();

  private StreamsMeters() {}

  /** One of Kafka's metrics, and how its values of several threads or tasks are combined. */
  private record Chosen(String group, String name, DoubleBinaryOperator together, String doc) {}

  private static final List<Chosen> CHOSEN =
      List.of(
          new Chosen(
              "stream-metrics",
              "alive-stream-threads",
              Double::sum,
              "Stream threads that are running."),
          new Chosen(
              "stream-metrics",
              "failed-stream-threads",
              Double::sum,
              "Stream threads that have failed."),
          new Chosen(
              "stream-thread-metrics",
              "process-rate",
              Double::sum,
              "Records processed per second."),
          new Chosen("stream-thread-metrics", "commit-rate", Double::sum, "Commits per second."),
          new Chosen(
              "stream-thread-metrics",
              "commit-latency-max",
              Math::max,
              "Longest commit, in milliseconds."),
          new Chosen(
              "stream-thread-metrics",
              "process-latency-max",
              Math::max,
              "Longest processing call, in milliseconds."),
          new Chosen(
              "stream-thread-metrics",
              "blocked-time-ns-total",
              Double::sum,
              "Time blocked on Kafka, in nanoseconds."),
          new Chosen(
              "stream-task-metrics",
              "dropped-records-total",
              Double::sum,
              "Records that Kafka Streams dropped; must be 0."),
          new Chosen(
              "stream-task-metrics",
              "active-process-ratio",
              Double::sum,
              "Share of time spent processing."),
          new Chosen(
              "consumer-fetch-manager-metrics",
              "records-lag-max",
              Math::max,
              "Largest lag of a partition, in records."));

  static void bind(BalancingService service, MeterRegistry meters) {
    for (Chosen one : CHOSEN) {
      Gauge.builder("visit_balance_streams_" + snake(one.name), () -> value(service, one))
          .description(one.doc)
          .register(meters);
    }
    Gauge.builder("visit_balance_running", () -> service.trouble() == null ? 1 : 0)
        .description("1 while the topology of this instance is running, otherwise 0.")
        .register(meters);
    Gauge.builder("visit_balance_records_passed_over", service::passedOver)
        .description("Records that this instance could not send since it was started.")
        .register(meters);
    Gauge.builder(
            "visit_balance_ticks_refused", () -> service.counts().of("ticks-refused", Topics.CLOCK))
        .description("Ticks of the partitions of this instance that were too far ahead.")
        .register(meters);
    for (Topic<?> source : HELD) {
      Gauge.builder("visit_balance_records_held", () -> service.counts().of("records-held", source))
          .description("Records that wait because their schema is not available.")
          .tags(Tags.of("source", source.name()))
          .register(meters);
    }
    for (Topic<?> source : Topics.PATIENT_FACTS) {
      for (String name : COUNTS) {
        Gauge.builder("visit_balance_" + snake(name), () -> service.counts().of(name, source))
            .description(
                "Records of this instance's partitions: read = valid + dead-lettered, valid ="
                    + " standing + superseded.")
            .tags(Tags.of("source", source.name()))
            .register(meters);
      }
    }
  }

  private static double value(BalancingService service, Chosen one) {
    double value = 0;
    for (var entry : service.metrics().entrySet()) {
      if (entry.getKey().group().equals(one.group) && entry.getKey().name().equals(one.name)) {
        double number = number(entry.getValue());
        value = Double.isFinite(number) ? one.together.applyAsDouble(value, number) : value;
      }
    }
    return value;
  }

  private static double number(Metric metric) {
    return metric.metricValue() instanceof Number number ? number.doubleValue() : Double.NaN;
  }

  private static String snake(String name) {
    return name.replace('-', '_');
  }
}
