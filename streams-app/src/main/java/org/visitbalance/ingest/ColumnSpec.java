package org.visitbalance.ingest;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a field's value comes from.
 *
 * @param columns the columns' names; empty where {@code constant} is given. Of several, modifiers
 *     take all, an instant takes the latest, any other field the first that is not blank
 * @param values what a cell's text stands for; {@code *} is any other text
 * @param format a pattern of {@link java.time.format.DateTimeFormatter}
 * @param fallback the value of a blank cell, and of an optional column that is not there
 * @param optional whether a file may lack the column
 * @param crosswalk whether the cell is the EMR's patient id, to be translated; unless a mapping
 *     says otherwise, that of the EMR's own facts is
 * @param place where the mapping says so
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
    Yaml place) {

  private static final String FORMS =
      "a column's name, or {column: NAME}, with values, format, default, optional and crosswalk as"
          + " needed, or {value: CONSTANT}";

  /** Reads what a mapping says of one field. */
  static ColumnSpec read(RowKind kind, Field field, Yaml place) {
    ColumnSpec spec = parsed(kind, field, place);
    CellReader reader = CellReader.of(spec, kind, java.time.ZoneOffset.UTC);
    if (spec.constant != null) {
      check(reader, spec.constant, place);
    }
    if (spec.fallback != null) {
      check(reader, spec.fallback, place);
    }
    spec.values.values().forEach(target -> check(reader, target, place));
    return spec;
  }

  /** Whether a file that lacks all of the columns can still be read. */
  boolean mayBeMissing() {
    return constant != null || optional;
  }

  private static ColumnSpec parsed(RowKind kind, Field field, Yaml place) {
    boolean ofEmr = field == Field.PATIENT_KEY && kind.isOfEmr();
    if (place.isText() || place.isList()) {
      return new ColumnSpec(field, columns(place), Map.of(), null, null, null, false, ofEmr, place);
    }
    Yaml.Fields fields = place.map(FORMS);
    Yaml constant = fields.get("value");
    Yaml column = fields.get("column");
    if ((constant == null) == (column == null)) {
      throw place.error("must be " + FORMS);
    }
    Yaml format = fields.get("format");
    if (format != null && field.type() != CellType.DATE && field.type() != CellType.INSTANT) {
      throw format.error("is for dates and times only; " + field.label() + " is none");
    }
    Yaml crosswalk = fields.get("crosswalk");
    boolean translated = crosswalk == null ? ofEmr : SettingsDocument.isTrue(crosswalk);
    if (translated && field != Field.PATIENT_KEY) {
      throw place.error("has crosswalk, which is for patientKey only");
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
            place);
    for (Yaml unknown : fields.unknown().values()) {
      throw unknown.error(
          "is not known; allowed are column, value, values, format, default, optional, crosswalk");
    }
    return spec;
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
    return List.of(place.text("a column's name, or a list of them"));
  }

  private static Map<String, String> values(@Nullable Yaml place) {
    Map<String, String> values = new LinkedHashMap<>();
    if (place != null) {
      place
          .map("a map from what the file says to what is meant, such as {Patient: PATIENT}")
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
