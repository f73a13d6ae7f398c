package org.visitbalance.service;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;
import org.visitbalance.platform.Partitions;
import org.visitbalance.topology.Topic;
import org.visitbalance.topology.Topics;

/**
 * Which topics the state of an instance is made of: their IDs, in a file beside it. A topic that
 * was deleted and made again has another ID, also if it has more records by now than were read of
 * the old one, which no offset tells. A topic without any record does not count: it may be made
 * anew. Not thread-safe.
 */
final class KnownTopics {
  private static final String FILE = "topic-ids";
  private static final String BETWEEN = " ";

  private final Map<String, ?> clients;
  private final List<String> names;
  private final Path file;

  /**
   * Looks at nothing yet.
   *
   * @param folder the state of the application, which is deleted when it is rebuilt
   */
  KnownTopics(Map<String, ?> clients, String prefix, Path folder) {
    this.clients = clients;
    this.names =
        Stream.of(
                Topics.PATIENT_FACTS,
                List.<Topic<?>>of(Topics.FEEDS, Topics.SETTINGS, Topics.CLOSES),
                Topics.OUTPUTS)
            .<Topic<?>>flatMap(List::stream)
            .map(topic -> prefix + topic.name())
            .toList();
    this.file = folder.resolve(FILE);
  }

  /** Returns which topics are others than those that the state was made of; empty for none. */
  SortedSet<String> madeAgain() throws IOException {
    SortedMap<String, String> known = read();
    SortedSet<String> others = new TreeSet<>();
    Map<String, Object> asking = new HashMap<>(clients);
    try (Admin admin = ClusterProblems.admin(asking)) {
      List<TopicDescription> unknown = new ArrayList<>();
      for (TopicDescription topic : described(asking, admin)) {
        String before = known.get(topic.name());
        if (before == null) {
          unknown.add(topic);
        } else if (!before.equals(topic.topicId().toString())) {
          others.add(topic.name());
        }
      }
      if (remember(known, unknown, asking, admin)) {
        write(known);
      }
    }
    return others;
  }

  /** Of a topic that is not there at the moment, others speak. */
  private List<TopicDescription> described(Map<String, ?> asking, Admin admin) {
    List<TopicDescription> all = new ArrayList<>();
    for (KafkaFuture<TopicDescription> one :
        admin.describeTopics(names).topicNameValues().values()) {
      try {
        all.add(ClusterProblems.answer(asking, "describe its topics", one));
      } catch (KafkaException e) {
        if (!isNotThere(e)) {
          throw e;
        }
      }
    }
    return all;
  }

  private static boolean isNotThere(Throwable problem) {
    for (Throwable cause = problem; cause != null; cause = cause.getCause()) {
      if (cause instanceof UnknownTopicOrPartitionException) {
        return true;
      }
    }
    return false;
  }

  private static boolean remember(
      SortedMap<String, String> known,
      List<TopicDescription> unknown,
      Map<String, ?> asking,
      Admin admin) {
    if (unknown.isEmpty()) {
      return false;
    }
    SortedSet<String> filled = new TreeSet<>();
    ClusterProblems.answer(
            asking,
            "say where its topics end",
            admin.listOffsets(Partitions.ask(unknown, OffsetSpec.latest())).all())
        .forEach(
            (place, end) -> {
              if (end.offset() > 0) {
                filled.add(place.topic());
              }
            });
    unknown.stream()
        .filter(topic -> filled.contains(topic.name()))
        .forEach(topic -> known.put(topic.name(), topic.topicId().toString()));
    return !filled.isEmpty();
  }

  private SortedMap<String, String> read() throws IOException {
    SortedMap<String, String> known = new TreeMap<>();
    if (Files.exists(file)) {
      for (String line : Files.readAllLines(file, UTF_8)) {
        String[] parts = line.split(BETWEEN, 2);
        if (parts.length == 2) {
          known.put(parts[0], parts[1]);
        }
      }
    }
    return known;
  }

  private void write(SortedMap<String, String> known) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    List<String> lines = new ArrayList<>();
    known.forEach((name, id) -> lines.add(name + BETWEEN + id));
    Path begun = Files.write(file.resolveSibling(FILE + ".new"), lines, UTF_8);
    Files.move(begun, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Returns what is wrong with figures made of other topics, without an end. */
  static @Nullable String sentence(SortedSet<String> madeAgain) {
    return madeAgain.isEmpty()
        ? null
        : "figures mix what was on topics before and after they were deleted and made again: "
            + String.join(", ", madeAgain);
  }
}
