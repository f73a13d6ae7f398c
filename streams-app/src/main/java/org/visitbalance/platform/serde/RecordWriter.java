package org.visitbalance.platform.serde;

import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;

/** Writes records of one class under its own schema. Safe for several threads. */
final class RecordWriter<T extends SpecificRecord> {
  private static final ThreadLocal<ArrayEncoder> ENCODERS =
      ThreadLocal.withInitial(ArrayEncoder::new);

  private final Class<T> type;
  private final Schema schema;
  private final ValueWriter writer;

  RecordWriter(Class<T> type) {
    this.type = type;
    this.schema = SpecificData.getForClass(type).getSchema(type);
    this.writer = ValueWriter.of(schema);
  }

  Schema schema() {
    return schema;
  }

  /** Returns a record's datum. */
  byte[] write(T record) {
    ArrayEncoder encoder = ENCODERS.get();
    encoder.reset();
    return write(record, encoder);
  }

  /** Returns a record's datum after the header of a schema id. */
  byte[] write(int id, T record) {
    ArrayEncoder encoder = ENCODERS.get();
    encoder.reset();
    encoder.writeHeader(id);
    return write(record, encoder);
  }

  private byte[] write(T record, ArrayEncoder encoder) {
    try {
      writer.write(record, encoder);
    } catch (RuntimeException e) {
      // What it says may show a value; where the program failed does not.
      SerializationException failure =
          new SerializationException(
              "a "
                  + type.getName()
                  + " cannot be written ("
                  + e.getClass().getSimpleName()
                  + "): a field that must not be null is null, or a time is not within 1677 to 2262");
      failure.setStackTrace(e.getStackTrace());
      throw failure;
    }
    return encoder.toBytes();
  }
}
