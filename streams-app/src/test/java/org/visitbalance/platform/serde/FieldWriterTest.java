package org.visitbalance.platform.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.visitbalance.fact.Charge;
import org.visitbalance.fact.Visit;
import org.visitbalance.output.Balance;
import org.visitbalance.output.Discrepancy;
import org.visitbalance.settings.Settings;
import org.visitbalance.state.DateVerdict;
import org.visitbalance.state.PeriodFigures;
import org.visitbalance.state.Retained;

class FieldWriterTest {
  private static final int ROUNDS = 50;

  static List<Class<? extends SpecificRecord>> types() {
    return List.of(
        Visit.class,
        Charge.class,
        Balance.class,
        Discrepancy.class,
        Settings.class,
        DateVerdict.class,
        PeriodFigures.class,
        Retained.class);
  }

  @ParameterizedTest
  @MethodSource("types")
  void itWritesTheBytesThatAvroWrites(Class<? extends SpecificRecord> type) throws IOException {
    SpecificData model = SpecificData.getForClass(type);
    Schema schema = model.getSchema(type);
    FieldWriter ours = FieldWriter.of(schema);
    SpecificDatumWriter<Object> avros = new SpecificDatumWriter<>(schema, model);
    Random random = new Random(7);
    for (int round = 0; round < ROUNDS; round++) {
      Object record = any(schema, model, random);
      assertThat(bytes(out -> ours.write(record, out)))
          .isEqualTo(bytes(out -> avros.write(record, out)));
    }
  }

  @Test
  void anInstantBefore1970IsExact() throws IOException {
    Schema schema = Visit.getClassSchema().getField("finalizedAt").schema();
    Instant at = Instant.parse("1969-12-31T23:59:59.750Z");

    byte[] written = bytes(out -> FieldWriter.of(schema).write(at, out));

    assertThat(new ArrayDecoder(written, 0, null).readLong()).isEqualTo(-250_000_000L);
  }

  @Test
  void whatIsMissingIsAnError() {
    FieldWriter writer = FieldWriter.of(Schema.create(Schema.Type.STRING));

    assertThatThrownBy(() -> bytes(out -> writer.write(null, out)))
        .isInstanceOf(NullPointerException.class);
  }

  @Test
  void aSchemaThatNoRecordHasIsRefusedBeforeAnythingIsWritten() {
    assertThatThrownBy(() -> FieldWriter.of(Schema.create(Schema.Type.DOUBLE)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private interface Writing {
    void to(BinaryEncoder out) throws IOException;
  }

  private static byte[] bytes(Writing writing) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    BinaryEncoder out = EncoderFactory.get().binaryEncoder(bytes, null);
    writing.to(out);
    out.flush();
    return bytes.toByteArray();
  }

  /** Any value of a schema, as generated classes have it. */
  @SuppressWarnings({"unchecked", "rawtypes"})
  private static Object any(Schema schema, SpecificData model, Random random) {
    String meaning = schema.getLogicalType() == null ? "" : schema.getLogicalType().getName();
    return switch (schema.getType()) {
      case RECORD -> {
        SpecificRecord record = (SpecificRecord) model.newRecord(null, schema);
        for (Schema.Field field : schema.getFields()) {
          record.put(field.pos(), any(field.schema(), model, random));
        }
        yield record;
      }
      case UNION -> {
        Schema some = schema.getTypes().get(random.nextInt(2));
        yield some.getType() == Schema.Type.NULL ? null : any(some, model, random);
      }
      case ARRAY -> {
        List<Object> list = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
          list.add(any(schema.getElementType(), model, random));
        }
        yield list;
      }
      case MAP -> {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = random.nextInt(3); i > 0; i--) {
          map.put("k\u00e9" + i, any(schema.getValueType(), model, random));
        }
        yield map;
      }
      case ENUM -> {
        List<String> symbols = schema.getEnumSymbols();
        yield Enum.valueOf(
            (Class<Enum>) model.getClass(schema), symbols.get(random.nextInt(symbols.size())));
      }
      case STRING -> "text \u4e16" + random.nextInt();
      case BYTES -> ByteBuffer.wrap(new byte[] {1, (byte) random.nextInt()});
      case BOOLEAN -> random.nextBoolean();
      case INT ->
          meaning.equals("date") ? LocalDate.ofEpochDay(random.nextInt(40_000)) : random.nextInt();
      case LONG ->
          meaning.isEmpty()
              ? random.nextLong()
              : Instant.ofEpochSecond(random.nextInt(1 << 30), random.nextInt(1_000_000_000));
      default -> throw new IllegalArgumentException(schema.toString());
    };
  }
}
