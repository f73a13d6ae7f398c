package org.visitbalance.query.request;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.LogicalType;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import org.visitbalance.output.Balance;
import org.visitbalance.text.JsonText;

/** Records from their JSON form. What is not there is null, an empty list or an empty map. */
final class JsonRecords {
  private JsonRecords() {}

  /** The balance of a JSON object, as rows and stored balances have it. */
  static Balance balance(String json) {
    try {
      return (Balance) record(Balance.getClassSchema(), JsonValues.mapper().readTree(json));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A balance as a row of their list. */
  static Map<String, @Nullable Object> row(Balance balance) {
    StringWriter text = new StringWriter();
    try {
      try (JsonGenerator json = JsonValues.mapper().createGenerator(text)) {
        JsonText.writeValue(json, balance);
      }
      Map<String, @Nullable Object> row =
          JsonValues.mapper().readValue(text.toString(), new TypeReference<>() {});
      row.keySet().removeAll(List.of("tenant", "providers"));
      return row;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static SpecificRecord record(Schema schema, JsonNode json) {
    SpecificRecord record = (SpecificRecord) SpecificData.get().newRecord(null, schema);
    for (Schema.Field field : schema.getFields()) {
      record.put(field.pos(), value(field.schema(), json.path(field.name())));
    }
    return record;
  }

  private static @Nullable Object value(Schema schema, JsonNode json) {
    LogicalType logical = schema.getLogicalType();
    if (logical != null) {
      return logical.getName().equals("date")
          ? LocalDate.parse(json.asText())
          : Instant.parse(json.asText());
    }
    return switch (schema.getType()) {
      case RECORD -> record(schema, json);
      case UNION -> isNone(json) ? null : value(schema.getTypes().get(1), json);
      case ENUM -> SpecificData.get().createEnum(json.asText(), schema);
      case INT -> json.asInt();
      case LONG -> json.asLong();
      case BOOLEAN -> json.asBoolean();
      case ARRAY -> list(schema, json);
      case MAP -> map(schema, json);
      default -> json.asText();
    };
  }

  private static boolean isNone(JsonNode json) {
    return json.isMissingNode() || json.isNull();
  }

  private static List<@Nullable Object> list(Schema schema, JsonNode json) {
    List<@Nullable Object> list = new ArrayList<>();
    json.forEach(one -> list.add(value(schema.getElementType(), one)));
    return list;
  }

  private static Map<String, @Nullable Object> map(Schema schema, JsonNode json) {
    Map<String, @Nullable Object> map = new TreeMap<>();
    json.forEachEntry((name, one) -> map.put(name, value(schema.getValueType(), one)));
    return map;
  }
}
