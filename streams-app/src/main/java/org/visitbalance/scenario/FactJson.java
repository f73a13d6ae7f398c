package org.visitbalance.scenario;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.time.Instant;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.visitbalance.core.Facts;
import org.visitbalance.fact.Charge;
import org.visitbalance.fact.Feed;
import org.visitbalance.fact.Note;
import org.visitbalance.fact.Rejection;
import org.visitbalance.fact.Transmission;
import org.visitbalance.platform.JsonText;

/** A fact as a line of JSON (contract.md, section 1): null fields are left out. */
final class FactJson {
  private FactJson() {}

  static void write(JsonGenerator json, TimedFact timed) throws IOException {
    SpecificRecord fact = timed.fact();
    json.writeStartObject();
    json.writeStringField("fact", name(fact));
    writeFields(json, fact);
    Instant knownAt = timed.knownAt();
    if (!knownAt.equals(Facts.occurredAt(fact))) {
      json.writeStringField("recordedAt", knownAt.toString());
    }
    json.writeEndObject();
  }

  private static String name(SpecificRecord fact) {
    if (fact instanceof Charge) {
      return "charge";
    } else if (fact instanceof Transmission) {
      return "transmission";
    } else if (fact instanceof Rejection) {
      return "rejection";
    } else if (fact instanceof Note) {
      return "note";
    }
    return fact instanceof Feed ? "feed" : "visit";
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
