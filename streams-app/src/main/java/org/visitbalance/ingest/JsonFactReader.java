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
import org.visitbalance.output.DeadLetter;

/** Reads facts from JSON objects (contract.md#input). Use one per thread. */
final class JsonFactReader {
  private static final String KIND = "fact";
  private static final String RECORDED_AT = "recordedAt";
  private static final String NO_OBJECT = "is not a single JSON object";
  private static final String TEXT = "a string";
  private static final String TEXTS = "a list of strings";
  private static final String LINES = "a list of lines";
  private static final String DATE = "a date such as 2026-11-04";
  private static final String INSTANT = "a UTC time such as 2026-11-04T17:05:00Z";

  /**
   * The result of a line: a fact, or the reason why it is not one.
   *
   * @param tenant the tenant, if it could be read
   */
  record Result(
      @Nullable SpecificRecordBase fact,
      @Nullable Instant knownAt,
      @Nullable String tenant,
      @Nullable String field,
      @Nullable String reason) {

    /** Returns the dead letter of a line that is not a fact. */
    DeadLetter letter(String source, long line) {
      return new DeadLetter(tenant, source, null, line, field, String.valueOf(reason));
    }
  }

  /** Ends the reading of a line. It has no stack trace, since bad input is nothing exceptional. */
  private static final class Unusable extends RuntimeException {
    final @Nullable String field;

    Unusable(@Nullable String field, String reason) {
      super(reason, null, false, false);
      this.field = field;
    }
  }

  private final JsonFactory json = new JsonFactory();
  private final IsoTexts texts = new IsoTexts();
  private byte[] bytes = new byte[0];
  private int length;
  private @Nullable JsonParser parser;

  /** The position at which the parser started to count bytes. */
  private int parserFrom;

  private @Nullable String tenant;
  private @Nullable Instant recordedAt;

  /** Sets the bytes whose lines are read next. */
  void open(byte[] bytes, int length) {
    this.bytes = bytes;
    this.length = length;
    this.parser = null;
  }

  /**
   * Reads one line. One parser reads line after line, because creating one is expensive; it is
   * replaced after a line that is not a single object.
   */
  Result read(int from, int to) {
    tenant = null;
    recordedAt = null;
    boolean isWhole = false;
    try {
      if (parser == null) {
        parser = json.createParser(bytes, from, length - from);
        parserFrom = from;
      }
      SpecificRecordBase fact = Facts.normalized(parse(parser, from, to));
      int end = parserFrom + (int) parser.currentLocation().getByteOffset();
      if (end > to || !isBlank(end, to)) {
        return new Result(null, null, tenant, null, NO_OBJECT);
      }
      isWhole = true;
      Facts.Problem problem = Facts.problem(fact);
      if (problem != null) {
        return new Result(null, null, tenant, problem.field(), problem.reason());
      }
      Instant knownAt = recordedAt == null ? Facts.occurredAt(fact) : recordedAt;
      return new Result(fact, knownAt, tenant, null, null);
    } catch (Unusable e) {
      return isOneObject(from, to)
          ? new Result(null, null, tenant, e.field, String.valueOf(e.getMessage()))
          : new Result(null, null, tenant, null, NO_OBJECT);
    } catch (IOException e) {
      return new Result(null, null, tenant, null, NO_OBJECT);
    } finally {
      if (!isWhole) {
        parser = null;
      }
    }
  }

