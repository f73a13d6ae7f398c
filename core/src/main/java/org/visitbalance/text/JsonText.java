package org.visitbalance.text;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.time.temporal.Temporal;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * The JSON form of the generated records: fields in the order of the schema, null written (unless
 * the schema says {@code omitNull}, for fields that were added after others relied on the shape),
 * dates and instants in ISO 8601 (fraction with 3, 6 or 9 digits, or none if it is zero), maps in
 * the order of their keys.
 */
public final class JsonText {
  private static final String OMIT_NULL = "omitNull";

  private JsonText() {}

  /** Writes a record as one JSON object. */
  public static void write(JsonGenerator json, SpecificRecord record) throws IOException {
    json.writeStartObject();
    writeFields(json, record);
    json.writeEndObject();
  }

  /** Writes a record's fields into an object that the caller has started. */
  public static void writeFields(JsonGenerator json, SpecificRecord record) throws IOException {
    for (Schema.Field field : record.getSchema().getFields()) {
      Object value = record.get(field.pos());
      if (isWritten(field, value)) {
        json.writeFieldName(field.name());
        writeValue(json, value);
      }
    }
  }

  /** Returns whether a field is written: null is, unless the schema says otherwise. */
  public static boolean isWritten(Schema.Field field, @Nullable Object value) {
    return value != null || field.getObjectProp(OMIT_NULL) == null;
  }

  /** Writes any value that a field of a record can have. */
  public static void writeValue(JsonGenerator json, @Nullable Object value) throws IOException {
    if (value == null) {
      json.writeNull();
    } else if (value instanceof String text) {
      json.writeString(text);
    } else if (value instanceof Integer number) {
      json.writeNumber(number);
    } else if (value instanceof Long number) {
      json.writeNumber(number);
    } else if (value instanceof Boolean truth) {
      json.writeBoolean(truth);
    } else if (value instanceof Enum<?> || value instanceof Temporal) {
      json.writeString(value.toString());
    } else if (value instanceof SpecificRecord record) {
      write(json, record);
    } else if (value instanceof Map<?, ?> map) {
      json.writeStartObject();
      for (Map.Entry<?, ?> entry : new TreeMap<>(map).entrySet()) {
        json.writeFieldName(entry.getKey().toString());
        writeValue(json, entry.getValue());
      }
      json.writeEndObject();
    } else if (value instanceof Iterable<?> list) {
      json.writeStartArray();
      for (Object element : list) {
        writeValue(json, element);
      }
      json.writeEndArray();
    } else {
      throw new IllegalArgumentException("no JSON form for " + value.getClass());
    }
  }
}
