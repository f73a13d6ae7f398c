package org.visitbalance.ingest;

import java.time.Instant;
import java.time.LocalDate;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import org.visitbalance.core.FactProblems;
import org.visitbalance.core.Facts;
import org.visitbalance.output.DeadLetter;

/** The last step for each row: valid facts go to the receiver, all others become dead letters. */
final class FactOutlet {
  private final Receiver receiver;
  private final Crosswalk crosswalk;

  /** Receives the facts of rows. */
  interface Receiver {
    /**
     * Takes a fact.
     *
     * @param row the row that describes it
     * @param knownAt when it became known
     * @param told when its source says that it became known
     */
    void fact(Row row, SpecificRecord fact, Instant knownAt, Instant told);

    /** Returns when the fact of a row becomes known; see {@link FactSink#knownAt}. */
    Instant knownAt(Row row, Instant told);

    /** Takes a dead letter of a row. */
    void deadLetter(DeadLetter letter);
  }

  FactOutlet(Receiver receiver, Crosswalk crosswalk) {
    this.receiver = receiver;
    this.crosswalk = crosswalk;
  }

  /** Takes and counts a dead letter of a row. */
  void deadLetter(RowSource source, DeadLetter letter) {
    source.count().dead.increment();
    receiver.deadLetter(letter);
  }

  /**
   * Checks that a row has everything its kind needs and is not from the future, and translates its
   * patient; otherwise makes it a dead letter.
   */
  boolean admit(Row row, RowNeeds needs) {
    if (!check(row, needs)) {
      return false;
    }
    translate(row, needs.crosswalk());
    return true;
  }

  /** Checks the same, and leaves the patient as the file names it. */
  boolean check(Row row, RowNeeds needs) {
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
    return true;
  }

  /** Replaces the EMR's patient id by the account number, where the file gives the former. */
  void translate(Row row, boolean isEmrPatient) {
    String id = isEmrPatient ? row.text(Field.PATIENT_KEY) : null;
    if (id != null) {
      row.set(Field.PATIENT_KEY, crosswalk.account(RowFacts.tenant(row), id));
    }
  }

  /** Gives the fact of a row to the sink. */
  void give(Row row, SpecificRecord fact) {
    SpecificRecord normal = Facts.normalized(fact);
    Instant recordedAt = row.instant(Field.RECORDED_AT);
    Instant told = recordedAt == null ? Facts.occurredAt(normal) : recordedAt;
    Instant knownAt = receiver.knownAt(row, told);
    Facts.@Nullable Problem problem =
        recordedAt == null ? null : FactProblems.ofKnownTime(Field.RECORDED_AT.label(), recordedAt);
    if (problem == null) {
      problem = FactProblems.of(normal, knownAt);
    }
    if (problem != null) {
      dead(row, row.source().nameOf(problem.field()), problem.reason());
      return;
    }
    receiver.fact(row, normal, knownAt, told);
  }

  private boolean dead(Row row, String column, String reason) {
    deadLetter(row.source(), row.source().deadLetter(row.line(), column, reason));
    return false;
  }
}
