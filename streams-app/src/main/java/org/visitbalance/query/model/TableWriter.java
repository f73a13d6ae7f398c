package org.visitbalance.query.model;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.visitbalance.platform.serde.Codec;
import org.visitbalance.topology.Topic;

/**
 * Fills the tables without a broker, with the records that would be on the topics: for measuring
 * and for tests. Records are written as they come from one partition.
 */
public final class TableWriter {
  private static final int AT_ONCE = 4_000;

  private final Database database;
  private final Intake intake = new Intake(Codec::serde, "", 1);
  private final Map<Class<?>, Codec<?>> codecs = new HashMap<>();
  private Batch batch = new Batch();
  private long offset;

  public TableWriter(Database database) {
    this.database = database;
  }

  /**
   * Takes a record; it is in the tables after {@link #flush}.
   *
   * @param value null for a tombstone
   * @param at the time of the record
   */
  public <T extends SpecificRecord> void put(
      Topic<T> topic, String key, @Nullable T value, Instant at) {
    byte[] bytes = value == null ? null : bytes(topic, value);
    ConsumerRecord<byte[], byte[]> record =
        new ConsumerRecord<>(
            topic.name(),
            0,
            offset++,
            at.toEpochMilli(),
            TimestampType.LOG_APPEND_TIME,
            ConsumerRecord.NULL_SIZE,
            ConsumerRecord.NULL_SIZE,
            key.getBytes(UTF_8),
            bytes,
            new RecordHeaders(),
            Optional.empty());
    try {
      intake.take(record, batch);
    } catch (Intake.Unreadable e) {
      throw new IllegalArgumentException(e);
    }
    if (offset % AT_ONCE == 0) {
      flush();
    }
  }

  @SuppressWarnings("unchecked") // Each topic's codec receives only that topic's records.
  private <T extends SpecificRecord> byte[] bytes(Topic<T> topic, T value) {
    Codec<T> codec =
        (Codec<T>) codecs.computeIfAbsent(topic.type(), any -> new Codec<>(topic.type()));
    return codec.encode(value);
  }

  /** Writes what was taken, in one transaction. */
  public void flush() {
    Batch taken = batch;
    batch = new Batch();
    try {
      database.jdbi().useTransaction(handle -> taken.write(handle.getConnection()));
    } catch (java.sql.SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