  private boolean isBlank(int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] > ' ' || bytes[i] < 0) {
        return false;
      }
    }
    return true;
  }

  private boolean isOneObject(int from, int to) {
    try (JsonParser own = json.createParser(bytes, from, to - from)) {
      if (own.nextToken() != JsonToken.START_OBJECT) {
        return false;
      }
      own.skipChildren();
      return own.nextToken() == null;
    } catch (IOException e) {
      return false;
    }
  }

  private SpecificRecordBase parse(JsonParser parser, int from, int to) throws IOException {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw new Unusable(null, NO_OBJECT);
    }
    String name = parser.nextFieldName();
    RecordShape shape;
    if (KIND.equals(name)) {
      shape = shape(parser.nextToken(), parser);
      name = parser.nextFieldName();
    } else {
      shape = findShape(from, to);
    }
    SpecificRecordBase record = shape.make();
    long given = 0;
    for (; name != null; name = parser.nextFieldName()) {
      given |= readField(parser, shape, record, name, "");
    }
    String missing = shape.missing(given);
    if (missing != null) {
      throw new Unusable(missing, "is missing");
    }
    return record;
  }

  /** Determines the kind of a line whose first field is not its kind. */
  private RecordShape findShape(int from, int to) throws IOException {
    try (JsonParser own = json.createParser(bytes, from, to - from)) {
      own.nextToken();
      for (String name = own.nextFieldName(); name != null; name = own.nextFieldName()) {
        JsonToken token = own.nextToken();
        if (name.equals(KIND)) {
          return shape(token, own);
        }
        own.skipChildren();
      }
    }
    throw new Unusable(KIND, "is missing");
  }

  private static RecordShape shape(@Nullable JsonToken token, JsonParser parser)
      throws IOException {
    RecordShape shape =
        token == JsonToken.VALUE_STRING ? RecordShape.named(parser.getText()) : null;
    if (shape == null) {
      throw new Unusable(KIND, "is not one of " + RecordShape.names());
    }
    return shape;
  }

  /** Reads a field and returns its bit; 0 for an absent or unknown one. */
  private long readField(
      JsonParser parser, RecordShape shape, SpecificRecordBase record, String name, String within)
      throws IOException {
    JsonToken token = parser.nextToken();
    RecordShape.Field field = shape.field(name);
    if (field == null) {
      if (name.equals(RECORDED_AT) && within.isEmpty()) {
        recordedAt =
            isAbsent(token, parser) ? null : wanted(instant(token, parser), RECORDED_AT, INSTANT);
      }
      parser.skipChildren();
      return 0;
    }
    if (isAbsent(token, parser)) {
      return 0;
    }
    Object value = value(token, parser, field, within);
    record.put(field.position(), value);
    if (name.equals("tenant") && within.isEmpty()) {
      tenant = (String) value;
    }
    return field.bit();
  }

  /** Returns whether a value counts as absent: missing, null and blank text are the same. */
  private static boolean isAbsent(@Nullable JsonToken token, JsonParser parser) throws IOException {
    return token == JsonToken.VALUE_STRING
        ? IsoTexts.isBlank(
            parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength())
        : token == JsonToken.VALUE_NULL;
  }

  private Object value(
      @Nullable JsonToken token, JsonParser parser, RecordShape.Field field, String within)
      throws IOException {
    String path = within.isEmpty() ? field.name() : within + "." + field.name();
    return switch (field.type()) {
      case TEXT ->
          wanted(
              field.unique() && token == JsonToken.VALUE_STRING
                  ? parser.getText()
                  : text(token, parser),
              path,
              TEXT);
      case WHOLE -> whole(token, parser, path);
      case TRUTH -> wanted(truth(token), path, "true or false");
      case DATE -> wanted(date(token, parser), path, DATE);
      case INSTANT -> wanted(instant(token, parser), path, INSTANT);
      case SYMBOL ->
          field.symbols().getOrDefault(wanted(text(token, parser), path, TEXT), field.unknown());
      case TEXTS -> texts(token, parser, path);
      case LINES -> lines(token, parser, path);
    };
  }

  private static <T> T wanted(@Nullable T value, String path, String wanted) {
    if (value == null) {
      throw new Unusable(path, "is not " + wanted);
    }
    return value;
  }

  private static @Nullable Boolean truth(@Nullable JsonToken token) {
    if (token == JsonToken.VALUE_TRUE) {
      return Boolean.TRUE;
    }
    return token == JsonToken.VALUE_FALSE ? Boolean.FALSE : null;
  }

  private @Nullable String text(@Nullable JsonToken token, JsonParser parser) throws IOException {
    return token != JsonToken.VALUE_STRING
        ? null
        : texts.shared(parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength());
  }

  private @Nullable Object date(@Nullable JsonToken token, JsonParser parser) throws IOException {
    return token != JsonToken.VALUE_STRING
        ? null
        : texts.date(parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength());
  }

  private @Nullable Instant instant(@Nullable JsonToken token, JsonParser parser)
      throws IOException {
    return token != JsonToken.VALUE_STRING
        ? null
        : texts.instant(parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength());
  }

  private static Integer whole(@Nullable JsonToken token, JsonParser parser, String path)
      throws IOException {
    if (token == JsonToken.VALUE_NUMBER_INT) {
      try {
        return parser.getIntValue();
      } catch (InputCoercionException tooLarge) {
        throw new Unusable(path, "is not a whole number from 0 to 2147483647");
      }
    }
    throw new Unusable(path, "is not a whole number >= 0");
  }

  private List<String> texts(@Nullable JsonToken token, JsonParser parser, String path)
      throws IOException {
    expectArray(token, path, TEXTS);
    List<String> list = null;
    for (JsonToken next = parser.nextToken();
        next != JsonToken.END_ARRAY;
        next = parser.nextToken()) {
      list = list == null ? new ArrayList<>(2) : list;
      list.add(wanted(text(next, parser), path, TEXTS));
    }
    return list == null ? List.of() : list;
  }

  private List<SpecificRecordBase> lines(@Nullable JsonToken token, JsonParser parser, String path)
      throws IOException {
    expectArray(token, path, LINES);
    List<SpecificRecordBase> lines = new ArrayList<>(4);
    for (JsonToken next = parser.nextToken();
        next != JsonToken.END_ARRAY;
        next = parser.nextToken()) {
      wanted(next == JsonToken.START_OBJECT ? next : null, path, LINES);
      SpecificRecordBase line = RecordShape.line().make();
      long given = 0;
      for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
        given |= readField(parser, RecordShape.line(), line, name, path);
      }
      String missing = RecordShape.line().missing(given);
      if (missing != null) {
        throw new Unusable(path + "." + missing, "is missing");
      }
      lines.add(line);
    }
    return lines;
  }

  private static void expectArray(@Nullable JsonToken token, String path, String wanted) {
    wanted(token == JsonToken.START_ARRAY ? token : null, path, wanted);
  }
}
