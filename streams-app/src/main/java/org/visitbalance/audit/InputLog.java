package org.visitbalance.audit;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.visitbalance.platform.CommittedReading;
import org.visitbalance.platform.Deadline;
import org.visitbalance.topology.FactDecoder;
import org.visitbalance.topology.Topic;
import org.visitbalance.topology.Topics;
import org.visitbalance.topology.TopologyOptions;

/**
 * The input topics of an installation, from their beginnings to fixed ends. Reads without a
 * consumer group, so nobody's offsets are affected.
 */
public final class InputLog {
  /** Everything that determines an answer. */
  static final List<Topic<?>> TOPICS =
      Stream.concat(
              Topics.PATIENT_FACTS.stream(),
              Stream.<Topic<?>>of(Topics.FEEDS, Topics.SETTINGS, Topics.CLOSES))
          .toList();

  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Map<String, Object> clients;
  private final String prefix;
  private final Map<TopicPartition, Long> ends;

  private InputLog(Map<String, Object> clients, String prefix, Map<TopicPartition, Long> ends) {
    this.clients = clients;
    this.prefix = prefix;
    this.ends = ends;
  }

  /**
   * Returns the log up to what is committed now.
   *
   * @throws AuditException if a topic is missing or its first records are gone
   */
  public static InputLog upToNow(Map<String, ?> clients, String prefix) {
    Map<String, Object> reading = CommittedReading.config(clients);
    reading.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    reading.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    reading.putIfAbsent(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 10_000);
    reading.putIfAbsent(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 8 << 20);
    // The end of one partition is no reason to wait while other partitions have more.
    reading.putIfAbsent(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 20);
    try (KafkaConsumer<byte[], byte[]> consumer = consumer(reading)) {
      List<TopicPartition> all = new ArrayList<>();
      for (Topic<?> topic : TOPICS) {
        List<PartitionInfo> found = consumer.partitionsFor(prefix + topic.name());
        if (found == null || found.isEmpty()) {
          throw new AuditException(
              "the topic "
                  + prefix
                  + topic.name()
                  + " is not on the cluster; check --bootstrap and --prefix, and run 'visit-balance"
                  + " topics --dry-run'");
        }
        found.forEach(info -> all.add(new TopicPartition(info.topic(), info.partition())));
      }
      requireSame(prefix, all);
      requireBeginnings(consumer.beginningOffsets(all));
      return new InputLog(reading, prefix, consumer.endOffsets(all));
    }
  }

  /**
   * Returns the same log up to other ends; partitions that are not named keep theirs.
   *
   * @throws AuditException if the log does not reach that far
   */
  public InputLog upTo(Map<TopicPartition, Long> wanted) {
    Map<TopicPartition, Long> other = new HashMap<>(ends);
    wanted.forEach((place, end) -> requireThere(ends, place, end));
    other.putAll(wanted);
    return new InputLog(clients, prefix, other);
  }

  private static void requireSame(String prefix, Collection<TopicPartition> all) {
    Map<String, Integer> counts = new TreeMap<>();
    for (Topic<?> topic : Topics.PATIENT_FACTS) {
      String name = prefix + topic.name();
      counts.put(name, (int) all.stream().filter(one -> one.topic().equals(name)).count());
    }
    if (counts.values().stream().distinct().count() > 1) {
      throw new AuditException(
          "the fact topics have different numbers of partitions "
              + counts
              + ", so a patient's facts are not together; run 'visit-balance topics' to see what to"
              + " do");
    }
  }

  private static void requireBeginnings(Map<TopicPartition, Long> beginnings) {
    new TreeMap<>(texts(beginnings))
        .forEach(
            (place, offset) -> {
              if (offset > 0) {
                throw new AuditException(
                    place
                        + " begins at offset "
                        + offset
                        + ": earlier records are gone, so no complete answer is possible; facts"
                        + " must be kept forever (set retention.ms=-1 with 'visit-balance"
                        + " topics')");
              }
            });
  }

  private static void requireThere(Map<TopicPartition, Long> ends, TopicPartition place, long end) {
    Long there = ends.get(place);
    if (there == null || there < end) {
      throw new AuditException(
          place
              + " ends at offset "
              + there
              + ", but offset "
              + end
              + " is needed: this is another cluster, or its topics were created again");
    }
  }

  private static Map<String, Long> texts(Map<TopicPartition, Long> offsets) {
    Map<String, Long> texts = new HashMap<>();
    offsets.forEach((place, offset) -> texts.put(place.toString(), offset));
    return texts;
  }

  /** Returns the number of partitions of the facts about patients. */
  public int partitions() {
    return partitions(Topics.PATIENT_FACTS.get(0));
  }

  private int partitions(Topic<?> topic) {
    String name = prefix + topic.name();
    return (int) ends.keySet().stream().filter(place -> place.topic().equals(name)).count();
  }

  String prefix() {
    return prefix;
  }

  /** Returns where reading ends, exclusive. */
  Map<TopicPartition, Long> ends() {
    return ends;
  }

