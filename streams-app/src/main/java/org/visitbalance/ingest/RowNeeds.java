package org.visitbalance.ingest;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What each row of a file must have (files.md#reading).
 *
 * @param fields the required fields
 * @param together pairs of fields of which a row has both or none
 * @param crosswalk whether the patient is given by the EMR's id and has to be translated
 */
record RowNeeds(List<Field> fields, List<Pair> together, boolean crosswalk) {
  private static final Pair FINALIZED = new Pair(Field.FINALIZED_AT, Field.FINALIZED_ON);
  private static final Pair LINE = new Pair(Field.CPT, Field.UNITS);

  private record Pair(Field one, Field other) {}

  static RowNeeds of(RowSource source) {
    Map<Field, ColumnSpec> columns = source.entry().columns();
    boolean extract = columns.containsKey(Field.RECORD_POINTER);
    Set<Field> required = EnumSet.copyOf(source.kind().required());
    if (extract) {
      required.removeAll(List.of(FINALIZED.one, FINALIZED.other));
    }
    if (source.entry().snapshot() != null) {
      required.removeIf(
          field -> source.kind().givenBySnapshot().contains(field) && !columns.containsKey(field));
    }
    List<Field> fields = new ArrayList<>(required);
    if (source.tenant() == null) {
      fields.add(Field.TENANT);
    }
    List<Pair> together = new ArrayList<>();
    if (extract) {
      fields.add(Field.RECORD_POINTER);
      together.add(FINALIZED);
    }
    if (extract || source.kind() == RowKind.VISIT) {
      together.add(LINE);
    }
    ColumnSpec patient = columns.get(Field.PATIENT_KEY);
    return new RowNeeds(fields, together, patient != null && patient.crosswalk());
  }

  /** Returns the first required field that a row lacks, or null. */
  @Nullable Field missing(Row row) {
    for (int i = 0; i < fields.size(); i++) {
      if (row.get(fields.get(i)) == null) {
        return fields.get(i);
      }
    }
    for (int i = 0; i < together.size(); i++) {
      Pair pair = together.get(i);
      boolean hasOne = row.get(pair.one) != null;
      if (hasOne != (row.get(pair.other) != null)) {
        return hasOne ? pair.other : pair.one;
      }
    }
    return null;
  }
}
