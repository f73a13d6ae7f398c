package org.visitbalance.ingest.hl7;

import ca.uhn.hl7v2.HL7Exception;
import ca.uhn.hl7v2.model.Segment;
import ca.uhn.hl7v2.parser.EncodingCharacters;
import ca.uhn.hl7v2.parser.PipeParser;
import ca.uhn.hl7v2.util.Terser;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A segment of a message. */
record Hl7Segment(String name, Segment fields) {
  /** In HL7, two quotes say that there is no value. */
  private static final String DELETED = "\"\"";

  private static final int TYPE = 5;

  private static final EncodingCharacters SEPARATORS = EncodingCharacters.defaultInstance();

  /** Returns a value, trimmed; null if it is blank or not there. */
  @Nullable String get(FieldRef place) {
    int repetition = 0;
    String type = place.type();
    if (type != null) {
      repetition = repetition(place.field(), type);
      if (repetition < 0) {
        return null;
      }
    }
    return get(place.field(), repetition, place.part(), place.sub());
  }

  /** Returns all of it, to be compared. */
  String text() {
    return PipeParser.encode(fields, SEPARATORS);
  }

  private int repetition(int field, String type) {
    for (int i = 0; i < repetitions(field); i++) {
      if (type.equalsIgnoreCase(get(field, i, TYPE, 1))) {
        return i;
      }
    }
    return -1;
  }

  private int repetitions(int field) {
    try {
      return field > fields.numFields() ? 0 : fields.getField(field).length;
    } catch (HL7Exception e) {
      return 0;
    }
  }

  private @Nullable String get(int field, int repetition, int part, int sub) {
    try {
      if (repetition >= repetitions(field)) {
        return null;
      }
      String text = Terser.get(fields, field, repetition, part, sub);
      String trimmed = text == null ? "" : text.strip();
      return trimmed.isEmpty() || trimmed.equals(DELETED) ? null : trimmed;
    } catch (HL7Exception e) {
      return null;
    }
  }

  /** Returns a value of each repetition of a field. */
  List<String> all(FieldRef place) {
    List<String> all = new ArrayList<>();
    for (int i = 0; i < repetitions(place.field()); i++) {
      String one = get(place.field(), i, place.part(), place.sub());
      if (one != null) {
        all.add(one);
      }
    }
    return all;
  }
}
