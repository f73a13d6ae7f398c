package org.visitbalance.ingest;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * How a mapping entry takes a table apart into rows (files.md#reading).
 *
 * @param charset the encoding of a text without a byte order mark
 * @param header the line of the header; 0 to look for it
 * @param sheet the sheet of a workbook; null for the first that has the header
 * @param fillDown columns in which a blank cell has the value above it
 * @param totals what a total row says in a cell; null if there are none
 * @param check the field of which the last total row has the sum; null for none
 */
record TableRules(
    Charset charset,
    int header,
    @Nullable String sheet,
    List<String> fillDown,
    @Nullable Pattern totals,
    @Nullable Field check,
    @Nullable Skip skip) {

  private static final Pattern TOTALS = Pattern.compile("(?i)(grand[ -]?|sub[ -]?)?totals?\\b.*");

  /** What applies if nothing is said. */
  static final TableRules NONE =
      new TableRules(StandardCharsets.UTF_8, 0, null, List.of(), TOTALS, null, null);

  private static final Map<String, Charset> CHARSETS =
      Map.of(
          "utf-8", StandardCharsets.UTF_8,
          "utf-16", StandardCharsets.UTF_16,
          "utf-16le", StandardCharsets.UTF_16LE,
          "utf-16be", StandardCharsets.UTF_16BE,
          "windows-1252", Charset.forName("windows-1252"));

  static final List<String> NAMES =
      List.of("encoding", "header", "sheet", "fillDown", "totals", "skip");

  /** Rows that are left out: those whose cell in a column matches. */
  record Skip(String column, Pattern matches) {}

  /** Reads the rules of an entry. */
  static TableRules read(Yaml.Fields fields, RowKind kind, TableRules base) {
    Yaml encoding = fields.get("encoding");
    Yaml header = fields.get("header");
    Yaml sheet = fields.get("sheet");
    Yaml fillDown = fields.get("fillDown");
    Yaml totals = fields.get("totals");
    Yaml skip = fields.get("skip");
    Totals own = totals == null ? new Totals(base.totals, base.check) : totals(totals, kind);
    return new TableRules(
        encoding == null ? base.charset : charset(encoding),
        header == null ? base.header : line(header),
        sheet == null ? base.sheet : sheet.text("the name of a sheet"),
        fillDown == null ? base.fillDown : columns(fillDown),
        own.match,
        own.check,
        skip == null ? base.skip : skip(skip));
  }

  /** Returns the columns that these rules need. */
  List<String> columns() {
    List<String> columns = new ArrayList<>(fillDown);
    if (skip != null) {
      columns.add(skip.column);
    }
    return columns;
  }

  private record Totals(@Nullable Pattern match, @Nullable Field check) {}

  private static Totals totals(Yaml place, RowKind kind) {
    String wanted = "false, or {match: PATTERN, check: FIELD}";
    if (place.isText()) {
      if (!SettingsDocument.isTrue(place)) {
        return new Totals(null, null);
      }
      return new Totals(TOTALS, null);
    }
    Yaml.Fields fields = place.map(wanted);
    Yaml match = fields.get("match");
    Yaml check = fields.get("check");
    refuseOthers(fields, "match, check");
    Field field = null;
    if (check != null) {
      String numbers = "a field with numbers: units or amountCents";
      field = Field.named(check.text(numbers));
      if (field == null
          || !kind.fields().contains(field)
          || (field.type() != CellType.WHOLE && field.type() != CellType.MONEY)) {
        throw check.error("must be " + numbers + ", which a " + kind.label() + " has");
      }
    }
    return new Totals(match == null ? TOTALS : pattern(match), field);
  }

  private static Skip skip(Yaml place) {
    Yaml.Fields fields = place.map("{column: NAME, matches: PATTERN}");
    Skip skip =
        new Skip(
            fields.need("column", "a column's name").text("a column's name"),
            pattern(fields.need("matches", "a regular expression")));
    refuseOthers(fields, "column, matches");
    return skip;
  }

  private static void refuseOthers(Yaml.Fields fields, String allowed) {
    for (Yaml unknown : fields.unknown().values()) {
      throw unknown.error("is not a known key; allowed are " + allowed);
    }
  }

  private static Pattern pattern(Yaml place) {
    String wanted = "a regular expression";
    try {
      return Pattern.compile(place.text(wanted));
    } catch (PatternSyntaxException e) {
      throw place.error("must be " + wanted);
    }
  }

  private static Charset charset(Yaml place) {
    String wanted = "UTF-8, UTF-16, UTF-16LE, UTF-16BE or windows-1252";
    Charset charset = CHARSETS.get(place.text(wanted).toLowerCase(Locale.ROOT));
    if (charset == null) {
      throw place.error("must be " + wanted);
    }
    return charset;
  }

  private static int line(Yaml place) {
    String wanted = "the number of the header's line, 1 or more";
    int line = WholeNumber.parse(place.text(wanted));
    if (line < 1) {
      throw place.error("must be " + wanted);
    }
    return line;
  }

  private static List<String> columns(Yaml place) {
    String wanted = "a column's name, or a list of column names";
    if (place.isList()) {
      return place.list(wanted).stream().map(name -> name.text("a column's name")).toList();
    }
    return List.of(place.text(wanted));
  }
}
