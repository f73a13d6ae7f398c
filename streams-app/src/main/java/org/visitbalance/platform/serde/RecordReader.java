package org.visitbalance.platform.serde;

import java.io.IOException;
import org.apache.avro.Schema;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.FastReaderBuilder;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * Reads data of one writer's schema into one class of records. Two that do not go together give a
 * reader that refuses each datum. Safe for several threads.
 */
final class RecordReader<T extends SpecificRecord> {
  private final Class<T> type;
  private final @Nullable DatumReader<T> reader;
  private final String refusal;
  private final KnownTexts texts = new KnownTexts();

  RecordReader(Class<T> type, Schema writer) {
    this.type = type;
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
      // Avro throws many things at schemas that it does not expect.
      problem = "its schema cannot be resolved to ours";
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
   * @param from where the datum begins; it must end with the array
   * @throws UndecodableException when it is none
   */
  T read(byte[] bytes, int from) {
    if (reader == null) {
      throw new UndecodableException(
          "a record is no "
              + type.getName()
              + ": "
              + refusal
              + "; it was written to a wrong topic or by an incompatible producer");
    }
    ArrayDecoder decoder = new ArrayDecoder(bytes, from, texts);
    T record;
    try {
      record = reader.read(null, decoder);
    } catch (IOException | RuntimeException | StackOverflowError e) {
      // What it says may show a value; its kind does not. A stack overflows where a record is
      // nested as deeply as its schema lets it be.
      throw new UndecodableException(
          "a record is no "
              + type.getName()
              + ": its datum cannot be read at byte "
              + decoder.position()
              + " of "
              + bytes.length
              + " ("
              + e.getClass().getSimpleName()
              + "); look for its producer");
    }
    if (decoder.position() != bytes.length) {
      throw new UndecodableException(
          "a record is no "
              + type.getName()
              + ": "
              + (bytes.length - decoder.position())
              + " bytes are left after its datum; its producer wrote another schema than it says");
    }
    return record;
  }
}
