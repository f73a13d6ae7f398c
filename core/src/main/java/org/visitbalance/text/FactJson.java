package org.visitbalance.text;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.time.Instant;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.visitbalance.core.FactKind;
import org.visitbalance.core.Facts;

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
    json.writeStartObject();
    json.writeStringField("fact", FactKind.of(fact).label());
    writeFields(json, fact);
    if (!knownAt.equals(Facts.occurredAt(fact))) {
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
