package org.visitbalance.alerts;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.visitbalance.topology.ClockReading;
import org.visitbalance.topology.Keys;
import org.visitbalance.topology.Topics;
import org.visitbalance.topology.WrongClock;

/**
 * Reads the clock as the ledgers do: a clock whose ticks are all refused has stopped, however often
 * it ticks. For one thread.
 */
final class ClockWatch implements AutoCloseable {
  private final RecentRecords records;
  private final ClockReading ticks;
  private final Map<TopicPartition, Instant> accepted = new HashMap<>();
  private @Nullable Instant begin;

  ClockWatch(Cluster cluster) {
    this.records = new RecentRecords(cluster, List.of(Topics.CLOCK));
    this.ticks = new ClockReading(cluster.serdes());
  }

  /** Reads what has arrived. */
  void read(Instant now) {
    if (begin == null) {
      begin = now.minus(RecentRecords.HOUR);
    }
    records.read(now, this::take);
  }

  private void take(ConsumerRecord<byte[], byte[]> record) {
    if (ticks.take(record) != null) {
      accepted.put(
          new TopicPartition(record.topic(), record.partition()),
          Instant.ofEpochMilli(record.timestamp()));
    }
  }

  /**
   * When the last accepted tick arrived, on the partition where that is the longest ago; null if a
   * partition never had a record.
   *
   * @param newest when the last record of each partition arrived, accepted or not; negative: never
   */
  @Nullable Instant ticked(Map<TopicPartition, Long> newest) {
    Instant least = null;
    for (Map.Entry<TopicPartition, Long> one : newest.entrySet()) {
      if (one.getValue() < 0) {
        return null;
      }
      Instant last =
          accepted.getOrDefault(one.getKey(), earlier(Instant.ofEpochMilli(one.getValue()), begin));
      least = earlier(last, least);
    }
    return least;
  }

  private static Instant earlier(Instant one, @Nullable Instant other) {
    return other == null || one.isBefore(other) ? one : other;
  }

  /** The hosts whose clocks are wrong. */
  List<AlertSubject> wrongClocks() {
    return ticks.wrongClocks().stream().map(ClockWatch::subject).toList();
  }

  private static AlertSubject subject(WrongClock clock) {
    return AlertSubject.ofTheWatch(
        Keys.of(AlertSubject.WRONG_CLOCK, clock.host()),
        AlertSubject.WRONG_CLOCK,
        clock.first(),
        "The clock of host "
            + clock.host()
            + " is "
            + clock.inWords()
            + (clock.isBehind() ? " behind" : " ahead"),
        clock.isBehind()
            ? "Correct the time on that host (NTP), or stop its instance. Until then, no charge"
                + " becomes missing and nothing overdue where no other host sends ticks."
            : "Correct the time on that host (NTP). Its ticks are refused until then, so it cannot"
                + " move the service's time.");
  }

  @Override
  public void close() {
    records.close();
  }
}
