package org.visitbalance.ingest;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A mapping compiled against the header of a file. */
final class RowLayout {
  private final RowSource model;
  private final List<List<CellColumn>> columns;
  private final @Nullable Object[] constants;
  private final @Nullable Object[] defaults;
  private final List<Several> several;
  private final RowNeeds needs;
  private final int[][] needed;
  private final boolean[] marks;
  private final int[] filledDown;
  private final int skipColumn;
  private final int checkTarget;

  private RowLayout(
      RowSource model,
      List<List<CellColumn>> columns,
      @Nullable Object[] constants,
      @Nullable Object[] defaults,
      List<Several> several) {
    this.model = model;
    this.columns = columns;
    this.constants = constants;
    this.defaults = defaults;
    this.several = several;
    this.needs = RowNeeds.of(model);
    Header header = model.file().header();
    TableRules rules = model.entry().rules();
    needed =
        needs.fields().stream()
            .map(this::positions)
            .filter(at -> at.length > 0)
            .toArray(int[][]::new);
    marks = new boolean[header.size()];
    for (Field field : needs.fields()) {
      ColumnSpec spec = model.entry().columns().get(field);
      if (spec != null) {
        spec.columns().stream()
            .mapToInt(header::indexOf)
            .filter(place -> place >= 0)
            .forEach(place -> marks[place] = true);
      }
    }
    filledDown =
        rules.fillDown().stream()
            .mapToInt(header::indexOf)
            .filter(place -> place >= 0)
            .boxed()
            .flatMap(place -> columns.get(place).stream())
            .mapToInt(CellColumn::target)
            .toArray();
    TableRules.Skip skip = rules.skip();
    skipColumn = skip == null ? -1 : header.indexOf(skip.column());
    Field check = rules.check();
    checkTarget = check == null ? -1 : model.kind().slot(check);
  }

  /** Returns where the values of a field come from; nothing if no cell has to give it. */
  private int[] positions(Field field) {
    int target = model.kind().slot(field);
    if (constants[target] != null || (target < defaults.length && defaults[target] != null)) {
      return new int[0];
    }
    for (Several one : several) {
      if (one.target == target) {
        return one.parts.stream().mapToInt(Integer::intValue).toArray();
      }
    }
    return new int[] {target};
  }

  /** Returns whether a field that every fact of a row must have is blank in its cells. */
  boolean lacksNeeded(@Nullable Object[] values) {
    for (int[] places : needed) {
      boolean blank = true;
      for (int place : places) {
        blank &= values[place] == null;
      }
      if (blank) {
        return true;
      }
    }
    return false;
  }

  /** Returns whether a total row may say so in this cell, even if it is not the first. */
  boolean isMark(int cell) {
    return marks[cell];
  }

  /** Returns the positions of the values that blank cells have from the row above. */
  int[] filledDown() {
    return filledDown;
  }

  /** Returns the column that says which rows to leave out, or -1. */
  int skipColumn() {
    return skipColumn;
  }

  /** Returns the position of the number whose sum the last total row has, or -1. */
  int checkTarget() {
    return checkTarget;
  }

  /** A field with values from several columns. */
  record Several(int target, List<Integer> parts) {}

  static RowLayout of(RowSource source) {
    RowKind kind = source.kind();
    Header header = source.file().header();
    List<List<CellColumn>> columns = new ArrayList<>();
    for (int i = 0; i < header.size(); i++) {
      columns.add(new ArrayList<>());
    }
    int size = kind.fields().size();
    @Nullable Object[] constants = new Object[size];
    @Nullable Object[] defaults = new Object[size];
    List<Several> several = new ArrayList<>();
    for (ColumnSpec spec : source.entry().columns().values()) {
      CellReader reader = CellReader.of(spec, kind, source.zone(), source.time().asOf());
      int target = kind.slot(spec.field());
      if (spec.constant() != null) {
        constants[target] = reader.convert(spec.constant());
      }
      if (spec.fallback() != null) {
        defaults[target] = reader.convert(spec.fallback());
      }
      int[] places =
          spec.columns().stream().mapToInt(header::indexOf).filter(place -> place >= 0).toArray();
      List<Integer> parts = new ArrayList<>();
      for (int place : places) {
        int part = places.length == 1 ? target : size++;
        parts.add(part);
        CellReader own = CellReader.of(spec, kind, source.zone(), source.time().asOf());
        columns.get(place).add(new CellColumn(own, part, header.name(place)));
      }
      if (places.length > 1) {
        several.add(new Several(target, parts));
      }
    }
    return new RowLayout(source, columns, Arrays.copyOf(constants, size), defaults, several);
  }

  /** Returns whether a file is read the same way as the file this layout was made for. */
  boolean fits(RowSource source) {
    return source.entry().equals(model.entry())
        && source.zone().equals(model.zone())
        && Objects.equals(source.tenant(), model.tenant())
        && source.file().header().equals(model.file().header());
  }

  /** Returns what each row must have. */
  RowNeeds needs() {
    return needs;
  }

  /** Returns how many cells a row must have. */
  int width() {
    return columns.size();
  }

  /** Returns the fields read from a cell: none, one or several. */
  List<CellColumn> fieldsOf(int cell) {
    return columns.get(cell);
  }

  /** Returns the values of a new row before any cell is read. */
  @Nullable Object[] start() {
    return constants.clone();
  }

  /** Combines the values of several columns, and fills in the values that no column gave. */
  void finish(@Nullable Object[] values) {
    for (Several one : several) {
      values[one.target] = joined(one, values);
    }
    for (int i = 0; i < defaults.length; i++) {
      if (values[i] == null) {
        values[i] = defaults[i];
      }
    }
  }

  /** Returns all modifiers, the latest instant, or else the first value that is present. */
  private static @Nullable Object joined(Several several, @Nullable Object[] values) {
    Object joined = null;
    for (int part : several.parts) {
      Object value = values[part];
      if (joined == null || value == null) {
        joined = joined == null ? value : joined;
      } else if (value instanceof Instant instant) {
        joined = Row.later((Instant) joined, instant);
      } else if (value instanceof List<?> more) {
        List<Object> all = new ArrayList<>((List<?>) joined);
        all.addAll(more);
        joined = all;
      }
      values[part] = null;
    }
    return joined;
  }
}
