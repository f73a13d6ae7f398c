package org.visitbalance.alerts;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.visitbalance.output.DeadLetter;
import org.visitbalance.output.DeadLetterRetry;
import org.visitbalance.platform.serde.ReadableValues;
import org.visitbalance.topology.Keys;
import org.visitbalance.topology.Topics;

/** Counts the invalid records of each source in the last hour, without those sent again. */
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

  /** Where a record is. */
  private record Place(String source, int partition, long offset) {}

  /** One life of the consumer. */
  final class Reading implements AutoCloseable {
    private final RecentRecords records =
        new RecentRecords(cluster, List.of(Topics.DEAD_LETTERS, Topics.DEAD_LETTER_RETRIES));
    private final ReadableValues<DeadLetter> values =
        new ReadableValues<>(cluster.serdes().of(DeadLetter.class).deserializer());
    private final ReadableValues<DeadLetterRetry> retries =
        new ReadableValues<>(cluster.serdes().of(DeadLetterRetry.class).deserializer());
    private final Map<String, Map<Place, Instant>> hour = new TreeMap<>();
    private final Set<Place> retried = new HashSet<>();

    /** The sources of which there are too many. */
    List<AlertSubject> tooMany(Instant now) {
      records.read(now, this::count);
      List<AlertSubject> found = new ArrayList<>();
      hour.forEach(
          (source, letters) -> {
            letters.values().removeIf(moment -> moment.isBefore(now.minus(RecentRecords.HOUR)));
            letters.keySet().removeAll(retried);
            if (letters.size() > most) {
              found.add(tooMany(source, letters.values()));
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
          "More than " + most + " invalid records from " + source + " within an hour",
          "Run 'visit-balance dead-letters': it says what is wrong and what to do. Correct the cause,"
              + " then run 'visit-balance dead-letters retry', or have the source send the records"
              + " again.");
    }

    private void count(ConsumerRecord<byte[], byte[]> record) {
      if (record.topic().equals(cluster.name(Topics.DEAD_LETTER_RETRIES))) {
        DeadLetterRetry retry = retries.of(record);
        if (retry != null) {
          retried.add(new Place(retry.getSource(), retry.getPartition(), retry.getPosition()));
        }
        return;
      }
      DeadLetter letter = values.of(record);
      if (letter == null) {
        return;
      }
      Integer partition = letter.getPartition();
      hour.computeIfAbsent(letter.getSource(), any -> new HashMap<>())
          .put(
              new Place(
                  letter.getSource(), partition == null ? 0 : partition, letter.getPosition()),
              Instant.ofEpochMilli(record.timestamp()));
    }

    @Override
    public void close() {
      records.close();
    }
  }
}
