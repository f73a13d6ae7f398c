package org.visitbalance.ingest;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Looks at a file that no mapping fits, and guesses how it could be read (files.md). */
public final class Surveyor {
  private static final int MOST_ROWS = 500;

  private static final List<RowKind> KINDS =
      List.of(
          RowKind.VISIT,
          RowKind.CHARGE,
          RowKind.PATIENT,
          RowKind.REJECTION,
          RowKind.NOTE,
          RowKind.TRANSMISSION);

  /** What only other programs say. */
  private static final Set<Field> HIDDEN =
      Set.of(Field.TENANT, Field.EVENT_ID, Field.OCCURRED_AT, Field.RECORDED_AT, Field.CHANGE);

  /** Fields that may have the same column as another one. */
  private static final Map<Field, Field> SHARED =
      Map.of(
          Field.FINALIZED_AT, Field.FINALIZED_ON,
          Field.CREATED_AT, Field.CREATED_ON,
          Field.UPDATED_AT, Field.CREATED_ON);

  private static final Map<RowKind, Map<Field, String>> CONSTANTS =
      Map.of(
          RowKind.VISIT, Map.of(Field.NOTE_TYPE, "DAILY_NOTE"),
          RowKind.CHARGE, Map.of(Field.STATUS, "ACTIVE"),
          RowKind.REJECTION, Map.of(Field.STATUS, "OPEN", Field.TYPE, "CHARGE"),
          RowKind.NOTE, Map.of(Field.STATUS, "OPEN"),
          RowKind.TRANSMISSION, Map.of(Field.KIND, "FINANCIAL"));

  private static final Pattern DATE = Pattern.compile("[0-9]{4}[-_.]?[0-9]{2}[-_.]?[0-9]{2}");
  private static final Pattern DIGITS = Pattern.compile("[0-9]+(?:[-_.]?[0-9]+)*");

  private final String name;
  private final Header header;
  private final List<List<String>> cells = new ArrayList<>();
  private boolean isWorkbook;

  private Surveyor(Path path, Table table) {
    this.name = String.valueOf(path.getFileName());
    this.header = table.header();
    for (int i = 0; i < header.size(); i++) {
      cells.add(new ArrayList<>());
    }
    table.read(new Sample());
  }

  /**
   * Looks at a file.
   *
   * @param draft an entry of a mapping that is being written, YAML or JSON: the words of the
   *     columns that it names are told; null for none
   * @return null if it is no table with names of columns
   */
  public static @Nullable Survey of(Path path, @Nullable String draft) {
    try {
      String name = String.valueOf(path.getFileName());
      Table table = TableFile.find(path, new LikelyHeader(name), TableRules.NONE);
      return table == null ? null : new Surveyor(path, table).survey(draft);
    } catch (InputException e) {
      return null;
    }
  }

  private Survey survey(@Nullable String draft) {
    List<Survey.Column> columns = new ArrayList<>();
    for (int i = 0; i < header.size(); i++) {
      if (!header.name(i).isEmpty()) {
        columns.add(new Survey.Column(header.name(i), ColumnLook.of(cells.get(i), isWorkbook)));
      }
    }
    Map<String, String> chosen = draft == null ? Map.of() : chosen(draft);
    List<Survey.Kind> kinds = new ArrayList<>();
    RowKind best = RowKind.VISIT;
    double most = -1;
    for (RowKind kind : KINDS) {
      Map<Field, Survey.Column> guessed = guess(kind, columns);
      double share = share(kind, guessed);
      if (share > most) {
        most = share;
        best = kind;
      }
      kinds.add(new Survey.Kind(kind.label(), fields(kind, guessed, chosen)));
    }
    Matcher date = DATE.matcher(name);
    return new Survey(
        Profiles.closest(name, header.folded()),
        best.label(),
        match(),
        date.find() ? "([0-9]{4}[-_.]?[0-9]{2}[-_.]?[0-9]{2})" : null,
        columns,
        kinds);
  }

  private double share(RowKind kind, Map<Field, Survey.Column> guessed) {
    double found = kind.required().stream().filter(guessed::containsKey).count();
    boolean isNamed = name.toLowerCase(Locale.ROOT).contains(kind.label());
    // Two common columns make no list of patients of a file that has many others.
    boolean isShort = kind != RowKind.PATIENT || header.named() <= 4;
    return (isShort ? found / kind.required().size() : 0) + (isNamed ? 0.3 : 0);
  }

  private List<Survey.Wanted> fields(
      RowKind kind, Map<Field, Survey.Column> guessed, Map<String, String> chosen) {
    List<Survey.Wanted> fields = new ArrayList<>();
    for (Field field : kind.fields()) {
      if (HIDDEN.contains(field)) {
        continue;
      }
      Survey.Column guess = guessed.get(field);
      String column = chosen.getOrDefault(field.label(), guess == null ? null : guess.name());
      Map<String, Enum<?>> symbols = kind.symbols(field);
      fields.add(
          new Survey.Wanted(
              field.label(),
              kind.required().contains(field),
              kind.givenBySnapshot().contains(field),
              guess == null ? null : guess.name(),
              guess == null ? CONSTANTS.getOrDefault(kind, Map.of()).get(field) : null,
              List.copyOf(symbols.keySet()),
              symbols.isEmpty() || column == null ? List.of() : words(column, symbols.keySet())));
    }
    fields.sort(Comparator.comparing((Survey.Wanted one) -> !one.isRequired()));
    return fields;
  }

