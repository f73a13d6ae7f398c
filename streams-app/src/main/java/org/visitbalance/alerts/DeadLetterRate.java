package org.visitbalance.alerts;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.visitbalance.output.DeadLetter;
import org.visitbalance.topology.Keys;
import org.visitbalance.topology.Topics;

/** How many records of each source could not be facts within the last hour. */
final class DeadLetterRate {
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

  /** One life of the consumer. */
  final class Reading implements AutoCloseable {
    private final RecentRecords records = new RecentRecords(cluster, Topics.DEAD_LETTERS);
    private final Deserializer<DeadLetter> values =
        cluster.serdes().of(DeadLetter.class).deserializer();
    private final Map<String, Deque<Instant>> hour = new TreeMap<>();

    /** The sources of which there are too many. */
    List<AlertSubject> tooMany(Instant now) {
      records.read(now, this::count);
      List<AlertSubject> found = new ArrayList<>();
      hour.forEach(
          (source, moments) -> {
            moments.removeIf(moment -> moment.isBefore(now.minus(RecentRecords.HOUR)));
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
          "More than " + most + " invalid records from " + source + " within an hour",
          "Look up the offset, field and reason on balancing.dead-letters. Correct the records at"
              + " the source and send them again.");
    }

    private void count(ConsumerRecord<byte[], byte[]> record) {
      if (record.value() != null) {
        DeadLetter letter = values.deserialize(record.topic(), record.value());
        hour.computeIfAbsent(letter.getSource(), any -> new ArrayDeque<>())
            .add(Instant.ofEpochMilli(record.timestamp()));
      }
    }

    @Override
    public void close() {
      records.close();
    }
  }
}
