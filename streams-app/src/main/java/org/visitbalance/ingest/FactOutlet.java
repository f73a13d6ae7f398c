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
    Field missing = missing(row);
    if (missing != null) {
      return dead(row, source.nameOf(missing.label()), "is missing");
    }
    ColumnSpec patient = source.entry().columns().get(Field.PATIENT_KEY);
    String id = row.text(Field.PATIENT_KEY);
    if (patient != null && patient.crosswalk() && id != null) {
      row.set(Field.PATIENT_KEY, crosswalk.account(RowFacts.tenant(row), id));
    }
    return true;
  }

  private static @Nullable Field missing(Row row) {
    RowSource source = row.source();
    boolean extract = source.entry().columns().containsKey(Field.RECORD_POINTER);
    boolean snapshot = source.entry().snapshot() != null;
    for (Field field : source.kind().required()) {
      boolean mayBe =
          (extract && FINALIZED.contains(field))
              || (snapshot
                  && source.kind().givenBySnapshot().contains(field)
                  && !source.entry().columns().containsKey(field));
      if (row.get(field) == null && !mayBe) {
        return field;
      }
    }
    if (source.tenant() == null && row.get(Field.TENANT) == null) {
      return Field.TENANT;
    } else if (extract && row.get(Field.RECORD_POINTER) == null) {
      return Field.RECORD_POINTER;
    } else if (extract) {
      Field half = half(row, Field.FINALIZED_AT, Field.FINALIZED_ON);
      return half == null ? half(row, Field.CPT, Field.UNITS) : half;
    }
    return source.kind() == RowKind.VISIT ? half(row, Field.CPT, Field.UNITS) : null;
  }

  /** Of two fields that go together the one that is missing alone, or null. */
  private static @Nullable Field half(Row row, Field one, Field other) {
    if ((row.get(one) == null) == (row.get(other) == null)) {
      return null;
    }
    return row.get(one) == null ? one : other;
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
