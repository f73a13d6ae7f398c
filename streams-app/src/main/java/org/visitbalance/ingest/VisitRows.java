package org.visitbalance.ingest;

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
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The rows of visits, one a documented line, until all are there: rows of one visit become one fact
 * (files.md, sections 2 and 3). Rows with a record pointer are upserts. Not for several threads at
 * once.
 */
final class VisitRows {
  private static final Comparator<Row> MODIFIED =
      Comparator.comparing(
              (Row row) -> row.instant(Field.MODIFIED),
              Comparator.nullsFirst(Comparator.naturalOrder()))
          .thenComparing(Row.BY_PLACE);

  private final Map<Key, Row> upserts = new HashMap<>();
  private final List<Row> plain = new ArrayList<>();

  private record Key(String tenant, String id) {}

  /** Addenda that a file tells apart by their revision are facts of their own. */
  private record VisitKey(String tenant, String visitId, @Nullable Integer revision) {}

  /** The parts of one visit that SOAP 1.0 documents as two notes. */
  private record Occasion(
      String tenant, String patient, @Nullable String caseId, LocalDate date, String therapist) {}

  void add(Row row) {
    String pointer = row.text(Field.RECORD_POINTER);
    if (pointer == null) {
      plain.add(row);
      return;
    }
    upserts.merge(new Key(RowFacts.tenant(row), pointer), row, BinaryOperator.maxBy(MODIFIED));
  }

  /** Gives the visits, and the notes that nobody has finished, once all rows are there. */
  void give(FactOutlet outlet) {
    Map<VisitKey, VisitNote> visits = new LinkedHashMap<>();
    upserts.values().forEach(row -> noteOf(row, visits));
    plain.forEach(row -> noteOf(row, visits));
    joinDailyNotes(visits).forEach(note -> note.give(outlet));
  }

  private static void noteOf(Row row, Map<VisitKey, VisitNote> visits) {
    VisitKey key =
        new VisitKey(
            RowFacts.tenant(row),
            RowFacts.id(row),
            Objects.requireNonNullElse(row.whole(Field.REVISION), 0));
    visits.computeIfAbsent(key, visit -> new VisitNote()).add(row);
  }

  private static Iterable<VisitNote> joinDailyNotes(Map<VisitKey, VisitNote> visits) {
    Map<Occasion, List<VisitNote>> occasions = new LinkedHashMap<>();
    for (VisitNote note : visits.values()) {
      Row row = note.described();
      if (row.source().entry().mergeDailyNotes() && note.stands()) {
        Occasion occasion =
            new Occasion(
                RowFacts.tenant(row),
                RowFacts.need(row.text(Field.PATIENT_KEY)),
                row.text(Field.CASE_ID),
                RowFacts.need(row.date(Field.DATE_OF_SERVICE)),
                RowFacts.therapist(row));
        occasions.computeIfAbsent(occasion, one -> new ArrayList<>(1)).add(note);
      }
    }
    List<VisitNote> notes = new ArrayList<>(visits.values());
    Set<VisitNote> joined = new HashSet<>();
    for (List<VisitNote> occasion : occasions.values()) {
      List<VisitNote> daily = occasion.stream().filter(VisitNote::isDaily).toList();
      List<VisitNote> evaluative = occasion.stream().filter(VisitNote::isEvaluative).toList();
      if (daily.size() == 1 && evaluative.size() == 1) {
        daily.get(0).join(evaluative.get(0));
        joined.add(evaluative.get(0));
      }
    }
    notes.removeIf(joined::contains);
    return notes;
  }
}
