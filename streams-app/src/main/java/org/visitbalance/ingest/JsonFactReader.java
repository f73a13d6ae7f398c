package org.visitbalance.ingest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.avro.specific.SpecificRecordBase;
import org.jspecify.annotations.Nullable;
import org.visitbalance.core.FactProblems;
import org.visitbalance.core.Facts;
import org.visitbalance.fact.Decision;
import org.visitbalance.output.DeadLetter;

/** Reads facts from JSON objects (contract.md#input). Use one per thread. */
final class JsonFactReader {
  private static final String KIND = "fact";
  private static final String RECORDED_AT = "recordedAt";
  private static final String TENANT = "tenant";
  private static final String NO_OBJECT = "is not a single JSON object";
  private static final String NO_UTF8 = "contains bytes that are not valid UTF-8";
  private static final List<String> FIXED_IN_LINKS = List.of("kind", "location", "date");
  private static final String TEXT = "a string";
  private static final String TEXTS = "a list of strings";
  private static final String LINES = "a list of lines";
  private static final String DATE = "a date such as 2026-11-04";
  private static final String INSTANT = "a UTC time such as 2026-11-04T17:05:00Z";

  /** Objects and lists within each other, the fact itself among them. */
  private static final int DEEPEST = 100;

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

  /** What is in a fact and not asked for may be as long as it likes. */
  private final JsonFactory json =
      new JsonFactoryBuilder()
          .disable(JsonFactory.Feature.CHARSET_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(DEEPEST)
                  .maxNumberLength(Integer.MAX_VALUE)
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNameLength(Integer.MAX_VALUE)
                  .build())
          .build();

  private final UnaryOperator<Instant> known;
  private final IsoTexts texts = new IsoTexts();
  private byte[] bytes = new byte[0];
  private int length;
  private @Nullable JsonParser parser;

  /** The position at which the parser started to count bytes. */
  private int parserFrom;

  private @Nullable String tenant;
  private @Nullable Instant recordedAt;

  /**
   * Creates a reader that has no input yet.
   *
   * @param known {@link FactSink#knownAt} of where the facts go
   */
  JsonFactReader(UnaryOperator<Instant> known) {
    this.known = known;
  }

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
    if (!Utf8.is(bytes, from, to)) {
      parser = null;
      return new Result(null, null, null, null, NO_UTF8);
    }
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
      Instant knownAt = known.apply(recordedAt == null ? Facts.occurredAt(fact) : recordedAt);
      Facts.Problem problem =
          recordedAt == null ? null : FactProblems.ofKnownTime(RECORDED_AT, recordedAt);
      if (problem == null) {
        problem = FactProblems.of(fact, knownAt);
      }
      return problem == null
          ? new Result(fact, knownAt, tenant, null, null)
          : new Result(null, null, tenant, problem.field(), problem.reason());
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
      if (bytes[i] != ' ' && bytes[i] != '\t' && bytes[i] != '\r' && bytes[i] != '\n') {
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
    RecordShape shape = null;
    if (KIND.equals(name)) {
      shape = shape(parser.nextToken(), parser);
      parser.skipChildren();
      name = parser.nextFieldName();
    }
    if (shape == null) {
      shape = findShape(from, to);
    }
    SpecificRecordBase record = shape.make();
    Given given = new Given();
    for (; name != null; name = parser.nextFieldName()) {
      if (!name.equals(KIND)) {
        readField(parser, shape, record, name, given);
      } else if (shape(parser.nextToken(), parser) != shape) {
        parser.skipChildren();
        if (findShape(from, to) != shape) {
          return parseLast(from, to);
        }
      }
    }
    record = withLinkFields(record, shape, given);
    given.check(shape);
    return record;
  }

  /** A link may leave out what is the same in every link. */
  private static SpecificRecordBase withLinkFields(
      SpecificRecordBase record, RecordShape shape, Given given) {
    if (!(record instanceof Decision decision)) {
      return record;
    }
    Decision complete = Facts.withLinkFields(decision);
    for (String name : FIXED_IN_LINKS) {
      RecordShape.Field field = shape.field(name);
      if (field != null && complete.get(field.position()) != null) {
        given.put(field, true);
      }
    }
    return complete;
  }

  /** Reads a line that names its kind twice, with different values: the last one counts. */
  private SpecificRecordBase parseLast(int from, int to) throws IOException {
    RecordShape shape = findShape(from, to);
    SpecificRecordBase record = shape.make();
    Given given = new Given();
    tenant = null;
    recordedAt = null;
    try (JsonParser own = json.createParser(bytes, from, to - from)) {
      own.nextToken();
      for (String name = own.nextFieldName(); name != null; name = own.nextFieldName()) {
        readField(own, shape, record, name, given);
      }
    }
    record = withLinkFields(record, shape, given);
    given.check(shape);
    // The shared parser is in the middle of the line.
    if (!isOneObject(from, to)) {
      throw new Unusable(null, NO_OBJECT);
    }
    parser = json.createParser(bytes, to, length - to);
    parserFrom = to;
    return record;
  }

