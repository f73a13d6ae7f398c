package org.visitbalance.platform.serde;

import java.io.IOException;
import org.apache.avro.Schema;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.FastReaderBuilder;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * Reads data of one writer's schema into one class of records. If the two do not match, the reader
 * rejects every record. Thread-safe.
 */
final class RecordReader<T extends SpecificRecord> {
  private final Class<T> type;
  private final @Nullable DatumReader<T> reader;
  private final String refusal;
  private final @Nullable KnownTexts texts;

  /**
   * @param texts where equal texts are found again, for records that are kept; null to read faster
   */
  RecordReader(Class<T> type, Schema writer, @Nullable KnownTexts texts) {
    this.type = type;
    this.texts = texts;
    DatumReader<T> made = null;
    String problem;
    try {
      SpecificData model = SpecificData.getForClass(type);
      Schema schema = model.getSchema(type);
      problem = problem(writer, schema);
      if (problem.isEmpty()) {
        made = new FastReaderBuilder(model).createDatumReader(writer, schema);
      }
    } catch (RuntimeException | IOException | StackOverflowError e) {
      // Avro throws various exceptions for schemas that it does not expect.
      problem = "its schema is incompatible with the program's";
    }
    this.reader = made;
    this.refusal = problem;
  }

  private static String problem(Schema writer, Schema schema) {
    Schema renamed = Schema.applyAliases(writer, schema);
    if (!renamed.getFullName().equals(schema.getFullName())) {
      return "its schema is that of " + writer.getFullName();
    }
    String difference = Meanings.difference(renamed, schema, schema.getName());
    return difference == null ? "" : "in its schema " + difference;
  }

  /**
   * @param from where the data begins; it must end with the array
   * @throws UndecodableException if it cannot be read
   */
  T read(byte[] bytes, int from) {
    if (reader == null) {
      throw new UndecodableException(
          "a record is not a "
              + type.getName()
              + ": "
              + refusal
              + "; it was written to the wrong topic or by an incompatible producer");
    }
    ArrayDecoder decoder = new ArrayDecoder(bytes, from, texts);
    T record;
    try {
      record = reader.read(null, decoder);
    } catch (IOException | RuntimeException | StackOverflowError e) {
      // The message may contain a value; the class of the exception does not. The stack overflows
      // if a record is nested as deeply as its schema allows.
      throw new UndecodableException(
          "a record is not a "
              + type.getName()
              + ": its data cannot be read at byte "
              + decoder.position()
              + " of "
              + bytes.length
              + " ("
              + e.getClass().getSimpleName()
              + "); check its producer");
    }
    if (decoder.position() != bytes.length) {
      throw new UndecodableException(
          "a record is not a "
              + type.getName()
              + ": "
              + (bytes.length - decoder.position())
              + " bytes are left after its data; its producer used another schema than the one"
              + " named in the record");
    }
    return record;
  }
}
