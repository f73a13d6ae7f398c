package org.visitbalance.service;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
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
 * anew. It also sees that a topic is gone, which nothing else tells as long as nobody writes to it,
 * and that one has got more partitions: whoever reads it reads on without them, and the newest
 * record of a key may lie beside an older one. Not thread-safe.
 */
final class KnownTopics {
  private static final String FILE = "topic-ids";
  private static final String BETWEEN = " ";

  /** Behind the name of a topic: the line has its number of partitions. No name has such a sign. */
  private static final String PARTITIONS = "#partitions";

  private final Map<String, ?> clients;
  private final List<String> names;
  private final Path file;

  /** What the names of the application's own topics begin with. */
  private final String own;

  /** The numbers of partitions that readers of this process began with. */
  private final Map<String, Integer> begunWith = new HashMap<>();

  private final Set<String> ownSeen = new HashSet<>();
  private Set<String> missedBefore = Set.of();

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
    this.own = folder.getFileName() + "-";
  }

  /**
   * Looks; returns in which ways topics are others than those that the state was made of, without
   * an end; null if they are not.
   */
  @Nullable String changes() throws IOException {
    SortedMap<String, String> known = read();
    SortedSet<String> others = new TreeSet<>();
    SortedSet<String> larger = new TreeSet<>();
    Map<String, Object> asking = new HashMap<>(clients);
    try (Admin admin = ClusterProblems.admin(asking)) {
      List<TopicDescription> unknown = new ArrayList<>();
      List<TopicDescription> there = described(asking, admin);
      for (TopicDescription topic : there) {
        String before = known.get(topic.name());
        if (before != null && !before.equals(topic.topicId().toString())) {
          others.add(topic.name());
        } else if (isLarger(topic, known.get(topic.name() + PARTITIONS))) {
          larger.add(topic.name());
        } else if (!known.containsKey(topic.name() + PARTITIONS)) {
          unknown.add(topic);
        }
      }
      String says = sentence(others, gone(there, asking, admin), larger);
      // While something is wrong, what is new waits: to ask about it may fail, and hide the word.
      if (says == null && remember(known, unknown, asking, admin)) {
        write(known);
      }
      return says;
    }
  }

  private boolean isLarger(TopicDescription topic, @Nullable String before) {
    int now = topic.partitions().size();
    Integer begun = begunWith.putIfAbsent(topic.name(), now);
    return (begun != null && now > begun) || (before != null && now > Integer.parseInt(before));
  }

  /**
   * Returns the topics that were not there twice in a row: a broker that has just started may not
   * know one yet.
   */
  private SortedSet<String> gone(List<TopicDescription> there, Map<String, ?> asking, Admin admin) {
    Set<String> ownNow =
        ClusterProblems.answer(asking, "list its topics", admin.listTopics().names()).stream()
            .filter(name -> name.startsWith(own))
            .collect(Collectors.toSet());
    ownSeen.addAll(ownNow);
    Set<String> missed = new HashSet<>(ownSeen);
    missed.removeAll(ownNow);
    missed.addAll(names);
    there.forEach(topic -> missed.remove(topic.name()));
    SortedSet<String> gone = new TreeSet<>(missed);
    gone.retainAll(missedBefore);
    missedBefore = missed;
    return gone;
  }

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
        .forEach(
            topic -> {
              known.put(topic.name(), topic.topicId().toString());
              known.put(topic.name() + PARTITIONS, Integer.toString(topic.partitions().size()));
            });
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

  private static @Nullable String sentence(
      SortedSet<String> madeAgain, SortedSet<String> gone, SortedSet<String> larger) {
    List<String> all = new ArrayList<>();
    if (!madeAgain.isEmpty()) {
      all.add(
          "figures mix what was on topics before and after they were deleted and made again: "
              + String.join(", ", madeAgain));
    }
    if (!gone.isEmpty()) {
      all.add(
          "topics were deleted, and figures lack what is to go there: " + String.join(", ", gone));
    }
    if (!larger.isEmpty()) {
      all.add(
          "partitions were added to topics, and figures may be older ones: "
              + String.join(", ", larger));
    }
    return all.isEmpty() ? null : String.join("; also, ", all);
  }
}