  private List<Survey.Word> words(String column, Set<String> symbols) {
    int index = header.indexOf(column);
    if (index < 0) {
      return List.of();
    }
    return ColumnLook.words(header.name(index), cells.get(index)).stream()
        .map(text -> new Survey.Word(text, symbol(text, symbols)))
        .toList();
  }

  /** Returns the symbol that a word most likely stands for: Eval, INITIAL_EVALUATION. */
  static @Nullable String symbol(String text, Set<String> symbols) {
    String best = null;
    int most = 0;
    for (String symbol : symbols) {
      int alike = 0;
      for (String word : text.toLowerCase(Locale.ROOT).split("[^a-z]+", -1)) {
        for (String part : symbol.toLowerCase(Locale.ROOT).split("_", -1)) {
          boolean isLong = word.length() > 2 && part.length() > 2;
          if (isLong && (part.startsWith(word) || word.startsWith(part))) {
            alike += Math.min(part.length(), word.length());
          }
        }
      }
      if (alike > most) {
        most = alike;
        best = symbol;
      }
    }
    return best;
  }

  /** Returns the most likely column of each field, no column twice. */
  private static Map<Field, Survey.Column> guess(RowKind kind, List<Survey.Column> columns) {
    record Pair(Field field, Survey.Column column, double likeness) {}
    List<Pair> pairs = new ArrayList<>();
    for (Field field : kind.fields()) {
      for (Survey.Column column : columns) {
        double likeness = ColumnWords.likeness(field, column.name());
        if (likeness > 0 && !HIDDEN.contains(field) && column.look().suits(field)) {
          double required = kind.required().contains(field) ? 0.05 : 0;
          pairs.add(new Pair(field, column, likeness + required));
        }
      }
    }
    pairs.sort(Comparator.comparingDouble(Pair::likeness).reversed());
    Map<Field, Survey.Column> guessed = new EnumMap<>(Field.class);
    Set<String> taken = new HashSet<>();
    for (Pair pair : pairs) {
      if (!guessed.containsKey(pair.field) && taken.add(pair.column.name())) {
        guessed.put(pair.field, pair.column);
      }
    }
    SHARED.forEach(
        (one, other) -> {
          if (kind.required().contains(one)) {
            share(guessed, one, other);
            share(guessed, other, one);
          }
        });
    return guessed;
  }

  private static void share(Map<Field, Survey.Column> guessed, Field one, Field other) {
    Survey.Column column = guessed.get(other);
    if (column != null) {
      guessed.putIfAbsent(one, column);
    }
  }

  /** Returns a pattern for files of the same name with other dates and numbers. */
  private String match() {
    int end = name.lastIndexOf('.');
    String base = end < 0 ? name : name.substring(0, end);
    String harmless = base.replaceAll("[\\[\\]{}*?\\\\]", "?");
    String any = DIGITS.matcher(harmless).replaceAll("*").replaceAll("[*]([-_. ]?[*])+", "*");
    boolean saysNothing = any.replaceAll("[*?._ -]", "").isEmpty();
    return (saysNothing ? harmless : any) + (end < 0 ? "" : name.substring(end));
  }

  /** Returns the columns that a draft names, by the fields; as far as it can be read. */
  private static Map<String, String> chosen(String draft) {
    Map<String, String> chosen = new HashMap<>();
    try {
      for (Yaml entry : Yaml.documents("draft", draft)) {
        Yaml columns = entry.map("an entry").get("columns");
        if (columns != null) {
          columns.map("columns").all().forEach((field, spec) -> choose(chosen, field, spec));
        }
      }
    } catch (InputException e) {
      // Whoever reads the draft says so.
    }
    return chosen;
  }

  private static void choose(Map<String, String> chosen, String field, Yaml spec) {
    Yaml column = spec.isText() ? spec : spec.map("a column").get("column");
    if (column != null && column.isText()) {
      chosen.put(field, column.text("a column"));
    }
  }

  /** Takes the cells of the first rows. */
  private final class Sample implements CellSink {
    private int rows;

    @Override
    public void begin(long line) {
      rows++;
    }

    @Override
    public void text(int index, char[] text, int from, int to) {
      if (rows <= MOST_ROWS && index < cells.size()) {
        String cell = Blanks.single(new String(text, from, to - from));
        if (!cell.isEmpty() && !Header.folded(cell).equals(header.folded().get(index))) {
          cells.get(index).add(cell);
        }
      }
    }

    @Override
    public void number(int index, String number, boolean from1904) {
      isWorkbook = true;
      if (rows <= MOST_ROWS && index < cells.size()) {
        cells.get(index).add(number);
      }
    }

    @Override
    public void bad(int index, String reason) {}

    @Override
    public void dead(String reason) {}

    @Override
    public void end() {}

    @Override
    public void broken(long line, String reason) {}
  }
}
