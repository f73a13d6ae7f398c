package org.visitbalance.service;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.visitbalance.output.DeadLetter;
import org.visitbalance.output.DeadLetterRetry;
import org.visitbalance.topology.Remedy;
import org.visitbalance.topology.Topics;

/**
 * The open dead letters: one for each invalid record, even if its dead letter was written several
 * times, without those whose record was sent again.
 */
public final class OpenLetters {
  private static final Comparator<Group> MOST_FIRST =
      Comparator.comparing(Group::letters)
          .reversed()
          .thenComparing(Group::source)
          .thenComparing(Group::problem)
          .thenComparing(one -> String.valueOf(one.tenant()));

  private final List<Letter> letters;

  private OpenLetters(List<Letter> letters) {
    this.letters = letters;
  }

  /** The position of a record. */
  record Place(String source, int partition, long offset) implements Comparable<Place> {
    private static final Comparator<Place> ORDER =
        Comparator.comparing(Place::source)
            .thenComparing(Place::partition)
            .thenComparing(Place::offset);

    @Override
    public int compareTo(Place other) {
      return ORDER.compare(this, other);
    }
  }

  /**
   * A dead letter about a record of a topic.
   *
   * @param at the time of the record
   */
  public record Letter(DeadLetter letter, Instant at) {
    /** Returns the field, if it is a single one, and the reason. */
    public String problem() {
      return OpenLetters.problem(letter.getField(), letter.getReason());
    }

    Place place() {
      Integer partition = letter.getPartition();
      return new Place(letter.getSource(), partition == null ? 0 : partition, letter.getPosition());
    }
  }

  /**
   * Dead letters that have the same reason.
   *
   * @param since the time of the first record
   * @param until the time of the last record
   */
  public record Group(
      String source,
      @Nullable String tenant,
      @Nullable String field,
      String reason,
      Instant since,
      Instant until,
      long letters) {
    /** Returns the field, if it is a single one, and the reason. */
    public String problem() {
      return OpenLetters.problem(field, reason);
    }

    /** Returns what can be done. */
    public Remedy remedy() {
      return Remedy.of(source, field, reason);
    }

    private static Group of(Letter one) {
      DeadLetter letter = one.letter();
      return new Group(
          letter.getSource(),
          letter.getTenant(),
          letter.getField(),
          letter.getReason(),
          one.at(),
          one.at(),
          1);
    }

    private Group and(Group other) {
      return new Group(
          source,
          tenant,
          field,
          reason,
          since.isBefore(other.since) ? since : other.since,
          until.isAfter(other.until) ? until : other.until,
          letters + other.letters);
    }
  }

  private static String problem(@Nullable String field, String reason) {
    return field == null ? reason : field + " " + reason;
  }

  /** Reads the open dead letters that match a filter from the topics of an installation. */
  public static OpenLetters read(TopicReader reader, LetterFilter filter, String prefix) {
    Map<Place, Letter> written = new TreeMap<>();
    Set<Place> retried = new HashSet<>();
    reader.readRecords(
        List.of(Topics.DEAD_LETTERS, Topics.DEAD_LETTER_RETRIES),
        (topic, record, value) -> {
          if (value instanceof DeadLetterRetry retry) {
            retried.add(new Place(retry.getSource(), retry.getPartition(), retry.getPosition()));
          } else if (value instanceof DeadLetter letter && letter.getPartition() != null) {
            Letter one = new Letter(letter, Instant.ofEpochMilli(record.timestamp()));
            written.merge(one.place(), one, OpenLetters::latest);
          }
        });
    List<Letter> open = new ArrayList<>();
    written.forEach(
        (place, letter) -> {
          if (!retried.contains(place) && filter.takes(letter, prefix)) {
            open.add(letter);
          }
        });
    return new OpenLetters(List.copyOf(open));
  }

  /** Returns the later letter; a rebuilt state writes them again, perhaps under other rules. */
  private static Letter latest(Letter one, Letter other) {
    return other.at().isBefore(one.at()) ? one : other;
  }

  /** Returns all letters, in the order of their positions. */
  public List<Letter> letters() {
    return letters;
  }

  /** Returns letters by partition and offset; a partition comes where its first letter does. */
  static Map<TopicPartition, SortedMap<Long, Letter>> byPartition(Stream<Letter> letters) {
    Map<TopicPartition, SortedMap<Long, Letter>> partitions = new LinkedHashMap<>();
    letters.forEach(
        letter -> {
          Place place = letter.place();
          partitions
              .computeIfAbsent(
                  new TopicPartition(place.source(), place.partition()), any -> new TreeMap<>())
              .put(place.offset(), letter);
        });
    return partitions;
  }

  /** Returns the letters by topic, reason and company, largest group first. */
  public List<Group> groups() {
    Map<List<@Nullable String>, Group> groups = new HashMap<>();
    for (Letter one : letters) {
      Group group = Group.of(one);
      List<@Nullable String> key = new ArrayList<>();
      key.add(group.source());
      key.add(group.tenant());
      key.add(group.field());
      key.add(group.reason());
      groups.merge(key, group, Group::and);
    }
    return groups.values().stream().sorted(MOST_FIRST).toList();
  }
}
