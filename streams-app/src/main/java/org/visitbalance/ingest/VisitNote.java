package org.visitbalance.ingest;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.visitbalance.fact.NoteStatus;
import org.visitbalance.fact.NoteType;
import org.visitbalance.fact.VisitLine;
import org.visitbalance.fact.VisitStatus;

/** The rows of one visit and what they say together (files.md#mapping). */
final class VisitNote {
  private static final Comparator<Row> CHANGED =
      Comparator.comparing(RowFacts::changedAt, Comparator.nullsFirst(Comparator.naturalOrder()))
          .thenComparing(Row.BY_PLACE);

  private static final Comparator<Row> REMOVED =
      Comparator.comparing(VisitNote::removedAt, Comparator.nullsFirst(Comparator.naturalOrder()))
          .thenComparing(Row.BY_PLACE);

  private final List<Row> live = new ArrayList<>(4);
  private final List<Row> removed = new ArrayList<>(0);
  private @Nullable VisitNote evaluative;
  private @Nullable Row described;

  void add(Row row) {
    described = null;
    (row.get(Field.CHANGE) == RowKind.Change.REMOVED ? removed : live).add(row);
  }

  /**
   * Returns whether it has not been removed and comes from a system that documents a visit as two
   * notes.
   */
  boolean mayBeJoined() {
    return !live.isEmpty() && described().source().entry().mergeDailyNotes();
  }

  boolean isDaily() {
    return described().get(Field.NOTE_TYPE) == NoteType.DAILY_NOTE;
  }

  boolean isEvaluative() {
    Object type = described().get(Field.NOTE_TYPE);
    return type == NoteType.INITIAL_EVALUATION
        || type == NoteType.PROGRESS_NOTE
        || type == NoteType.DISCHARGE;
  }

  /** Combines this Daily Note and an evaluative note into one visit, under this note's id. */
  void join(VisitNote other) {
    evaluative = other;
  }

  /** Returns the row that describes the visit: the one that changed last. */
  Row described() {
    Row row = described;
    if (row == null) {
      row = live.isEmpty() ? Collections.max(removed, REMOVED) : Collections.max(live, CHANGED);
      described = row;
    }
    return row;
  }

  /**
   * Returns when a row was removed. Its Finalized Date does not count: without a time it would mean
   * the end of that day, perhaps long after the removal.
   */
  static @Nullable Instant removedAt(Row row) {
    Instant said = row.instant(Field.OCCURRED_AT);
    Instant at = said == null ? row.instant(Field.MODIFIED) : said;
    return at == null ? RowFacts.changedAt(row) : at;
  }

  /** Passes on the visit, or the note; returns whether it is a visit. */
  boolean give(FactOutlet outlet) {
    Row row = described().copy();
    List<Row> standing = rows(note -> note.live);
    List<Row> gone = rows(note -> note.removed);
    if (evaluative != null) {
      row.set(Field.NOTE_TYPE, evaluative.described().get(Field.NOTE_TYPE));
    }
    List<Row> saying = standing.isEmpty() ? gone : standing;
    Instant changedAt = changedAt(standing, gone);
    if (changedAt == null) {
      changedAt = row.source().onDay(RowFacts.need(row.date(Field.DATE_OF_SERVICE)));
    }
    Instant finalizedAt = row.instant(Field.FINALIZED_AT);
    LocalDate finalizedOn = row.date(Field.FINALIZED_ON);
    if (row.get(Field.RECORD_POINTER) != null) {
      finalizedAt = smallest(saying, Field.FINALIZED_AT, Instant.class);
      finalizedOn = smallest(saying, Field.FINALIZED_ON, LocalDate.class);
    }
    if (finalizedAt == null || finalizedOn == null) {
      NoteStatus status = standing.isEmpty() ? NoteStatus.CANCELLED : NoteStatus.OPEN;
      outlet.give(row, RowFacts.note(row, status, changedAt));
      return false;
    }
    VisitStatus said = row.symbol(Field.STATUS, VisitStatus.class);
    VisitStatus status = said == null ? VisitStatus.FINALIZED : said;
    RowFacts.Seal seal =
        new RowFacts.Seal(
            standing.isEmpty() ? VisitStatus.RETRACTED : status,
            changedAt,
            finalizedAt,
            finalizedOn);
    List<Row> documented = standing.isEmpty() ? lastOf(gone) : standing;
    outlet.give(row, RowFacts.visit(row, lines(documented), seal));
    return true;
  }

  private List<Row> rows(Function<VisitNote, List<Row>> which) {
    List<Row> rows = new ArrayList<>(which.apply(this));
    if (evaluative != null) {
      rows.addAll(which.apply(evaluative));
    }
    rows.sort(Row.BY_PLACE);
    return rows;
  }

  /**
   * Returns when the visit last changed: the latest time of its rows, or of the removal if all rows
   * are gone.
   */
  private static @Nullable Instant changedAt(List<Row> standing, List<Row> gone) {
    Instant latest = null;
    for (Row row : standing) {
      latest = Row.later(latest, RowFacts.changedAt(row));
    }
    for (Row row : gone) {
      latest = Row.later(latest, standing.isEmpty() ? removedAt(row) : RowFacts.changedAt(row));
    }
    return latest;
  }

  /** Returns the rows that were removed last: the visit as it was until then. */
  private static List<Row> lastOf(List<Row> removed) {
    Instant at = removedAt(Collections.max(removed, REMOVED));
    return removed.stream().filter(row -> Objects.equals(removedAt(row), at)).toList();
  }

  private static <T extends Comparable<? super T>> @Nullable T smallest(
      List<Row> rows, Field field, Class<T> type) {
    T smallest = null;
    for (Row row : rows) {
      T value = type.cast(row.get(field));
      if (value != null && (smallest == null || value.compareTo(smallest) < 0)) {
        smallest = value;
      }
    }
    return smallest;
  }

  private static List<VisitLine> lines(List<Row> rows) {
    List<VisitLine> lines = new ArrayList<>(rows.size());
    for (Row row : rows) {
      VisitLine line = RowFacts.line(row);
      if (line != null) {
        lines.add(line);
      }
    }
    return lines;
  }
}
