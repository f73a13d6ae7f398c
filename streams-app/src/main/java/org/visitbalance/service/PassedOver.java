package org.visitbalance.service;

import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;
import org.visitbalance.output.DeadLetter;
import org.visitbalance.platform.Sha256;
import org.visitbalance.topology.Topics;
import org.visitbalance.topology.TopologyOptions;

/**
 * The records that an instance could not send because their topics do not take them, and what it
 * has learned about that. Thread-safe.
 */
final class PassedOver {
  /** More than the record's own overhead within a batch. */
  private static final int OVERHEAD = 512;

  /** Letters are remembered for as many records; each has one as long as the instance runs. */
  private static final int MOST_LETTERS = 10_000;

  private static final int HASH_DIGITS = 16;

  private final TopologyOptions options;
  private final Serializer<DeadLetter> serializer;
  private final AtomicLong count = new AtomicLong();

  /** The largest size by topic, where a broker has refused less than a producer would send. */
  private final Map<String, Integer> limits = new ConcurrentHashMap<>();

  /** The topics of which the cluster has said its limit. */
  private final Set<String> asked = ConcurrentHashMap.newKeySet();

  /** The records that a broker refused for another reason. */
  private final Set<Place> refused = ConcurrentHashMap.newKeySet();

  private final Set<Place> letters = new LinkedHashSet<>();
  private volatile @Nullable String last;
  private volatile int most = Integer.MAX_VALUE;

  /** A topic and the hash of a key. */
  record Place(String topic, String key) {
    static Place of(ProducerRecord<byte[], byte[]> record) {
      byte[] key = record.key();
      return new Place(
          record.topic(), key == null ? "none" : Sha256.hex(key).substring(0, HASH_DIGITS));
    }
  }

  PassedOver(TopologyOptions options) {
    this.options = options;
    this.serializer = options.serdes().of(DeadLetter.class).serializer();
  }

  /** Sets how much the producers send at all. */
  void limit(int bytes) {
    most = bytes;
  }

  /** Returns whether a record must not be sent. */
  boolean isRefused(ProducerRecord<byte[], byte[]> record) {
    return size(record) > limits.getOrDefault(record.topic(), most)
        || (!refused.isEmpty() && refused.contains(Place.of(record)));
  }

  private static long size(ProducerRecord<byte[], byte[]> record) {
    byte[] key = record.key();
    byte[] value = record.value();
    long size = OVERHEAD + (key == null ? 0L : key.length) + (value == null ? 0L : value.length);
    for (Header header : record.headers()) {
      byte[] content = header.value();
      size += header.key().length() + (content == null ? 0 : content.length);
    }
    return size;
  }

  /**
   * Counts a record that is not sent; returns its dead letter if it had none yet.
   *
   * @param told takes the place that the letter is about: to be {@link #forget forgotten} if the
   *     letter's transaction is not committed
   */
  List<ProducerRecord<byte[], byte[]>> add(
      ProducerRecord<byte[], byte[]> record, Consumer<Place> told) {
    Place place = Place.of(record);
    long size = size(record);
    int limit = limits.getOrDefault(record.topic(), most);
    String reason =
        size > limit
            ? "has " + size + " bytes; its topic takes " + limit
            : "was refused by the broker";
    String sentence =
        "the record of "
            + place.topic()
            + " whose key has the SHA-256 hash "
            + place.key()
            + "... was not sent: it "
            + reason
            + ". See docs/operating.md#passed-over";
    count.incrementAndGet();
    last = sentence;
    if (place.topic().equals(deadLetters()) || !isFirst(place)) {
      return List.of();
    }
    told.accept(place);
    DeadLetter letter = new DeadLetter(null, place.topic(), null, -1L, null, sentence);
    return List.of(
        new ProducerRecord<>(deadLetters(), null, serializer.serialize(deadLetters(), letter)));
  }

  private String deadLetters() {
    return options.prefix() + Topics.DEAD_LETTERS.name();
  }

  private boolean isFirst(Place place) {
    synchronized (letters) {
      boolean isFirst = letters.add(place);
      if (letters.size() > MOST_LETTERS) {
        letters.remove(letters.iterator().next());
      }
      return isFirst;
    }
  }

  /** Forgets letters that nobody will read: their records have others when they come again. */
  void forget(Collection<Place> places) {
    synchronized (letters) {
      letters.removeAll(places);
    }
  }

  /** Takes note of what a broker has refused. */
  void learn(ProducerRecord<byte[], byte[]> record, Exception problem) {
    if (problem instanceof RecordTooLargeException) {
      limits.merge(record.topic(), (int) size(record) - 1, Math::min);
    } else if (problem instanceof InvalidRecordException && !isInnocent(problem)) {
      refused.add(Place.of(record));
    }
  }

  /**
   * Asks for the limits of topics that have refused a record. Without them, each of several records
   * between the limit and the smallest one refused so far would cost a transaction, and a thread.
   */
  void ask(Function<Set<String>, Map<String, Integer>> question) {
    Set<String> unknown = new HashSet<>(limits.keySet());
    unknown.removeAll(asked);
    if (!unknown.isEmpty()) {
      question
          .apply(unknown)
          .forEach(
              (topic, bytes) -> {
                limits.merge(topic, bytes, Math::min);
                asked.add(topic);
              });
    }
  }

  /** A record that was sent together with an invalid one fails too; only this tells them apart. */
  private static boolean isInnocent(Exception problem) {
    return String.valueOf(problem.getMessage()).contains("part of a batch");
  }

  /** Returns whether a thread has failed because of something that is refused from now on. */
  boolean isCausedBy(Throwable problem) {
    for (Throwable cause = problem; cause != null; cause = cause.getCause()) {
      if (cause instanceof RecordTooLargeException || cause instanceof InvalidRecordException) {
        return !limits.isEmpty() || !refused.isEmpty();
      }
    }
    return false;
  }

  long count() {
    return count.get();
  }

  @Nullable String last() {
    return last;
  }
}
