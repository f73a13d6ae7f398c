package org.visitbalance.service;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.visitbalance.platform.CommittedReading;
import org.visitbalance.platform.Deadline;

/** Reads single records of a partition by their offsets. */
final class Originals implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** The distance to the next record from which the records in between are skipped. */
  private static final long FAR = 2_000;

  private final KafkaConsumer<byte[], byte[]> consumer;

  Originals(Map<String, ?> clients) {
    Map<String, Object> config = CommittedReading.config(clients);
    config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    this.consumer =
        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /** Takes a requested record; null if it does not exist. */
  @FunctionalInterface
  interface Taker<T> {
    void take(T asked, @Nullable ConsumerRecord<byte[], byte[]> record);
  }

  /**
   * Reads records in the order of their offsets.
   *
   * @param asked the requested items, by offset
   * @param isMore returns whether another one is needed
   */
  <T> void read(
      TopicPartition place, SortedMap<Long, T> asked, BooleanSupplier isMore, Taker<T> taker) {
    NavigableMap<Long, T> left = new TreeMap<>(asked);
    if (!isThere(place)) {
      goneBefore(Long.MAX_VALUE, left, isMore, taker);
      return;
    }
    List<TopicPartition> one = List.of(place);
    consumer.assign(one);
    long end = consumer.endOffsets(one).getOrDefault(place, 0L);
    goneBefore(consumer.beginningOffsets(one).getOrDefault(place, 0L), left, isMore, taker);
    Deadline patience = Deadline.in(PATIENCE);
    long position = -1;
    while (!left.isEmpty() && left.firstKey() < end && isMore.getAsBoolean()) {
      if (position < 0 || left.firstKey() - position > FAR) {
        consumer.seek(place, left.firstKey());
      }
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        goneBefore(record.offset(), left, isMore, taker);
        T wanted = isMore.getAsBoolean() ? left.remove(record.offset()) : null;
        if (wanted != null) {
          taker.take(wanted, record);
        }
      }
      long reached = consumer.position(place);
      if (reached > position) {
        patience = Deadline.in(PATIENCE);
      } else if (patience.isOver()) {
        throw new KafkaException(
            place
                + " returns nothing at offset "
                + reached
                + " for "
                + PATIENCE.toSeconds()
                + " s; check that its broker is up");
      }
      position = reached;
      goneBefore(position, left, isMore, taker);
    }
    goneBefore(Long.MAX_VALUE, left, isMore, taker);
  }

  private boolean isThere(TopicPartition place) {
    for (PartitionInfo info : consumer.partitionsFor(place.topic())) {
      if (info.partition() == place.partition()) {
        return true;
      }
    }
    return false;
  }

  private static <T> void goneBefore(
      long offset, NavigableMap<Long, T> left, BooleanSupplier isMore, Taker<T> taker) {
    while (!left.isEmpty() && left.firstKey() < offset && isMore.getAsBoolean()) {
      taker.take(left.pollFirstEntry().getValue(), null);
    }
  }

  @Override
  public void close() {
    consumer.close();
  }
}
