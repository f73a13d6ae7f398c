package org.visitbalance.ingest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.specific.SpecificRecordBase;
import org.jspecify.annotations.Nullable;
import org.visitbalance.core.Facts;

/** Reads one fact from one JSON object (contract.md, section 1). One for each thread. */
final class JsonFactReader {
  private static final String KIND = "fact";
  private static final String RECORDED_AT = "recordedAt";
  private static final String DATE = "a date such as 2026-11-04";
  private static final String INSTANT = "an instant such as 2026-11-04T17:05:00Z";

  /**
   * What a line gave: a fact, or the reason why it gave none.
   *
   * @param tenant as far as it could be read
   */
  record Result(
      @Nullable SpecificRecordBase fact,
      @Nullable Instant knownAt,
      @Nullable String tenant,
      @Nullable String field,
      @Nullable String reason) {}

  /** Ends the reading of a line; it carries no stack, as bad input is nothing exceptional. */
  private static final class Unusable extends RuntimeException {
    final @Nullable String field;

    Unusable(@Nullable String field, String reason) {
      super(reason, null, false, false);
      this.field = field;
    }
  }

  private final JsonFactory json = new JsonFactory();
  private final IsoTexts texts = new IsoTexts();
  private @Nullable String tenant;
  private @Nullable Instant recordedAt;

  /** Reads one line's bytes. */
  Result read(byte[] bytes, int offset, int length) {
    tenant = null;
    recordedAt = null;
    try {
      SpecificRecordBase fact = Facts.normalized(parse(bytes, offset, length));
      Facts.Problem problem = Facts.problem(fact);
      if (problem != null) {
        return new Result(null, null, tenant, problem.field(), problem.reason());
      }
      Instant knownAt = recordedAt == null ? Facts.occurredAt(fact) : recordedAt;
      return new Result(fact, knownAt, tenant, null, null);
    } catch (Unusable e) {
      return new Result(null, null, tenant, e.field, String.valueOf(e.getMessage()));
    } catch (IOException e) {
      return new Result(null, null, tenant, null, "is not one JSON object");
    }
  }

