package org.visitbalance.service;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Passes on the records of a task's topics in the order of their times, so that a clock tick comes
 * after the facts that were appended before it. A record waits as long as another topic's partition
 * of the same number has records on the broker that may be earlier (docs/adr/0037).
 *
 * <p>This is what Kafka Streams does with {@code max.task.idle.ms = 0}: it looks at every topic of
 * a task before each record. Here that is decided once for all records of a poll.
 */
final class TimeOrder {
  /** The number of records that wait for a partition from which nothing more is fetched. */
  private static final int MOST_WAITING = 2000;

  private static final class Partition {
    final Deque<ConsumerRecord<byte[], byte[]>> waiting = new ArrayDeque<>();

    /** The time up to which everything has arrived, if the partition has no record left. */
    long latest = Long.MIN_VALUE;

    /** Where the consumer goes on. */
    @Nullable OffsetAndMetadata next;

    /** Whether that has not been passed on. */
    boolean isNews;

    List<ConsumerRecord<byte[], byte[]>> until(long time) {
      List<ConsumerRecord<byte[], byte[]>> released = new ArrayList<>();
      while (!waiting.isEmpty() && waiting.peek().timestamp() <= time) {
        released.add(waiting.remove());
      }
      return released;
    }

    /** Returns where a task goes on that was given everything but what is waiting. */
    @Nullable OffsetAndMetadata position() {
      ConsumerRecord<byte[], byte[]> first = waiting.peek();
      return first == null ? next : new OffsetAndMetadata(first.offset(), first.leaderEpoch(), "");
    }
  }

  private final Map<TopicPartition, Partition> partitions = new HashMap<>();

  /** Takes what was polled. */
  void add(ConsumerRecords<byte[], byte[]> polled) {
    polled
        .nextOffsets()
        .forEach(
            (name, next) -> {
              Partition partition = partition(name);
              partition.next = next;
              partition.isNews = true;
            });
    for (TopicPartition name : polled.partitions()) {
      Partition partition = partition(name);
      for (ConsumerRecord<byte[], byte[]> record : polled.records(name)) {
        partition.waiting.add(record);
        partition.latest = Math.max(partition.latest, record.timestamp());
      }
    }
  }

  /**
   * Returns what is in turn.
   *
   * @param assigned the partitions of the consumer; all others are forgotten
   * @param isComplete whether all records of a partition that the broker has were polled
   */
  ConsumerRecords<byte[], byte[]> next(
      Set<TopicPartition> assigned, Predicate<TopicPartition> isComplete) {
    partitions.keySet().retainAll(assigned);
    Map<Integer, Long> bounds = new HashMap<>();
    for (TopicPartition name : assigned) {
      if (!isComplete.test(name)) {
        bounds.merge(name.partition(), partition(name).latest, Math::min);
      }
    }
    Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> released = new HashMap<>();
    Map<TopicPartition, OffsetAndMetadata> next = new HashMap<>();
    partitions.forEach(
        (name, partition) -> {
          List<ConsumerRecord<byte[], byte[]>> records =
              partition.until(bounds.getOrDefault(name.partition(), Long.MAX_VALUE));
          if (!records.isEmpty()) {
            released.put(name, records);
          }
          OffsetAndMetadata position = partition.position();
          if (position != null
              && (!records.isEmpty() || (partition.isNews && partition.waiting.isEmpty()))) {
            next.put(name, position);
            partition.isNews = false;
          }
        });
    return released.isEmpty() && next.isEmpty()
        ? ConsumerRecords.empty()
        : new ConsumerRecords<>(released, next);
  }

  /** Forgets partitions that are read from somewhere else now. */
  void drop(Collection<TopicPartition> gone) {
    partitions.keySet().removeAll(gone);
  }

  /** Forgets everything. */
  void drop() {
    partitions.clear();
  }

  /** Returns the partitions of which enough records are waiting. */
  Set<TopicPartition> full() {
    Set<TopicPartition> full = new HashSet<>();
    partitions.forEach(
        (name, partition) -> {
          if (partition.waiting.size() >= MOST_WAITING) {
            full.add(name);
          }
        });
    return full;
  }

  /** Returns whether a record waits. */
  boolean isWaiting() {
    return partitions.values().stream().anyMatch(one -> !one.waiting.isEmpty());
  }

  /** Returns the offset of the first record of a partition that waits; null if none does. */
  @Nullable Long firstWaiting(TopicPartition name) {
    Partition partition = partitions.get(name);
    ConsumerRecord<byte[], byte[]> first = partition == null ? null : partition.waiting.peek();
    return first == null ? null : first.offset();
  }

  private Partition partition(TopicPartition name) {
    return partitions.computeIfAbsent(name, any -> new Partition());
  }
}
