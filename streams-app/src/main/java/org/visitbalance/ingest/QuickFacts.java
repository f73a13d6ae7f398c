package org.visitbalance.ingest;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.specific.SpecificRecordBase;
import org.jspecify.annotations.Nullable;

/**
 * Reads a line as nearly all lines are: ASCII without escapes, the kind first, each field once and
 * of its type. Gives up on anything else, and says nothing about it: {@link JsonFactReader} reads
 * it then. A general parser would take most of the time of a run, much of it to be compiled
 * (docs/adr/0046). Use one per thread.
 */
final class QuickFacts {
  private static final byte[] KIND = "{\"fact\":".getBytes(US_ASCII);
  private static final byte[] RECORDED_AT = "recordedAt\"".getBytes(US_ASCII);
  private static final byte[] NULL = "null".getBytes(US_ASCII);
  private static final byte[] TRUE = "true".getBytes(US_ASCII);
  private static final byte[] FALSE = "false".getBytes(US_ASCII);

  private static final int LONGEST_TEXT = 512;
  private static final int MOST_DIGITS = 9;

  /** Ends the reading of a line. It has no stack trace, since whole files may be unusual. */
  private static final class Unusual extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Unusual() {
      super(null, null, false, false);
    }
  }

  private final IsoTexts texts;
  private final char[] chars = new char[LONGEST_TEXT];
  private byte[] bytes = new byte[0];
  private int at;
  private int end;
  private @Nullable Instant recordedAt;

  QuickFacts(IsoTexts texts) {
    this.texts = texts;
  }

  /** Returns the fact of a line; null if the line is unusual. */
  @Nullable SpecificRecordBase read(byte[] of, int from, int to) {
    bytes = of;
    at = from;
    end = to;
    recordedAt = null;
    try {
      expect(KIND);
      RecordShape shape = RecordShape.named(text());
      if (shape == null || shape.mayLackFields()) {
        return null;
      }
      SpecificRecordBase record = shape.make();
      fields(shape, record, next() == ',');
      return isBlank() ? record : null;
    } catch (Unusual unusual) {
      return null;
    }
  }

  /** Returns when the fact that was read last was recorded, if its line says so. */
  @Nullable Instant recordedAt() {
    return recordedAt;
  }

  private boolean isBlank() {
    while (at < end && (bytes[at] == ' ' || bytes[at] == '\r')) {
      at++;
    }
    return at == end;
  }

  /** Reads fields up to the end of their object; fields mostly come in the order of the shape. */
  private void fields(RecordShape shape, SpecificRecordBase record, boolean any) {
    long given = 0;
    int position = -1;
    for (boolean more = any; more; more = next() == ',') {
      at++;
      next();
      expect('"');
      int found = shape.find(bytes, at, end, position);
      if (found >= 0) {
        position = found;
        RecordShape.Field field = shape.field(position);
        at += field.name().length() + 1;
        colon();
        require((given & field.bit()) == 0);
        if (next() == 'n') {
          expect(NULL);
        } else {
          record.put(position, value(field));
          given |= field.bit();
        }
      } else {
        expect(RECORDED_AT);
        colon();
        require(recordedAt == null && shape != RecordShape.line());
        recordedAt = required(texts.instant(chars, 0, string()));
      }
    }
    expect('}');
    require(shape.missing(given) == null);
  }

  private Object value(RecordShape.Field field) {
    return switch (field.type()) {
      case TEXT -> field.unique() ? ownText() : text();
      case WHOLE -> number();
      case AMOUNT -> (long) number();
      case TRUTH -> truth();
      case DATE -> required(texts.date(chars, 0, string()));
      case INSTANT -> required(texts.instant(chars, 0, string()));
      case SYMBOL -> required(field.symbols().get(text()));
      case TEXTS -> texts();
      case LINES -> lines();
    };
  }

  /** Reads a string that is not blank into {@link #chars}, and returns its length. */
  private int string() {
    expect('"');
    int length = 0;
    while (true) {
      require(at < end && length < LONGEST_TEXT);
      byte letter = bytes[at++];
      if (letter == '"') {
        break;
      }
      // Bytes that are not ASCII are below zero.
      require(letter >= ' ' && letter != '\\');
      chars[length++] = (char) letter;
    }
    require(length > 0 && chars[0] != ' ');
    return length;
  }

  private String text() {
    next();
    return texts.shared(chars, 0, string());
  }

  private String ownText() {
    int length = string();
    return new String(bytes, at - 1 - length, length, ISO_8859_1);
  }

  private int number() {
    int first = at;
    int value = 0;
    while (at < end && bytes[at] >= '0' && bytes[at] <= '9') {
      value = 10 * value + bytes[at++] - '0';
      require(at - first <= MOST_DIGITS);
    }
    require(at > first && (bytes[first] != '0' || at == first + 1));
    return value;
  }

  private boolean truth() {
    boolean is = next() == 't';
    expect(is ? TRUE : FALSE);
    return is;
  }

  private List<String> texts() {
    expect('[');
    boolean isEmpty = next() == ']';
    List<String> list = isEmpty ? List.of() : new ArrayList<>(2);
    for (boolean more = !isEmpty; more; more = more()) {
      list.add(text());
    }
    expect(']');
    return list;
  }

  private List<SpecificRecordBase> lines() {
    expect('[');
    List<SpecificRecordBase> list = new ArrayList<>(4);
    for (boolean more = next() != ']'; more; more = more()) {
      require(next() == '{');
      SpecificRecordBase line = RecordShape.line().make();
      fields(RecordShape.line(), line, true);
      list.add(line);
    }
    expect(']');
    return list;
  }

  private boolean more() {
    boolean more = next() == ',';
    at += more ? 1 : 0;
    return more;
  }

  /** Returns the next byte after blanks. */
  private byte next() {
    while (at < end && bytes[at] == ' ') {
      at++;
    }
    require(at < end);
    return bytes[at];
  }

  private void colon() {
    next();
    expect(':');
    next();
  }

  private void expect(byte[] letters) {
    for (byte letter : letters) {
      expect((char) letter);
    }
  }

  private void expect(char letter) {
    require(at < end && bytes[at] == letter);
    at++;
  }

  private static <T> T required(@Nullable T value) {
    if (value == null) {
      throw new Unusual();
    }
    return value;
  }

  private static void require(boolean isUsual) {
    if (!isUsual) {
      throw new Unusual();
    }
  }
}