  /**
   * Returns the approximate number of records: the offsets, a few of which are the broker's own.
   */
  public long size() {
    return ends.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Reads one partition of all topics with facts about patients. */
  void readFacts(int partition, Consumer<ConsumerRecord<byte[], byte[]>> sink) {
    read(
        Topics.PATIENT_FACTS.stream()
            .map(topic -> new TopicPartition(prefix + topic.name(), partition))
            .toList(),
        sink);
  }

  /**
   * The same in the order in which the records became known, as the live service takes them: of the
   * next records of all topics, the one with the smallest timestamp.
   */
  void readFactsInOrder(int partition, Consumer<ConsumerRecord<byte[], byte[]>> sink) {
    List<TopicPartition> places =
        Topics.PATIENT_FACTS.stream()
            .map(topic -> new TopicPartition(prefix + topic.name(), partition))
            .toList();
    Map<TopicPartition, Deque<ConsumerRecord<byte[], byte[]>>> waiting = new LinkedHashMap<>();
    places.stream()
        .filter(place -> end(place) > 0)
        .forEach(place -> waiting.put(place, new ArrayDeque<>()));
    try (KafkaConsumer<byte[], byte[]> consumer = consumer(clients)) {
      consumer.assign(waiting.keySet());
      consumer.seekToBeginning(waiting.keySet());
      Deadline patience = Deadline.in(PATIENCE);
      while (!waiting.isEmpty()) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          TopicPartition place = new TopicPartition(record.topic(), record.partition());
          if (record.offset() < end(place)) {
            Objects.requireNonNull(waiting.get(place)).add(record);
          }
          patience = Deadline.in(PATIENCE);
        }
        boolean isMoving = false;
        for (var next = next(waiting, consumer); next != null; next = next(waiting, consumer)) {
          sink.accept(next);
          isMoving = true;
        }
        if (!isMoving && !waiting.isEmpty() && patience.isOver()) {
          throw silent(waiting.keySet().iterator().next(), consumer);
        }
        // No topic is read further ahead of the others than one poll.
        consumer.pause(consumer.assignment());
        consumer.resume(
            waiting.keySet().stream()
                .filter(place -> Objects.requireNonNull(waiting.get(place)).isEmpty())
                .toList());
      }
    }
  }

  /**
   * Takes the record with the smallest timestamp; null as long as one of the topics is not read.
   */
  private @Nullable ConsumerRecord<byte[], byte[]> next(
      Map<TopicPartition, Deque<ConsumerRecord<byte[], byte[]>>> waiting,
      KafkaConsumer<byte[], byte[]> consumer) {
    waiting
        .entrySet()
        .removeIf(
            one ->
                one.getValue().isEmpty() && consumer.position(one.getKey()) >= end(one.getKey()));
    Deque<ConsumerRecord<byte[], byte[]>> first = null;
    for (Deque<ConsumerRecord<byte[], byte[]>> queue : waiting.values()) {
      if (queue.isEmpty()) {
        return null;
      }
      if (first == null || queue.getFirst().timestamp() < first.getFirst().timestamp()) {
        first = queue;
      }
    }
    return first == null ? null : first.removeFirst();
  }

  private static AuditException silent(
      TopicPartition place, KafkaConsumer<byte[], byte[]> consumer) {
    return new AuditException(
        place
            + " returns no record at offset "
            + consumer.position(place)
            + " for "
            + PATIENCE.toSeconds()
            + " s; check that its broker is running, and run the command again");
  }

  /** Reads a whole topic, each partition in its order. */
  void readAll(Topic<?> topic, Consumer<ConsumerRecord<byte[], byte[]>> sink) {
    List<TopicPartition> places = new ArrayList<>();
    for (int i = 0; i < partitions(topic); i++) {
      places.add(new TopicPartition(prefix + topic.name(), i));
    }
    read(places, sink);
  }

  private void read(List<TopicPartition> places, Consumer<ConsumerRecord<byte[], byte[]>> sink) {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer(clients)) {
      List<TopicPartition> left =
          new ArrayList<>(places.stream().filter(place -> end(place) > 0).toList());
      consumer.assign(left);
      consumer.seekToBeginning(left);
      Deadline patience = Deadline.in(PATIENCE);
      while (!left.isEmpty()) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          if (record.offset() < end(new TopicPartition(record.topic(), record.partition()))) {
            sink.accept(record);
          }
          patience = Deadline.in(PATIENCE);
        }
        if (left.removeIf(place -> consumer.position(place) >= end(place))) {
          consumer.pause(consumer.assignment());
          consumer.resume(left);
        } else if (patience.isOver()) {
          throw silent(left.get(0), consumer);
        }
      }
    }
  }

  /**
   * Reads and decodes all facts about patients and does nothing with them, as the upper bound of a
   * replay's speed.
   *
   * @return the number of records
   */
  public long readOnly(TopologyOptions.Serdes serdes, int threads) {
    LongAdder records = new LongAdder();
    Workers.run(
        threads,
        partitions(),
        partition -> {
          FactDecoder decoder = new FactDecoder(prefix, partitions(), serdes, TOPICS);
          readFacts(
              partition,
              record -> {
                try {
                  decoder.value(record.topic(), record.value());
                  records.increment();
                } catch (FactDecoder.NoFact e) {
                  throw new AuditException(record.topic() + " contains an invalid record");
                }
              });
        });
    return records.sum();
  }

  private long end(TopicPartition place) {
    return ends.getOrDefault(place, 0L);
  }

  private static KafkaConsumer<byte[], byte[]> consumer(Map<String, Object> clients) {
    return new KafkaConsumer<>(clients, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }
}
