package org.visitbalance.alerts;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.visitbalance.output.DeadLetter;
import org.visitbalance.platform.CommittedReading;
import org.visitbalance.topology.Keys;
import org.visitbalance.topology.Topics;

/** How many records of each source could not be facts within the last hour. */
final class DeadLetterRate {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration POLL = Duration.ofMillis(50);

  private final Cluster cluster;
  private final int most;

  DeadLetterRate(Cluster cluster, int most) {
    this.cluster = cluster;
    this.most = most;
  }

  /**
   * Begins to read; of one thread.
   *
   * @param condition hears of what cannot be read
   */
  Reading open(Condition condition) {
    return new Reading(condition);
  }

  /** One life of the consumer. */
  final class Reading implements AutoCloseable {
    private final KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            cluster.reading(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    private final ReadableValues<DeadLetter> values;
    private final Map<String, Deque<Instant>> hour = new TreeMap<>();

    private Reading(Condition condition) {
      this.values =
          new ReadableValues<>(cluster.serdes().of(DeadLetter.class).deserializer(), condition);
    }

    /** The sources of which there are too many. */
    List<AlertSubject> tooMany(Instant now) {
      if (consumer.assignment().isEmpty()) {
        begin(now.minus(HOUR));
      }
      Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
      do {
        consumer.poll(POLL).forEach(this::count);
      } while (ends.entrySet().stream()
          .anyMatch(e -> consumer.position(e.getKey()) < e.getValue()));
      List<AlertSubject> found = new ArrayList<>();
      hour.forEach(
          (source, moments) -> {
            moments.removeIf(moment -> moment.isBefore(now.minus(HOUR)));
            if (moments.size() > most) {
              found.add(tooMany(source, moments));
            }
          });
      return found;
    }

    private AlertSubject tooMany(String source, Deque<Instant> moments) {
      Instant since = moments.stream().sorted().skip(most).findFirst().orElseThrow();
      return AlertSubject.ofTheWatch(
          Keys.of(AlertSubject.DEAD_LETTERS, source),
          AlertSubject.DEAD_LETTERS,
          since,
          "More than " + most + " records on " + source + " within an hour could not be facts",
          "Read balancing.dead-letters: it has the offset, the field and the reason. Correct the"
              + " source and send them again.");
    }

    private void count(ConsumerRecord<byte[], byte[]> record) {
      DeadLetter letter = values.of(record);
      if (letter != null) {
        hour.computeIfAbsent(letter.getSource(), any -> new ArrayDeque<>())
            .add(Instant.ofEpochMilli(record.timestamp()));
      }
    }

    private void begin(Instant from) {
      List<TopicPartition> partitions =
          CommittedReading.partitions(consumer, cluster.name(Topics.DEAD_LETTERS));
      consumer.assign(partitions);
      Map<TopicPartition, Long> asked = new HashMap<>();
      partitions.forEach(partition -> asked.put(partition, from.toEpochMilli()));
      Map<TopicPartition, OffsetAndTimestamp> starts = consumer.offsetsForTimes(asked);
      for (TopicPartition partition : partitions) {
        OffsetAndTimestamp start = starts.get(partition);
        if (start == null) {
          consumer.seekToEnd(List.of(partition));
        } else {
          consumer.seek(partition, start.offset());
        }
      }
    }

    @Override
    public void close() {
      consumer.close();
    }
  }
}
