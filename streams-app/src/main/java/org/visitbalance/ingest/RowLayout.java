package org.visitbalance.ingest;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A mapping compiled against a file's header.
 *
 * @param columns for each cell of a row the fields that it gives; null where nobody asked
 * @param constants a row before any cell is read
 * @param defaults what a field is that no cell gave
 * @param several fields that more than one column gives, and where the columns' values lie
 */
record RowLayout(
    CellColumn @Nullable [][] columns,
    @Nullable Object[] constants,
    @Nullable Object[] defaults,
    List<Several> several) {

  /** A field that several columns give. */
  record Several(Field field, int target, int[] parts) {}

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
      int[] parts = new int[places.length];
      for (int i = 0; i < places.length; i++) {
        parts[i] = places.length == 1 ? target : size++;
        CellReader own = CellReader.of(spec, kind, source.zone());
        columns.get(places[i]).add(new CellColumn(own, parts[i], header.name(places[i])));
      }
      if (places.length > 1) {
        several.add(new Several(spec.field(), target, parts));
      }
    }
    CellColumn @Nullable [][] byCell = new CellColumn[header.size()][];
    for (int i = 0; i < byCell.length; i++) {
      List<CellColumn> fields = columns.get(i);
      byCell[i] = fields.isEmpty() ? null : fields.toArray(new CellColumn[0]);
    }
    return new RowLayout(byCell, java.util.Arrays.copyOf(constants, size), defaults, several);
  }
}
