package org.visitbalance.ingest.hl7;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.visitbalance.ingest.Yaml;

/**
 * Where the value of a field comes from.
 *
 * @param places the first that is not blank gives the value
 * @param isJoined whether all places together give it, with a slash between them
 * @param values what the words of the sender mean; {@code *} stands for all others
 * @param otherwise the value where all places are blank
 */
record FieldRule(
    List<FieldRef> places,
    boolean isJoined,
    Map<String, String> values,
    @Nullable String otherwise) {
  private static final String A_PLACE =
      "a place such as PV1-19.1, a list of places, or a map with field, join, values, value or"
          + " default";
  private static final String ANY = "*";

  static final FieldRule NONE = of();

  static FieldRule of(String... places) {
    List<FieldRef> refs = new ArrayList<>();
    for (String place : places) {
      refs.add(FieldRef.of(place));
    }
    return new FieldRule(refs, false, Map.of(), null);
  }

  /** Reads a rule; what it does not say stays as another rule has it. */
  static FieldRule read(Yaml place, FieldRule before) {
    if (place.isText() || place.isList()) {
      return new FieldRule(places(place), false, before.values, null);
    }
    Yaml.Fields fields = place.map(A_PLACE);
    Yaml field = fields.get("field");
    Yaml join = fields.get("join");
    Yaml values = fields.get("values");
    Yaml value = fields.get("value");
    Yaml otherwise = fields.get("default");
    for (Yaml unknown : fields.unknown().values()) {
      throw unknown.error("is not a known key; allowed are field, join, values, value, default");
    }
    if (value != null) {
      if (field != null || join != null || values != null || otherwise != null) {
        throw value.error("stands alone; remove the other keys, or use default");
      }
      return new FieldRule(List.of(), false, Map.of(), value.text("a text"));
    }
    if (field != null && join != null) {
      throw join.error("does not go with field; use one of the two");
    }
    Yaml from = join == null ? field : join;
    return new FieldRule(
        from == null ? before.places : places(from),
        from == null ? before.isJoined : join != null,
        values == null ? before.values : values(values),
        otherwise == null ? before.otherwise : otherwise.text("a text"));
  }

  private static List<FieldRef> places(Yaml place) {
    List<FieldRef> refs = new ArrayList<>();
    for (Yaml one : place.isList() ? place.list(A_PLACE) : List.of(place)) {
      FieldRef ref = FieldRef.parse(one.text(A_PLACE));
      if (ref == null) {
        throw one.error(
            "is not a place in a message; write the segment, the field and the component, such as"
                + " PV1-3.4 or PID-3[AN].1");
      }
      refs.add(ref);
    }
    return List.copyOf(refs);
  }

  static Map<String, String> values(Yaml place) {
    Map<String, String> values = new LinkedHashMap<>();
    place
        .map("a map from the words of the sender to values")
        .all()
        .forEach((word, value) -> values.put(folded(word), value.text("a value")));
    return values;
  }

  static String folded(String word) {
    return word.strip().toUpperCase(Locale.ROOT);
  }

  /** Returns the value in a message; null if there is none. */
  @Nullable String value(Hl7Message message, @Nullable Hl7Segment of) {
    String said = isJoined ? joined(message, of) : first(message, of);
    if (said == null) {
      return otherwise;
    }
    String meant = values.get(folded(said));
    return meant != null ? meant : values.getOrDefault(ANY, said);
  }

  private @Nullable String first(Hl7Message message, @Nullable Hl7Segment of) {
    for (FieldRef place : places) {
      String said = message.get(place, of);
      if (said != null) {
        return said;
      }
    }
    return null;
  }

  /** Returns null if one part is blank: what is left would name something else. */
  private @Nullable String joined(Hl7Message message, @Nullable Hl7Segment of) {
    List<String> parts = new ArrayList<>(places.size());
    for (FieldRef place : places) {
      String said = message.get(place, of);
      if (said == null) {
        return null;
      }
      parts.add(said);
    }
    return parts.isEmpty() ? null : String.join("/", parts);
  }

  /** Returns the places, for people. */
  String says() {
    List<String> names = places.stream().map(FieldRef::toString).toList();
    return String.join(isJoined ? " / " : ", ", names);
  }
}
