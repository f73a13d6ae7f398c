package org.visitbalance.audit;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/**
 * The records of a partition by groups of patients. They wait as bytes until the partition has been
 * read; then one group after another is decoded, evaluated and forgotten. Few bytes are alive while
 * waiting, and whatever is made of a record is gone before the garbage collector would have to copy
 * it (docs/adr/0046).
 *
 * @param <T> what is made of a group
 */
final class PatientGroups<T> {
  private static final int GROUPS = 64;

  /** What may wait in all groups; beyond it, only what is made of the records is kept. */
  private static final int MOST_BYTES = 64 << 20;

  private static final int FIRST_BYTES = 16 << 10;

  /** A record without its key and value. */
  private static final int FRAME = 4 + 4 + 8 + 8 + 4 + 4;

  private static final int NONE = -1;

  private final List<ByteBuffer> waiting = new ArrayList<>();
  private final List<@Nullable T> made = new ArrayList<>();
  private final List<String> topics = new ArrayList<>();
  private final Supplier<T> maker;
  private final BiConsumer<T, List<ConsumerRecord<byte[], byte[]>>> taker;
  private long bytes;

  /**
   * Creates groups without records.
   *
   * @param taker takes some records of a group, in the order in which they were added
   */
  PatientGroups(Supplier<T> maker, BiConsumer<T, List<ConsumerRecord<byte[], byte[]>>> taker) {
    this.maker = maker;
    this.taker = taker;
    for (int i = 0; i < GROUPS; i++) {
      waiting.add(ByteBuffer.allocate(0));
      made.add(null);
    }
  }

  void add(ConsumerRecord<byte[], byte[]> record) {
    int group = Math.floorMod(Arrays.hashCode(record.key()), GROUPS);
    int size = FRAME + length(record.key()) + length(record.value());
    ByteBuffer own = waiting.get(group);
    if (own.remaining() < size) {
      int more = Math.max(FIRST_BYTES, Math.max(own.capacity(), size));
      own = ByteBuffer.allocate(own.capacity() + more).put(own.flip());
      waiting.set(group, own);
    }
    own.putInt(topic(record.topic())).putInt(record.partition());
    own.putLong(record.offset()).putLong(record.timestamp());
    put(own, record.key());
    put(own, record.value());
    bytes += size;
    if (bytes > MOST_BYTES) {
      for (int i = 0; i < GROUPS; i++) {
        take(i);
      }
      bytes = 0;
    }
  }

  /** Takes what is left, and gives each group away. */
  void finish(Consumer<T> sink) {
    for (int i = 0; i < GROUPS; i++) {
      sink.accept(take(i));
      made.set(i, null);
    }
  }

  private T take(int group) {
    T own = made.get(group);
    if (own == null) {
      own = maker.get();
      made.set(group, own);
    }
    ByteBuffer from = waiting.set(group, ByteBuffer.allocate(0)).flip();
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    while (from.hasRemaining()) {
      records.add(record(from));
    }
    taker.accept(own, records);
    return own;
  }

  private ConsumerRecord<byte[], byte[]> record(ByteBuffer from) {
    return new ConsumerRecord<>(
        topics.get(from.getInt()),
        from.getInt(),
        from.getLong(),
        from.getLong(),
        TimestampType.NO_TIMESTAMP_TYPE,
        NONE,
        NONE,
        get(from),
        get(from),
        new RecordHeaders(),
        Optional.empty());
  }

  private int topic(String name) {
    int known = topics.indexOf(name);
    if (known < 0) {
      topics.add(name);
      return topics.size() - 1;
    }
    return known;
  }

  private static int length(byte @Nullable [] part) {
    return part == null ? 0 : part.length;
  }

  private static void put(ByteBuffer to, byte @Nullable [] part) {
    to.putInt(part == null ? NONE : part.length);
    if (part != null) {
      to.put(part);
    }
  }

  private static byte @Nullable [] get(ByteBuffer from) {
    int length = from.getInt();
    if (length == NONE) {
      return null;
    }
    byte[] part = new byte[length];
    from.get(part);
    return part;
  }
}
