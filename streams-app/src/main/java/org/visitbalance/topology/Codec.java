package org.visitbalance.topology;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * Stored records as plain Avro. No schema goes with them: state of another version is never read
 * ({@code StateVersion}). Not for several threads at once.
 */
final class Codec<T extends SpecificRecord> {
  private static final int USUAL_SIZE = 512;

  private final SpecificDatumWriter<T> writer;
  private final SpecificDatumReader<T> reader;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(USUAL_SIZE);
  private @Nullable BinaryEncoder encoder;
  private @Nullable BinaryDecoder decoder;

  Codec(Class<T> type) {
    Schema schema = SpecificData.get().getSchema(type);
    SpecificData data = SpecificData.getForClass(type);
    writer = new SpecificDatumWriter<>(schema, data);
    reader = new SpecificDatumReader<>(schema, schema, data);
  }

  byte[] encode(T record) {
    try {
      bytes.reset();
      encoder = EncoderFactory.get().directBinaryEncoder(bytes, encoder);
      writer.write(record, encoder);
      encoder.flush();
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  T decode(byte[] stored) {
    try {
      decoder = DecoderFactory.get().binaryDecoder(stored, decoder);
      return reader.read(null, decoder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Nullable T decodeIfThere(byte @Nullable [] stored) {
    return stored == null ? null : decode(stored);
  }

  /** The same as a serde, for any thread. */
  static <T extends SpecificRecord> Serde<T> serde(Class<T> type) {
    ThreadLocal<Codec<T>> codec = ThreadLocal.withInitial(() -> new Codec<>(type));
    Serializer<T> serializer =
        (topic, record) -> record == null ? null : codec.get().encode(record);
    Deserializer<T> deserializer =
        (topic, stored) -> stored == null ? null : codec.get().decode(stored);
    return Serdes.serdeFrom(serializer, deserializer);
  }
}