  private SpecificRecordBase parse(byte[] bytes, int offset, int length) throws IOException {
    try (JsonParser parser = json.createParser(bytes, offset, length)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new Unusable(null, "is not one JSON object");
      }
      String first = parser.nextFieldName();
      FactKind kind =
          KIND.equals(first) ? kind(parser.nextToken(), parser) : findKind(bytes, offset, length);
      SpecificRecordBase record = kind.make();
      String name = KIND.equals(first) ? parser.nextFieldName() : first;
      for (; name != null; name = parser.nextFieldName()) {
        readField(parser, kind, record, name, "");
      }
      if (parser.currentToken() != JsonToken.END_OBJECT || parser.nextToken() != null) {
        throw new Unusable(null, "is not one JSON object");
      }
      String missing = kind.missing(record);
      if (missing != null) {
        throw new Unusable(missing, "is missing");
      }
      return record;
    }
  }

  /** Finds out what a line is about whose first field does not say it. */
  private FactKind findKind(byte[] bytes, int offset, int length) throws IOException {
    try (JsonParser parser = json.createParser(bytes, offset, length)) {
      parser.nextToken();
      for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
        JsonToken token = parser.nextToken();
        if (name.equals(KIND)) {
          return kind(token, parser);
        }
        parser.skipChildren();
      }
    }
    throw new Unusable(KIND, "is missing");
  }

  private static FactKind kind(@Nullable JsonToken token, JsonParser parser) throws IOException {
    FactKind kind = token == JsonToken.VALUE_STRING ? FactKind.named(parser.getText()) : null;
    if (kind == null) {
      throw new Unusable(KIND, "is none of visit, charge, rejection, transmission, note, feed");
    }
    return kind;
  }

  private void readField(
      JsonParser parser, FactKind kind, SpecificRecordBase record, String name, String within)
      throws IOException {
    JsonToken token = parser.nextToken();
    FactKind.Field field = kind.field(name);
    if (field == null) {
      if (name.equals(RECORDED_AT) && within.isEmpty()) {
        recordedAt = recordedAt(token, parser);
      }
      parser.skipChildren();
      return;
    }
    String text = token == JsonToken.VALUE_STRING ? parser.getText() : null;
    boolean isAbsent = text != null ? text.isBlank() : token == JsonToken.VALUE_NULL;
    Object value = isAbsent ? null : value(token, text, parser, field, within);
    record.put(field.position(), value);
    if (name.equals("tenant") && within.isEmpty()) {
      tenant = (String) value;
    }
  }

  private @Nullable Instant recordedAt(@Nullable JsonToken token, JsonParser parser)
      throws IOException {
    String text = token == JsonToken.VALUE_STRING ? parser.getText() : null;
    if (token == JsonToken.VALUE_NULL || (text != null && text.isBlank())) {
      return null;
    }
    Instant instant = text == null ? null : texts.instant(text);
    if (instant == null) {
      throw new Unusable(RECORDED_AT, "is not " + INSTANT);
    }
    return instant;
  }

  private Object value(
      @Nullable JsonToken token,
      @Nullable String text,
      JsonParser parser,
      FactKind.Field field,
      String within)
      throws IOException {
    return switch (field.type()) {
      case TEXT -> texts.shared(required(text, within, field, "a text"));
      case WHOLE -> whole(token, parser, within, field);
      case TRUTH -> truth(token, within, field);
      case DATE -> required(text == null ? null : texts.date(text), within, field, DATE);
      case INSTANT -> required(text == null ? null : texts.instant(text), within, field, INSTANT);
      case SYMBOL ->
          field.symbols().getOrDefault(required(text, within, field, "a text"), field.unknown());
      case TEXTS -> texts(token, parser, within, field);
      case LINES -> lines(token, parser, within, field);
    };
  }

  private static <T> T required(
      @Nullable T value, String within, FactKind.Field field, String wanted) {
    if (value == null) {
      throw new Unusable(within + field.name(), "is not " + wanted);
    }
    return value;
  }

  private static Integer whole(
      @Nullable JsonToken token, JsonParser parser, String within, FactKind.Field field)
      throws IOException {
    if (token == JsonToken.VALUE_NUMBER_INT) {
      try {
        return parser.getIntValue();
      } catch (InputCoercionException tooLarge) {
        throw new Unusable(within + field.name(), "is not a whole number from 0 to 2147483647");
      }
    }
    throw new Unusable(within + field.name(), "is not a whole number >= 0");
  }

  private static Boolean truth(@Nullable JsonToken token, String within, FactKind.Field field) {
    if (token == JsonToken.VALUE_TRUE || token == JsonToken.VALUE_FALSE) {
      return token == JsonToken.VALUE_TRUE;
    }
    throw new Unusable(within + field.name(), "is not true or false");
  }

  private List<String> texts(
      @Nullable JsonToken token, JsonParser parser, String within, FactKind.Field field)
      throws IOException {
    expectArray(token, within, field, "a list of texts");
    List<String> list = null;
    for (JsonToken next = parser.nextToken();
        next != JsonToken.END_ARRAY;
        next = parser.nextToken()) {
      String text =
          required(
              next == JsonToken.VALUE_STRING ? parser.getText() : null,
              within,
              field,
              "a list of texts");
      list = list == null ? new ArrayList<>(2) : list;
      list.add(texts.shared(text));
    }
    return list == null ? List.of() : list;
  }

  private List<SpecificRecordBase> lines(
      @Nullable JsonToken token, JsonParser parser, String within, FactKind.Field field)
      throws IOException {
    expectArray(token, within, field, "a list of lines");
    List<SpecificRecordBase> lines = new ArrayList<>(4);
    for (JsonToken next = parser.nextToken();
        next != JsonToken.END_ARRAY;
        next = parser.nextToken()) {
      if (next != JsonToken.START_OBJECT) {
        throw new Unusable(within + field.name(), "is not a list of lines");
      }
      SpecificRecordBase line = FactKind.line().make();
      for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
        readField(parser, FactKind.line(), line, name, field.name() + ".");
      }
      String missing = FactKind.line().missing(line);
      if (missing != null) {
        throw new Unusable(field.name() + "." + missing, "is missing");
      }
      lines.add(line);
    }
    return lines;
  }

  private static void expectArray(
      @Nullable JsonToken token, String within, FactKind.Field field, String wanted) {
    if (token != JsonToken.START_ARRAY) {
      throw new Unusable(within + field.name(), "is not " + wanted);
    }
  }
}
