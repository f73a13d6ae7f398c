package org.visitbalance.ingest;

import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where the value of a field comes from.
 *
 * @param columns the columns' names; empty if {@code constant} is given. With several columns,
 *     modifiers take all values, an instant takes the latest, and any other field takes the first
 *     non-blank value
 * @param values what a cell's text stands for; {@code *} matches any other text
 * @param format a pattern of {@link java.time.format.DateTimeFormatter}
 * @param fallback the value for a blank cell, or for an optional column that is missing
 * @param optional whether a file may lack the column
 * @param crosswalk whether the cell is the EMR's patient id and has to be translated; by default
 *     true for the EMR's own facts
 * @param midnightIsTime whether a time of exactly midnight is that time; by default it stands for
 *     its day, as a date does, because databases write dates that way
 * @param place where the mapping defines it
 */
record ColumnSpec(
    Field field,
    List<String> columns,
    Map<String, String> values,
    @Nullable String format,
    @Nullable String fallback,
    @Nullable String constant,
    boolean optional,
    boolean crosswalk,
    boolean midnightIsTime,
    Yaml place) {

  private static final String FORMS =
      "a column's name, or {column: NAME}, with values, format, default, optional, crosswalk and"
          + " midnight as needed, or {value: CONSTANT}";

  /** Reads the specification of one field from a mapping. */
  static ColumnSpec read(RowKind kind, Field field, Yaml place) {
    ColumnSpec spec = parsed(kind, field, place);
    CellReader reader = CellReader.of(spec, kind, ZoneOffset.UTC, null);
    if (spec.constant != null) {
      check(reader, spec.constant, place);
    }
    if (spec.fallback != null) {
      check(reader, spec.fallback, place);
    }
    spec.values.values().forEach(target -> check(reader, target, place));
    return spec;
  }

  /** Returns whether a file without any of these columns can still be read. */
  boolean mayBeMissing() {
    return constant != null || optional;
  }

  private static ColumnSpec parsed(RowKind kind, Field field, Yaml place) {
    boolean ofEmr = field == Field.PATIENT_KEY && kind.isOfEmr();
    if (place.isText() || place.isList()) {
      return new ColumnSpec(
          field,
          columns(place),
          Map.of(),
          null,
          null,
          null,
          false,
          ofEmr,
          field == Field.COMPLETE_UNTIL,
          place);
    }
    Yaml.Fields fields = place.map(FORMS);
    Yaml constant = fields.get("value");
    Yaml column = fields.get("column");
    if ((constant == null) == (column == null)) {
      throw place.error("must be " + FORMS);
    }
    Yaml format = fields.get("format");
    if (format != null && field.type() != CellType.DATE && field.type() != CellType.INSTANT) {
      throw format.error("applies to dates and times only; " + field.label() + " is neither");
    }
    Yaml crosswalk = fields.get("crosswalk");
    boolean translated = crosswalk == null ? ofEmr : SettingsDocument.isTrue(crosswalk);
    if (translated && field != Field.PATIENT_KEY) {
      throw place.error("has crosswalk, which applies to patientKey only");
    }
    Yaml fallback = fields.get("default");
    ColumnSpec spec =
        new ColumnSpec(
            field,
            column == null ? List.of() : columns(column),
            values(fields.get("values")),
            format == null ? null : DatePattern.checked(format),
            fallback == null ? null : fallback.text("a value"),
            constant == null ? null : constant.text("a value"),
            SettingsDocument.isTrue(fields.get("optional")),
            translated,
            midnightIsTime(field, fields.get("midnight")),
            place);
    for (Yaml unknown : fields.unknown().values()) {
      throw unknown.error(
          "is not a known key; allowed are column, value, values, format, default, optional,"
              + " crosswalk, midnight");
    }
    return spec;
  }

  private static boolean midnightIsTime(Field field, @Nullable Yaml place) {
    if (place == null) {
      return field == Field.COMPLETE_UNTIL;
    } else if (field.type() != CellType.INSTANT) {
      throw place.error("applies to times only; " + field.label() + " is none");
    } else if (!place.text("time").equals("time")) {
      throw place.error("must be time");
    }
    return true;
  }

  private static List<String> columns(Yaml place) {
    if (place.isList()) {
      List<String> columns =
          place.list("columns").stream().map(name -> name.text("a column's name")).toList();
      if (columns.isEmpty()) {
        throw place.error("must name at least one column");
      }
      return columns;
    }
    return List.of(place.text("a column's name, or a list of column names"));
  }

  private static Map<String, String> values(@Nullable Yaml place) {
    Map<String, String> values = new LinkedHashMap<>();
    if (place != null) {
      place
          .map("a map from the file's texts to their meanings, such as {Patient: PATIENT}")
          .all()
          .forEach((text, target) -> values.put(text, target.text("a value")));
    }
    return values;
  }

  private static void check(CellReader reader, String target, Yaml place) {
    if (reader.convert(target) == Amount.LOST) {
      throw place.error("has a value that cannot be used: '" + target + "' is no amount of money");
    } else if (reader.convert(target) instanceof Bad bad) {
      throw place.error("has a value that cannot be used: '" + target + "' " + bad.reason());
    }
  }
}
