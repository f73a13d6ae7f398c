package org.visitbalance.topology;

import java.nio.ByteBuffer;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/** A record of an input topic. */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record InputRecord(
    String topic,
    int partition,
    long offset,
    long timestamp,
    byte @Nullable [] key,
    byte @Nullable [] value) {
  private static final int ABSENT = -1;

  static InputRecord of(RecordMetadata place, Record<byte[], byte[]> record) {
    return new InputRecord(
        place.topic(),
        place.partition(),
        place.offset(),
        record.timestamp(),
        record.key(),
        record.value());
  }

  /** Returns the form in a store, where the position is part of the key. */
  byte[] toBytes() {
    ByteBuffer bytes =
        ByteBuffer.allocate(Long.BYTES + 2 * Integer.BYTES + length(key) + length(value));
    bytes.putLong(timestamp);
    put(bytes, key);
    put(bytes, value);
    return bytes.array();
  }

  static InputRecord ofBytes(String topic, int partition, long offset, byte[] stored) {
    ByteBuffer bytes = ByteBuffer.wrap(stored);
    return new InputRecord(topic, partition, offset, bytes.getLong(), taken(bytes), taken(bytes));
  }

  private static int length(byte @Nullable [] part) {
    return part == null ? 0 : part.length;
  }

  private static void put(ByteBuffer bytes, byte @Nullable [] part) {
    bytes.putInt(part == null ? ABSENT : part.length);
    if (part != null) {
      bytes.put(part);
    }
  }

  private static byte @Nullable [] taken(ByteBuffer bytes) {
    int length = bytes.getInt();
    if (length == ABSENT) {
      return null;
    }
    byte[] part = new byte[length];
    bytes.get(part);
    return part;
  }
}
