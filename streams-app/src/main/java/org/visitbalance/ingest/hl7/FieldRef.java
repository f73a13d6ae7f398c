package org.visitbalance.ingest.hl7;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A place in a message, as {@code PV1-3.4.1} or {@code PID-3[AN].1}.
 *
 * @param segment the name of the segment
 * @param first what field 1 of the segment must be, as in {@code IN1[1]-3.1}; null for any
 * @param type what component 5 of the repetition must be; null for the first repetition
 */
record FieldRef(
    String segment, @Nullable String first, int field, @Nullable String type, int part, int sub) {
  private static final Pattern FORM =
      Pattern.compile(
          "([A-Z][A-Z0-9]{2})(?:\\[([A-Za-z0-9]{1,8})])?-([1-9][0-9]?)"
              + "(?:\\[([A-Za-z0-9]{1,20})])?(?:\\.([1-9][0-9]?)(?:\\.([1-9][0-9]?))?)?");

  /** Reads a place; returns null for a text that is none. */
  static @Nullable FieldRef parse(String text) {
    Matcher matcher = FORM.matcher(text.strip().toUpperCase(Locale.ROOT));
    if (!matcher.matches()) {
      return null;
    }
    return new FieldRef(
        matcher.group(1),
        matcher.group(2),
        Integer.parseInt(matcher.group(3)),
        matcher.group(4),
        number(matcher.group(5)),
        number(matcher.group(6)));
  }

  /** Reads a place that is known to be one. */
  static FieldRef of(String text) {
    FieldRef ref = parse(text);
    if (ref == null) {
      throw new IllegalArgumentException(text);
    }
    return ref;
  }

  private static int number(@Nullable String text) {
    return text == null ? 1 : Integer.parseInt(text);
  }

  @Override
  public String toString() {
    return segment
        + (first == null ? "" : "[" + first + "]")
        + "-"
        + field
        + (type == null ? "" : "[" + type + "]")
        + (part == 1 && sub == 1 ? "" : "." + part)
        + (sub == 1 ? "" : "." + sub);
  }
}
