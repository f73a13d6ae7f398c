package org.visitbalance.platform.serde;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;

/** Writes records of one class with its own schema. Thread-safe. */
final class RecordWriter<T extends SpecificRecord> {
  private static final ThreadLocal<Buffer> BUFFERS = ThreadLocal.withInitial(Buffer::new);

  private final Class<T> type;
  private final Schema schema;
  private final FieldWriter writer;

  RecordWriter(Class<T> type) {
    SpecificData model = SpecificData.getForClass(type);
    this.type = type;
    this.schema = model.getSchema(type);
    this.writer = FieldWriter.of(schema);
  }

  Schema schema() {
    return schema;
  }

  /** Returns the bytes of a record. */
  byte[] write(T record) {
    return write(record, BUFFERS.get().empty());
  }

  /** Returns the bytes of a record after the header with a schema id. */
  byte[] write(int id, T record) {
    Buffer buffer = BUFFERS.get().empty();
    WireFormat.writeHeader(id, buffer.bytes);
    return write(record, buffer);
  }

  private byte[] write(T record, Buffer buffer) {
    try {
      writer.write(record, buffer.encoder);
      buffer.encoder.flush();
    } catch (IOException | RuntimeException e) {
      BUFFERS.remove(); // The encoder holds the first part of the record.
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
    return buffer.bytes.toByteArray();
  }

  private static final class Buffer {
    private static final int USUAL = 1024;
    private static final int KEPT = 1 << 20;

    private ByteArrayOutputStream bytes = new ByteArrayOutputStream(USUAL);
    private BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);

    Buffer empty() {
      if (bytes.size() > KEPT) { // Give the memory of a huge record back.
        bytes = new ByteArrayOutputStream(USUAL);
        encoder = EncoderFactory.get().binaryEncoder(bytes, encoder);
      }
      bytes.reset();
      return this;
    }
  }
}
