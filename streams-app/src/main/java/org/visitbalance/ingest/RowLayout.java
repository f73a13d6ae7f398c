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
      CellReader reader = CellReader.of(spec, kind, source.zone());
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
        CellReader own = CellReader.of(spec, kind, source.zone());
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
