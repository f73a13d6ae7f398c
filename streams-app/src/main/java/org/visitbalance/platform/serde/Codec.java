package org.visitbalance.platform.serde;

import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.jspecify.annotations.Nullable;

/**
 * Stored records as bare Avro data: written and read under the record's present schema, so that
 * what another {@code StateVersion} wrote must never be given to it. Asks no registry. Safe for
 * several threads.
 */
public final class Codec<T extends SpecificRecord> {
  private final RecordWriter<T> writer;
  private final RecordReader<T> reader;

  /** The codec of a generated record. */
  public Codec(Class<T> type) {
    this.writer = new RecordWriter<>(type);
    this.reader = new RecordReader<>(type, SpecificData.getForClass(type).getSchema(type));
  }

  /** Returns a record's datum. */
  public byte[] encode(T record) {
    return writer.write(record);
  }

  /** Returns the record of a datum. */
  public T decode(byte[] stored) {
    return reader.read(stored, 0);
  }

  /** Returns the record of a datum, or null where there is none. */
  public @Nullable T decodeIfThere(byte @Nullable [] stored) {
    return stored == null ? null : decode(stored);
  }

  /** The same as a serde; null stays null. */
  @SuppressWarnings("NullAway") // Kafka's interfaces do not say that null is a tombstone.
  public static <T extends SpecificRecord> Serde<T> serde(Class<T> type) {
    Codec<T> codec = new Codec<>(type);
    return Serdes.serdeFrom(
        (topic, record) -> record == null ? null : codec.encode(record),
        (topic, stored) -> codec.decodeIfThere(stored));
  }
}
