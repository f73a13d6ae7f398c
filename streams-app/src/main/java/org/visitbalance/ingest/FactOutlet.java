package org.visitbalance.ingest;

import java.time.Instant;
import java.time.LocalDate;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import org.visitbalance.core.FactProblems;
import org.visitbalance.core.Facts;

/** The last step for each row: valid facts go to the sink, all others become dead letters. */
final class FactOutlet {
  private final FactWatch sink;
  private final Crosswalk crosswalk;

  FactOutlet(FactWatch sink, Crosswalk crosswalk) {
    this.sink = sink;
    this.crosswalk = crosswalk;
  }

  FactSink sink() {
    return sink;
  }

  /**
   * Checks that a row has everything its kind needs and is not from the future, and translates its
   * patient; otherwise makes it a dead letter.
   */
  boolean admit(Row row, RowNeeds needs) {
    Field missing = needs.missing(row);
    if (missing != null) {
      return dead(row, row.source().nameOf(missing.label()), "is missing");
    }
    Field future = RowFacts.future(row);
    if (future != null) {
      Instant claimed = RowFacts.need(row.instant(future));
      row.source().count().future(LocalDate.ofInstant(claimed, row.source().zone()));
      return dead(row, row.source().nameOf(future.label()), "is more than 2 days in the future");
    }
    String id = needs.crosswalk() ? row.text(Field.PATIENT_KEY) : null;
    if (id != null) {
      row.set(Field.PATIENT_KEY, crosswalk.account(RowFacts.tenant(row), id));
    }
    return true;
  }

  /** Gives the fact of a row to the sink. */
  void give(Row row, SpecificRecord fact) {
    SpecificRecord normal = Facts.normalized(fact);
    Instant recordedAt = row.instant(Field.RECORDED_AT);
    Instant told = recordedAt == null ? Facts.occurredAt(normal) : recordedAt;
    Instant knownAt = sink.knownAt(told);
    Facts.@Nullable Problem problem =
        recordedAt == null ? null : FactProblems.ofKnownTime(Field.RECORDED_AT.label(), recordedAt);
    if (problem == null) {
      problem = FactProblems.of(normal, knownAt);
    }
    if (problem != null) {
      dead(row, row.source().nameOf(problem.field()), problem.reason());
      return;
    }
    sink.fact(normal, knownAt, told);
  }

  private boolean dead(Row row, String column, String reason) {
    sink.deadLetter(row.source().deadLetter(row.line(), column, reason));
    return false;
  }
}
