package org.visitbalance.ingest;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How the files that match a pattern are read.
 *
 * @param match the pattern for the file's name; null matches no file by itself
 * @param kind the kind of its rows; null if the files are to be ignored
 * @param mergeDailyNotes whether an evaluative note and its Daily Note are one visit (SOAP 1.0)
 * @param rules how its tables are taken apart into rows
 * @param auto whether the built-in profile that fits a file is used
 * @param source what messages call it: mapping.yaml:3, or profile webpt-charges
 */
record MappingEntry(
    @Nullable String match,
    @Nullable RowKind kind,
    Map<Field, ColumnSpec> columns,
    @Nullable SnapshotName snapshot,
    @Nullable String tenant,
    @Nullable ZoneId zone,
    boolean mergeDailyNotes,
    TableRules rules,
    boolean auto,
    String source) {

  private static final List<String> NAMES =
      List.of(
          "match",
          "profile",
          "fact",
          "snapshot",
          "columns",
          "tenant",
          "zone",
          "mergeDailyNotes",
          "ignore",
          String.join(", ", TableRules.NAMES));

  private static final String AUTO = "auto";

  /** Reads an entry of a mapping. */
  static MappingEntry read(Yaml place) {
    Yaml.Fields fields = place.map("an entry with match, and profile, fact or ignore");
    String match = pattern(fields.need("match", "a file name pattern such as charges_*.csv"));
    if (SettingsDocument.isTrue(fields.get("ignore"))) {
      return new MappingEntry(
          match, null, Map.of(), null, null, null, false, TableRules.NONE, false, place.where());
    }
    Yaml profile = fields.get("profile");
    if (profile != null && profile.isText() && profile.text(AUTO).equals(AUTO)) {
      return auto(match, fields, place);
    }
    MappingEntry base = base(place, profile, fields.get("fact"));
    RowKind kind = base.kindOrThrow();
    Map<Field, ColumnSpec> columns = new LinkedHashMap<>();
    columns.putAll(base.columns);
    columns.putAll(columns(kind, fields.get("columns")));
    Yaml tenant = fields.get("tenant");
    Yaml zone = fields.get("zone");
    Yaml merge = fields.get("mergeDailyNotes");
    if (merge != null && kind != RowKind.VISIT) {
      throw merge.error("applies to visits only");
    }
    Yaml snapshot = fields.get("snapshot");
    MappingEntry entry =
        new MappingEntry(
            match,
            kind,
            columns,
            snapshot == null ? null : SnapshotName.read(kind, snapshot),
            tenant == null ? null : tenant.text("the company's name"),
            zone == null ? null : SettingsDocument.zoneId(zone),
            merge == null ? base.mergeDailyNotes : SettingsDocument.isTrue(merge),
            TableRules.read(fields, kind, base.rules),
            false,
            place.where());
    refuseUnknown(fields);
    entry.checkComplete(place);
    return entry;
  }

  private static MappingEntry auto(String match, Yaml.Fields fields, Yaml place) {
    Yaml tenant = fields.get("tenant");
    Yaml zone = fields.get("zone");
    Yaml columns = fields.get("columns");
    if (columns != null) {
      throw columns.error("does not go with profile: auto; name the profile that it changes");
    }
    MappingEntry entry =
        new MappingEntry(
            match,
            null,
            Map.of(),
            null,
            tenant == null ? null : tenant.text("the company's name"),
            zone == null ? null : SettingsDocument.zoneId(zone),
            false,
            TableRules.read(fields, RowKind.CHARGE, TableRules.NONE),
            true,
            place.where());
    refuseUnknown(fields);
    return entry;
  }

  private static void refuseUnknown(Yaml.Fields fields) {
    for (Yaml unknown : fields.unknown().values()) {
      throw unknown.error("is not a known key; allowed are " + String.join(", ", NAMES));
    }
  }

  /** Returns whether the files that match are left out. */
  boolean isIgnored() {
    return kind == null && !auto;
  }

  /**
   * Returns what the snapshots of this entry have in common; it does not depend on other entries.
   */
  String series() {
    return match == null ? source : match;
  }

  /** Returns a built-in profile with what this entry says about its files. */
  MappingEntry with(MappingEntry profile) {
    return new MappingEntry(
        match,
        profile.kind,
        profile.columns,
        null,
        tenant,
        zone,
        profile.mergeDailyNotes,
        rules,
        false,
        profile.source);
  }

  boolean fits(String fileName) {
    return match != null && glob(match).matches(Path.of(fileName));
  }

  /** Returns the kind of an entry that is not to be ignored. */
  RowKind kindOrThrow() {
    if (kind == null) {
      throw new IllegalStateException("ignored files have no kind");
    }
    return kind;
  }

  /**
   * Returns the missing columns without which a file cannot be read; alternatives are joined by
   * "or".
   */
  List<String> missing(Iterable<String> foldedHeader) {
    Set<String> there = new HashSet<>();
    foldedHeader.forEach(there::add);
    Stream<List<String>> wanted =
        Stream.concat(
            columns.values().stream().filter(spec -> !spec.mayBeMissing()).map(ColumnSpec::columns),
            rules.columns().stream().map(List::of));
    return wanted
        .filter(names -> names.stream().noneMatch(name -> there.contains(Header.folded(name))))
        .map(names -> String.join(" or ", names))
        .distinct()
        .sorted()
        .toList();
  }

  /** Returns how many columns a file must have. */
  int wanted() {
    return missing(List.of()).size();
  }

  private static MappingEntry base(Yaml place, @Nullable Yaml profile, @Nullable Yaml fact) {
    if ((profile == null) == (fact == null)) {
      throw place.error("must have profile, fact or ignore");
    }
    if (profile != null) {
      String name = profile.text("a built-in profile: " + Profiles.names());
      MappingEntry entry = Profiles.get(name);
      if (entry == null) {
        throw profile.error("must be a built-in profile: " + Profiles.names() + ", auto");
      }
      return entry;
    }
    RowKind kind = fact == null ? null : RowKind.named(fact.text(RowKind.labels()));
    if (kind == null) {
      throw (fact == null ? place : fact).error("must be " + RowKind.labels());
    }
    return new MappingEntry(
        null, kind, Map.of(), null, null, null, false, TableRules.NONE, false, place.where());
  }

  private static Map<Field, ColumnSpec> columns(RowKind kind, @Nullable Yaml place) {
    Map<Field, ColumnSpec> columns = new LinkedHashMap<>();
    if (place != null) {
      place
          .map("a map from fields to columns, such as {patientKey: Account}")
          .all()
          .forEach(
              (name, value) -> {
                Field field = Field.named(name);
                if (field == null || !kind.fields().contains(field)) {
                  throw value.error(
                      "is not a field of a " + kind.label() + "; allowed are " + kind.fieldNames());
                }
                columns.put(field, ColumnSpec.read(kind, field, value));
              });
    }
    return columns;
  }

  private void checkComplete(Yaml place) {
    RowKind of = kindOrThrow();
    for (Field field : of.required()) {
      boolean snapshotGivesIt = snapshot != null && of.givenBySnapshot().contains(field);
      if (!columns.containsKey(field) && !snapshotGivesIt) {
        throw place.error(
            "lacks '"
                + field.label()
                + "', which a "
                + of.label()
                + " needs; add it to columns, as a column or as {value: CONSTANT}");
      }
    }
    if (columns.containsKey(Field.CPT) != columns.containsKey(Field.UNITS)) {
      throw place.error("maps only one of 'cpt' and 'units'; a visit's line needs both");
    }
    ColumnSpec change = columns.get(Field.CHANGE);
    if (of == RowKind.VISIT && change != null && !columns.containsKey(Field.RECORD_POINTER)) {
      throw change.place().error("needs recordPointer, the id of the changed row");
    }
  }

  private static String pattern(Yaml place) {
    String wanted = "a file name pattern such as charges_*.csv";
    String match = place.text(wanted);
    try {
      glob(match);
      return match;
    } catch (PatternSyntaxException e) {
      throw place.error("must be " + wanted);
    }
  }

  private static PathMatcher glob(String match) {
    return FileSystems.getDefault().getPathMatcher("glob:" + match);
  }
}
