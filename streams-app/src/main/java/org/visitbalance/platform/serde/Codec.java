package org.visitbalance.platform.serde;

import java.util.function.Function;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.jspecify.annotations.Nullable;

/**
 * Stored records as bare Avro data, written and read with the current schema of the record; what
 * another {@code StateVersion} wrote must never be passed to it. Uses no registry. Thread-safe.
 */
public final class Codec<T extends SpecificRecord> {
  private final RecordWriter<T> writer;
  private final RecordReader<T> reader;
  private final Function<byte[], T> decoder = this::decode;

  /** Creates the codec of a generated record. */
  public Codec(Class<T> type) {
    this.writer = new RecordWriter<>(type);
    this.reader = new RecordReader<>(type, SpecificData.getForClass(type).getSchema(type), null);
  }

  /** Returns the bytes of a record. */
  public byte[] encode(T record) {
    return writer.write(record);
  }

  /** Returns the record in some bytes. */
  public T decode(byte[] stored) {
    return reader.read(stored, 0);
  }

  /** Returns what decodes; always the same object. */
  public Function<byte[], T> decoder() {
    return decoder;
  }

  /** Returns the record in some bytes, or null for null. */
  public @Nullable T decodeIfThere(byte @Nullable [] stored) {
    return stored == null ? null : decode(stored);
  }

  /** Returns the codec as a serde; null stays null. */
  @SuppressWarnings("NullAway") // Kafka's interfaces do not declare that null is a tombstone.
  public static <T extends SpecificRecord> Serde<T> serde(Class<T> type) {
    Codec<T> codec = new Codec<>(type);
    return Serdes.serdeFrom(
        (topic, record) -> record == null ? null : codec.encode(record),
        (topic, stored) -> codec.decodeIfThere(stored));
  }
}
