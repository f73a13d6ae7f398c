package org.visitbalance.platform.serde;

import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;

/** Writes records of one class with its own schema. Thread-safe. */
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

  /** Returns the bytes of a record. */
  byte[] write(T record) {
    ArrayEncoder encoder = ENCODERS.get();
    encoder.reset();
    return write(record, encoder);
  }

  /** Returns the bytes of a record after the header with a schema id. */
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
      // The message may contain a value; the stack trace does not.
      SerializationException failure =
          new SerializationException(
              "a "
                  + type.getName()
                  + " cannot be written ("
                  + e.getClass().getSimpleName()
                  + "): a required field is null, or a time is not between 1677 and 2262");
      failure.setStackTrace(e.getStackTrace());
      throw failure;
    }
    return encoder.toBytes();
  }
}
