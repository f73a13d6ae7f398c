package org.visitbalance.ingest;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Collects the rows of visits, one per documented line, until all have been read; the rows of one
 * visit become one fact (files.md#mapping). Rows with a record pointer are upserts. Not
 * thread-safe.
 */
final class VisitRows {
  /** Of two versions of a line the later one stands. */
  static final Comparator<@Nullable Instant> BY_MODIFIED =
      Comparator.nullsFirst(Comparator.naturalOrder());

  private static final Comparator<Row> MODIFIED =
      Comparator.comparing((Row row) -> row.instant(Field.MODIFIED), BY_MODIFIED)
          .thenComparing(Row.BY_PLACE);

  /** By tenant, in the order of the files; the rows of one visit are mostly next to each other. */
  private final Map<String, Map<String, Row>> upserts = new HashMap<>();

  private final List<Row> plain = new ArrayList<>();

  /** The same of rows that are not known yet as of the as-of. */
  private final Map<String, Map<String, Row>> laterUpserts = new HashMap<>();

  private final List<Row> laterPlain = new ArrayList<>();

  /** Addenda that a file distinguishes by revision are facts of their own. */
  private record VisitKey(String tenant, String visitId, @Nullable Integer revision) {}

  /** What the two notes of one visit have in common in SOAP 1.0. */
  private record Occasion(
      String tenant, String patient, @Nullable String caseId, LocalDate date, String therapist) {}

  /** The notes that share an occasion, by the part that they can play in a combined visit. */
  private static final class Parts {
    final List<VisitNote> evaluative = new ArrayList<>(1);
    final List<VisitNote> daily = new ArrayList<>(1);
  }

  void add(Row row) {
    boolean known = isKnown(row);
    String pointer = row.text(Field.RECORD_POINTER);
    if (pointer == null) {
      (known ? plain : laterPlain).add(row);
      return;
    }
    Map<String, Row> rows =
        (known ? upserts : laterUpserts)
            .computeIfAbsent(RowFacts.tenant(row), tenant -> new LinkedHashMap<>());
    Row before = rows.put(pointer, row);
    if (before == null) {
      return;
    } else if (MODIFIED.compare(before, row) > 0) {
      rows.put(pointer, before);
    }
    if (before.source().rank() == row.source().rank()
        && before.contents() != row.contents()
        && Objects.equals(before.instant(Field.MODIFIED), row.instant(Field.MODIFIED))) {
      row.source().count().replaced++;
    }
  }

  /**
   * Passes on the visits, and the notes that are not finalized, once all rows have been read.
   *
   * @return how many visits come from files that do not give their place of service
   */
  long give(FactOutlet outlet) {
    Map<VisitKey, VisitNote> visits = new LinkedHashMap<>();
    upserts.values().forEach(rows -> rows.values().forEach(row -> noteOf(row, visits)));
    plain.forEach(row -> noteOf(row, visits));
    Map<VisitKey, VisitNote> later = new LinkedHashMap<>();
    laterUpserts.values().forEach(rows -> rows.values().forEach(row -> noteOf(row, later)));
    laterPlain.forEach(row -> noteOf(row, later));
    // A visit of which something is known is made of what is known of it.
    later.keySet().removeAll(visits.keySet());
    return give(joinDailyNotes(visits), outlet) + give(joinDailyNotes(later), outlet);
  }

  private static long give(List<VisitNote> notes, FactOutlet outlet) {
    long withoutPlace = 0;
    for (VisitNote note : notes) {
      boolean isVisit = note.give(outlet);
      withoutPlace += isVisit && !note.described().source().gives(Field.POS_CODE) ? 1 : 0;
    }
    return withoutPlace;
  }

  /** Returns whether a row is known as of the as-of; a row without a time is. */
  private static boolean isKnown(Row row) {
    Instant recordedAt = row.instant(Field.RECORDED_AT);
    Instant at =
        recordedAt != null
            ? recordedAt
            : row.get(Field.CHANGE) == RowKind.Change.REMOVED
                ? VisitNote.removedAt(row)
                : RowFacts.changedAt(row);
    return row.source().time().isKnown(at);
  }

  private static void noteOf(Row row, Map<VisitKey, VisitNote> visits) {
    VisitKey key =
        new VisitKey(
            RowFacts.tenant(row),
            RowFacts.id(row),
            Objects.requireNonNullElse(row.whole(Field.REVISION), 0));
    visits.computeIfAbsent(key, visit -> new VisitNote()).add(row);
  }

  private static List<VisitNote> joinDailyNotes(Map<VisitKey, VisitNote> visits) {
    Map<Occasion, Parts> occasions = new LinkedHashMap<>();
    for (VisitNote note : visits.values()) {
      if (note.mayBeJoined() && note.isEvaluative()) {
        occasions.computeIfAbsent(occasion(note), one -> new Parts()).evaluative.add(note);
      }
    }
    for (VisitNote note : visits.values()) {
      if (!occasions.isEmpty() && note.mayBeJoined() && note.isDaily()) {
        Parts parts = occasions.get(occasion(note));
        if (parts != null) {
          parts.daily.add(note);
        }
      }
    }
    List<VisitNote> notes = new ArrayList<>(visits.values());
    Set<VisitNote> joined = new HashSet<>();
    for (Parts parts : occasions.values()) {
      if (parts.daily.size() == 1 && parts.evaluative.size() == 1) {
        parts.daily.get(0).join(parts.evaluative.get(0));
        joined.add(parts.evaluative.get(0));
      }
    }
    notes.removeIf(joined::contains);
    return notes;
  }

  private static Occasion occasion(VisitNote note) {
    Row row = note.described();
    return new Occasion(
        RowFacts.tenant(row),
        RowFacts.need(row.text(Field.PATIENT_KEY)),
        row.text(Field.CASE_ID),
        RowFacts.need(row.date(Field.DATE_OF_SERVICE)),
        RowFacts.therapist(row));
  }
}
