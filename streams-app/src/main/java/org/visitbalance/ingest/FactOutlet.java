package org.visitbalance.ingest;

import java.time.Instant;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import org.visitbalance.core.Facts;

/** The last step of every row: a fact that is one goes to the sink, any other is a dead letter. */
final class FactOutlet {
  private static final Set<Field> FINALIZED = Set.of(Field.FINALIZED_AT, Field.FINALIZED_ON);

  private final FactSink sink;
  private final Crosswalk crosswalk;

  FactOutlet(FactSink sink, Crosswalk crosswalk) {
    this.sink = sink;
    this.crosswalk = crosswalk;
  }

  FactSink sink() {
    return sink;
  }

  /** Whether a row has all that its kind needs, its patient translated; else it is dead. */
  boolean admit(Row row) {
    RowSource source = row.source();
    RowKind kind = source.kind();
    boolean extract = source.entry().columns().containsKey(Field.RECORD_POINTER);
    boolean snapshot = source.entry().snapshot() != null;
    for (Field field : kind.required()) {
      if (row.get(field) == null
          && !(extract && FINALIZED.contains(field))
          && !(snapshot && Snapshots.GIVEN.contains(field))) {
        return dead(row, source.nameOf(field.label()), "is missing");
      }
    }
    if (extract && row.get(Field.RECORD_POINTER) == null) {
      return dead(row, source.nameOf(Field.RECORD_POINTER.label()), "is missing");
    }
    if (kind == RowKind.VISIT && (row.get(Field.CPT) == null) != (row.get(Field.UNITS) == null)) {
      Field missing = row.get(Field.CPT) == null ? Field.CPT : Field.UNITS;
      return dead(row, source.nameOf(missing.label()), "is missing");
    }
    if (source.tenant() == null && row.get(Field.TENANT) == null) {
      return dead(row, source.nameOf(Field.TENANT.label()), "is missing");
    }
    ColumnSpec patient = source.entry().columns().get(Field.PATIENT_KEY);
    String id = row.text(Field.PATIENT_KEY);
    if (patient != null && patient.crosswalk() && id != null) {
      row.set(Field.PATIENT_KEY, crosswalk.account(RowFacts.tenant(row), id));
    }
    return true;
  }

  /** Gives the fact of a row to the sink. */
  void give(Row row, SpecificRecord fact) {
    SpecificRecord normal = Facts.normalized(fact);
    Facts.@Nullable Problem problem = Facts.problem(normal);
    if (problem != null) {
      dead(row, row.source().nameOf(problem.field()), problem.reason());
      return;
    }
    Instant recordedAt = row.instant(Field.RECORDED_AT);
    sink.fact(normal, recordedAt == null ? Facts.occurredAt(normal) : recordedAt);
  }

  private boolean dead(Row row, String column, String reason) {
    sink.deadLetter(row.source().deadLetter(row.line(), column, reason));
    return false;
  }
}
