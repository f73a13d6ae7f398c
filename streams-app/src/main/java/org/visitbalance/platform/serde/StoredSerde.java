package org.visitbalance.platform.serde;

import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Values of state stores as bare Avro data: written and read under the record's present schema, so
 * that what another {@code StateVersion} wrote must never be given to it. Asks no registry. Null
 * stays null. Safe for several threads.
 */
public final class StoredSerde<T extends SpecificRecord> implements Serde<T> {
  private final RecordWriter<T> writer;
  private final RecordReader<T> reader;

  private StoredSerde(Class<T> type) {
    this.writer = new RecordWriter<>(type);
    this.reader = new RecordReader<>(type, SpecificData.getForClass(type).getSchema(type));
  }

  public static <T extends SpecificRecord> StoredSerde<T> of(Class<T> type) {
    return new StoredSerde<>(type);
  }

  @Override
  @SuppressWarnings("NullAway") // Kafka's interface does not say that null is a tombstone.
  public Serializer<T> serializer() {
    return (topic, record) -> record == null ? null : writer.write(record);
  }

  @Override
  @SuppressWarnings("NullAway")
  public Deserializer<T> deserializer() {
    return (topic, bytes) -> bytes == null ? null : reader.read(bytes, 0);
  }
}
