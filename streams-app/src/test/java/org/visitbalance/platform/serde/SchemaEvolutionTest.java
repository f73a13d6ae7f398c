package org.visitbalance.platform.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.visitbalance.platform.serde.SomeVisits.SUBJECT;
import static org.visitbalance.platform.serde.SomeVisits.TOPIC;
import static org.visitbalance.platform.serde.SomeVisits.aVisit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.Test;
import org.visitbalance.fact.Visit;
import org.visitbalance.fact.VisitStatus;
import org.visitbalance.platform.registry.CompatibilityLevel;
import org.visitbalance.platform.registry.LocalRegistry;
import org.visitbalance.platform.registry.PortableSchemas;
import org.visitbalance.platform.registry.SchemaLog;

/** What producers of other versions wrote becomes a record of ours. */
class SchemaEvolutionTest {
  private static final String CASE_ID_FIELD = "{\"name\":\"caseId\",";

  private final LocalRegistry registry =
      new LocalRegistry(SchemaLog.inMemory(), CompatibilityLevel.NONE);
  private final AvroSerde<Visit> serde = AvroSerde.of(Visit.class, registry, Map.of());

  @Test
  void aNewerProducersFieldIsPassedOver() throws IOException {
    byte[] bytes =
        writtenUnder(
            schema ->
                schema.replace(
                    CASE_ID_FIELD,
                    "{\"name\":\"room\",\"type\":\"string\",\"default\":\"r\"}," + CASE_ID_FIELD));

    assertThat(serde.deserializer().deserialize(TOPIC, bytes)).isEqualTo(aVisit().build());
  }

  @Test
  void anOlderProducersMissingFieldGetsItsDefault() throws IOException {
    byte[] bytes =
        writtenUnder(
            schema -> schema.replaceFirst("\\{\"name\":\"rebilled\".*?\"default\":null},", ""));

    assertThat(serde.deserializer().deserialize(TOPIC, bytes))
        .isEqualTo(aVisit().setRebilled(null).build());
  }

  @Test
  void aSymbolThatWeDoNotKnowIsUnknown() throws IOException {
    byte[] bytes =
        writtenUnder(
            schema -> schema.replace("\"FINALIZED\",\"RETRACTED\"", "\"COSIGNED\",\"RETRACTED\""));

    assertThat(serde.deserializer().deserialize(TOPIC, bytes).getStatus())
        .isEqualTo(VisitStatus.UNKNOWN);
  }

  @Test
  void aMissingFieldWithoutDefaultMakesTheRecordUndecodable() throws IOException {
    byte[] bytes =
        writtenUnder(schema -> schema.replace("{\"name\":\"eventId\"", "{\"name\":\"event\""));

    assertThatThrownBy(() -> serde.deserializer().deserialize(TOPIC, bytes))
        .isExactlyInstanceOf(UndecodableException.class)
        .hasMessageContaining(Visit.class.getName())
        .hasMessageNotContaining(SomeVisits.SECRET);
  }

  @Test
  void aTimeInOtherUnitsIsNoTimeOfOurs() throws IOException {
    byte[] bytes = writtenUnder(schema -> schema.replace("timestamp-nanos", "timestamp-millis"));

    assertThatThrownBy(() -> serde.deserializer().deserialize(TOPIC, bytes))
        .isExactlyInstanceOf(UndecodableException.class)
        .hasMessageContaining("occurredAt")
        .hasMessageContaining("timestamp-millis");
  }

  /** A visit as somebody writes it whose schema is a change of ours. */
  private byte[] writtenUnder(UnaryOperator<String> change) throws IOException {
    Schema ours = PortableSchemas.of(Visit.getClassSchema());
    String text = change.apply(ours.toString());
    assertThat(text).isNotEqualTo(ours.toString());
    Schema theirs = new Schema.Parser().parse(text);
    byte[] bytes = serde.serializer().serialize(TOPIC, aVisit().build());
    GenericRecord record =
        new GenericDatumReader<GenericRecord>(ours)
            .read(null, DecoderFactory.get().binaryDecoder(bytes, 5, bytes.length - 5, null));
    GenericRecord changed = new GenericData.Record(theirs);
    for (Schema.Field field : theirs.getFields()) {
      Schema.Field from = ours.getField(field.name());
      Object value = from == null ? "new" : record.get(from.pos());
      changed.put(
          field.pos(),
          field.schema().getType() == Schema.Type.ENUM
              ? new GenericData.EnumSymbol(field.schema(), field.schema().getEnumSymbols().get(0))
              : value);
    }
    changed.put("noteType", record.get("noteType"));
    changed.put("noCharge", record.get("noCharge"));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    new GenericDatumWriter<GenericRecord>(theirs).write(changed, encoder);
    encoder.flush();
    byte[] datum = out.toByteArray();
    int id = registry.register(SUBJECT, theirs);
    return ByteBuffer.allocate(5 + datum.length).put((byte) 0).putInt(id).put(datum).array();
  }
}
