package org.visitbalance.query.model;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Since when much of what is left to read has not moved, although the rest may. Who looks only at
 * the sum takes what comes and goes elsewhere for progress.
 */
final class Standstill {
  /** One reader of some partitions: how far it is, and how much is left. */
  private static final class Part {
    private long at;
    private long left;
    private Instant since = Instant.MAX;

    private void add(long reached, long end) {
      at += reached;
      left += Math.max(0, end - reached);
    }

    private Instant since() {
      return since;
    }
  }

  private Map<TopicPartition, Part> parts = Map.of();

  /**
   * Returns since when so many records, or more, stand; null if fewer are left.
   *
   * @param much so many records
   * @param committed how far the topology is with the facts
   * @param sent where the facts end
   * @param stored how far the tables are
   * @param ends where the topics end that the tables are made from
   */
  @Nullable Instant look(
      Instant now,
      long much,
      Map<TopicPartition, Long> committed,
      Map<TopicPartition, Long> sent,
      Map<TopicPartition, Long> stored,
      Map<TopicPartition, Long> ends) {
    Map<TopicPartition, Part> next = new HashMap<>();
    // One task reads the partitions of a number, the oldest record first: some wait for others.
    sent.forEach(
        (partition, end) ->
            part(next, new TopicPartition("", partition.partition()))
                .add(committed.getOrDefault(partition, 0L), end));
    ends.forEach(
        (partition, end) -> part(next, partition).add(stored.getOrDefault(partition, 0L), end));
    next.forEach(
        (place, part) -> {
          Part before = parts.get(place);
          part.since = before == null || before.at != part.at ? now : before.since;
        });
    parts = next;
    return since(much);
  }

  private static Part part(Map<TopicPartition, Part> parts, TopicPartition place) {
    return parts.computeIfAbsent(place, any -> new Part());
  }

  private @Nullable Instant since(long much) {
    List<Part> longest = new ArrayList<>(parts.values());
    longest.sort(Comparator.comparing(Part::since));
    long standing = 0;
    for (Part part : longest) {
      standing += part.left;
      if (standing >= much) {
        return part.since;
      }
    }
    return null;
  }
}
