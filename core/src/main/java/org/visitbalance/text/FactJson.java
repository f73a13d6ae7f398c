package org.visitbalance.text;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.time.Instant;
import java.util.Locale;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;

/** Writes a fact as a JSON object (contract.md#input); null fields are left out. */
public final class FactJson {
  private FactJson() {}

  /**
   * Writes one of the records of {@code org.visitbalance.fact}.
   *
   * @param knownAt written as {@code recordedAt} if it differs from the fact's {@code occurredAt}
   */
  public static void write(JsonGenerator json, SpecificRecord fact, Instant knownAt)
      throws IOException {
    Schema schema = fact.getSchema();
    json.writeStartObject();
    json.writeStringField("fact", schema.getName().toLowerCase(Locale.ROOT));
    writeFields(json, fact);
    if (!knownAt.equals(fact.get(schema.getField("occurredAt").pos()))) {
      json.writeStringField("recordedAt", knownAt.toString());
    }
    json.writeEndObject();
  }

  private static void writeFields(JsonGenerator json, SpecificRecord record) throws IOException {
    for (Schema.Field field : record.getSchema().getFields()) {
      Object value = record.get(field.pos());
      if (value == null) {
        continue;
      }
      json.writeFieldName(field.name());
      if (value instanceof Iterable<?> list) {
        writeList(json, list);
      } else {
        JsonText.writeValue(json, value);
      }
    }
  }

  private static void writeList(JsonGenerator json, Iterable<?> list) throws IOException {
    json.writeStartArray();
    for (Object element : list) {
      if (element instanceof SpecificRecord line) {
        json.writeStartObject();
        writeFields(json, line);
        json.writeEndObject();
      } else {
        JsonText.writeValue(json, element);
      }
    }
    json.writeEndArray();
  }
}
