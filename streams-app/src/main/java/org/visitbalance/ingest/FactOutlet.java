package org.visitbalance.ingest;

import java.time.Instant;
import java.util.concurrent.atomic.LongAdder;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import org.visitbalance.core.FactProblems;
import org.visitbalance.core.Facts;

/** The last step for each row: valid facts go to the sink, all others become dead letters. */
final class FactOutlet {
  private final FactSink sink;
  private final Crosswalk crosswalk;
  private final LongAdder lost = new LongAdder();

  FactOutlet(FactSink sink, Crosswalk crosswalk) {
    this.sink = sink;
    this.crosswalk = crosswalk;
  }

  /** Counts an amount that could not be used, and that its row does without. */
  void lost() {
    lost.increment();
  }

  /** How many amounts could not be used so far. */
  long lostAmounts() {
    return lost.sum();
  }

  FactSink sink() {
    return sink;
  }

  /**
   * Checks that a row has everything its kind needs, and translates its patient; otherwise makes it
   * a dead letter.
   */
  boolean admit(Row row, RowNeeds needs) {
    Field missing = needs.missing(row);
    if (missing != null) {
      return dead(row, row.source().nameOf(missing.label()), "is missing");
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
    Instant knownAt = sink.knownAt(recordedAt == null ? Facts.occurredAt(normal) : recordedAt);
    Facts.@Nullable Problem problem =
        recordedAt == null ? null : FactProblems.ofKnownTime(Field.RECORDED_AT.label(), recordedAt);
    if (problem == null) {
      problem = FactProblems.of(normal, knownAt);
    }
    if (problem != null) {
      dead(row, row.source().nameOf(problem.field()), problem.reason());
      return;
    }
    sink.fact(normal, knownAt);
  }

  private boolean dead(Row row, String column, String reason) {
    sink.deadLetter(row.source().deadLetter(row.line(), column, reason));
    return false;
  }
}
