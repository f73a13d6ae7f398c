package org.visitbalance.alerts;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.visitbalance.output.DeadLetter;
import org.visitbalance.output.DeadLetterRetry;
import org.visitbalance.platform.CommittedReading;
import org.visitbalance.topology.Keys;
import org.visitbalance.topology.Topics;

/**
 * How many records of each source could not be facts within the last hour, less those that were
 * sent again.
 */
final class DeadLetterRate {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration POLL = Duration.ofMillis(50);

  private final Cluster cluster;
  private final int most;

  DeadLetterRate(Cluster cluster, int most) {
    this.cluster = cluster;
    this.most = most;
  }

  /** Begins to read; of one thread. */
  Reading open() {
    return new Reading();
  }

  /** Where a record is. */
  private record Place(String source, int partition, long offset) {}

  /** One life of the consumer. */
  final class Reading implements AutoCloseable {
    private final KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            cluster.reading(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    private final Deserializer<DeadLetter> values =
        cluster.serdes().of(DeadLetter.class).deserializer();
    private final Deserializer<DeadLetterRetry> retries =
        cluster.serdes().of(DeadLetterRetry.class).deserializer();
    private final Map<String, Map<Place, Instant>> hour = new TreeMap<>();
    private final Set<Place> retried = new HashSet<>();

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
          (source, records) -> {
            records.values().removeIf(moment -> moment.isBefore(now.minus(HOUR)));
            records.keySet().removeAll(retried);
            if (records.size() > most) {
              found.add(tooMany(source, records.values()));
            }
          });
      return found;
    }

    private AlertSubject tooMany(String source, Collection<Instant> moments) {
      Instant since = moments.stream().sorted().skip(most).findFirst().orElseThrow();
      return AlertSubject.ofTheWatch(
          Keys.of(AlertSubject.DEAD_LETTERS, source),
          AlertSubject.DEAD_LETTERS,
          since,
          "More than " + most + " records on " + source + " within an hour could not be facts",
          "Run 'visit-balance dead-letters': it says what is wrong and what to do. Correct the cause,"
              + " then run 'visit-balance dead-letters retry', or have the source send them again.");
    }

    private void count(ConsumerRecord<byte[], byte[]> record) {
      if (record.value() == null) {
        return;
      }
      if (record.topic().equals(cluster.name(Topics.DEAD_LETTER_RETRIES))) {
        DeadLetterRetry retry = retries.deserialize(record.topic(), record.value());
        retried.add(new Place(retry.getSource(), retry.getPartition(), retry.getPosition()));
        return;
      }
      DeadLetter letter = values.deserialize(record.topic(), record.value());
      Integer partition = letter.getPartition();
      hour.computeIfAbsent(letter.getSource(), any -> new HashMap<>())
          .put(
              new Place(
                  letter.getSource(), partition == null ? 0 : partition, letter.getPosition()),
              Instant.ofEpochMilli(record.timestamp()));
    }

    private void begin(Instant from) {
      List<TopicPartition> partitions =
          CommittedReading.partitions(consumer, cluster.name(Topics.DEAD_LETTERS));
      List<TopicPartition> notes =
          CommittedReading.partitions(consumer, cluster.name(Topics.DEAD_LETTER_RETRIES));
      consumer.assign(Stream.concat(partitions.stream(), notes.stream()).toList());
      consumer.seekToBeginning(notes);
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