  /** Determines the kind of a line whose first field is not its kind: the last one counts. */
  private RecordShape findShape(int from, int to) throws IOException {
    boolean isSaid = false;
    RecordShape shape = null;
    try (JsonParser own = json.createParser(bytes, from, to - from)) {
      own.nextToken();
      for (String name = own.nextFieldName(); name != null; name = own.nextFieldName()) {
        JsonToken token = own.nextToken();
        if (name.equals(KIND)) {
          isSaid = true;
          shape = shape(token, own);
        }
        own.skipChildren();
      }
    }
    if (shape == null) {
      throw new Unusable(KIND, isSaid ? "is not one of " + RecordShape.names() : "is missing");
    }
    return shape;
  }

  private static @Nullable RecordShape shape(@Nullable JsonToken token, JsonParser parser)
      throws IOException {
    return token == JsonToken.VALUE_STRING ? RecordShape.named(parser.getText()) : null;
  }

  /**
   * What an object has given so far. Of a name that stands twice the last counts, so a value that
   * cannot be used is no problem until the object has ended.
   */
  private static final class Given {
    private long bits;
    private @Nullable Map<String, Unusable> problems;

    void put(RecordShape.@Nullable Field field, boolean isThere) {
      if (field != null) {
        bits = isThere ? bits | field.bit() : bits & ~field.bit();
      }
    }

    void problem(String name, @Nullable Unusable problem) {
      if (problems != null) {
        problems.remove(name);
      }
      if (problem != null) {
        problems = problems == null ? new LinkedHashMap<>() : problems;
        problems.put(name, problem);
      }
    }

    void check(RecordShape shape) {
      if (problems != null && !problems.isEmpty()) {
        throw problems.values().iterator().next();
      }
      String missing = shape.missing(bits);
      if (missing != null) {
        throw new Unusable(missing, "is missing");
      }
    }
  }

  private void readField(
      JsonParser parser, RecordShape shape, SpecificRecordBase record, String name, Given given)
      throws IOException {
    JsonStreamContext object = parser.getParsingContext();
    JsonToken token = parser.nextToken();
    RecordShape.Field field = shape.field(name);
    boolean isFact = shape != RecordShape.line();
    boolean isRecordedAt = isFact && name.equals(RECORDED_AT);
    if (field == null && !isRecordedAt) {
      parser.skipChildren();
      return;
    }
    Unusable problem = null;
    Object value = null;
    try {
      if (!isAbsent(token, parser)) {
        value =
            field == null
                ? wanted(instant(token, parser), RECORDED_AT, INSTANT)
                : value(token, parser, field);
      }
    } catch (Unusable unusable) {
      problem = unusable;
      while (parser.getParsingContext() != object) {
        parser.nextToken();
      }
    }
    given.problem(name, problem);
    given.put(field, value != null);
    if (field == null) {
      recordedAt = (Instant) value;
    } else if (value != null || field.optional()) {
      record.put(field.position(), value);
    }
    if (isFact && name.equals(TENANT)) {
      tenant = (String) value;
    }
  }

  /** Returns whether a value counts as absent: missing, null and blank text are the same. */
  private static boolean isAbsent(@Nullable JsonToken token, JsonParser parser) throws IOException {
    return token == JsonToken.VALUE_STRING
        ? IsoTexts.isBlank(
            parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength())
        : token == JsonToken.VALUE_NULL;
  }

  private Object value(@Nullable JsonToken token, JsonParser parser, RecordShape.Field field)
      throws IOException {
    String path = field.path();
    return switch (field.type()) {
      case TEXT ->
          wanted(
              field.unique() && token == JsonToken.VALUE_STRING
                  ? parser.getText()
                  : text(token, parser),
              path,
              TEXT);
      case WHOLE -> (int) whole(token, parser, path, Integer.MAX_VALUE);
      case AMOUNT -> whole(token, parser, path, Long.MAX_VALUE);
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

  /** A whole number; one that is greater than the type holds is as great as that, or -1. */
  private static long whole(
      @Nullable JsonToken token, JsonParser parser, String path, long greatest) throws IOException {
    if (token == JsonToken.VALUE_NUMBER_INT) {
      try {
        return Math.min(Math.max(parser.getLongValue(), -1), greatest);
      } catch (InputCoercionException tooLarge) {
        return parser.getText().startsWith("-") ? -1 : greatest;
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
      Given given = new Given();
      for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
        readField(parser, RecordShape.line(), line, name, given);
      }
      given.check(RecordShape.line());
      lines.add(line);
    }
    return lines;
  }

  private static void expectArray(@Nullable JsonToken token, String path, String wanted) {
    wanted(token == JsonToken.START_ARRAY ? token : null, path, wanted);
  }
}
