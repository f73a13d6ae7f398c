package org.visitbalance.ingest;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;
import org.visitbalance.fact.NoteStatus;
import org.visitbalance.fact.RejectionStatus;

/**
 * Reports that list what is currently open (files.md#mapping). An entry opens when it is first
 * seen, is cleared when it is missing from the next complete report, and is a new entry if it comes
 * back. All files of one mapping entry form one series. Not thread-safe.
 */
final class Snapshots {
  private final Map<String, Series> series = new LinkedHashMap<>();

  /** One entry of the mapping: the rows of each tenant at each moment. */
  private static final class Series {
    final SortedMap<Instant, Report> reports = new TreeMap<>();
    final Map<String, Map<Instant, Map<String, Row>>> tenants = new TreeMap<>();
  }

  /**
   * The report of a moment.
   *
   * @param complete whether all of its rows could be read; if not, a missing entry may be in an
   *     unreadable row
   */
  private record Report(RowSource source, boolean complete) {}

  /** An entry that is currently on the list. */
  private record Standing(Row row, String id) {}

  /**
   * Begins a report, which may have no rows. Of two reports of one moment the later one stands
   * whole.
   */
  void begin(RowSource source, Instant moment) {
    seriesOf(source).tenants.values().forEach(moments -> moments.remove(moment));
  }

  /**
   * Ends a report.
   *
   * @param complete whether all of its rows could be read
   */
  void end(RowSource source, Instant moment, boolean complete) {
    seriesOf(source).reports.put(moment, new Report(source, complete));
  }

  void add(Row row, Instant moment) {
    seriesOf(row.source())
        .tenants
        .computeIfAbsent(RowFacts.tenant(row), tenant -> new HashMap<>())
        .computeIfAbsent(moment, at -> new LinkedHashMap<>())
        .merge(id(row), row, BinaryOperator.maxBy(Row.BY_PLACE));
  }

  private Series seriesOf(RowSource source) {
    return series.computeIfAbsent(source.entry().series(), name -> new Series());
  }

  /** Passes on what the reports say, once all of them have been read. */
  void give(FactOutlet outlet, Notices notices) {
    for (Series one : series.values()) {
      Map<Report, Integer> leftOpen = new LinkedHashMap<>();
      one.reports.values().stream()
          .filter(report -> !report.complete)
          .forEach(report -> leftOpen.put(report, 0));
      for (Map<Instant, Map<String, Row>> tenant : one.tenants.values()) {
        Map<String, Standing> standing = new LinkedHashMap<>();
        Map<String, Integer> openings = new HashMap<>();
        one.reports.forEach(
            (moment, report) -> {
              Map<String, Row> rows = tenant.getOrDefault(moment, Map.of());
              if (report.complete) {
                close(standing, rows, moment, outlet);
              } else {
                int missing =
                    (int) standing.keySet().stream().filter(id -> !rows.containsKey(id)).count();
                leftOpen.merge(report, missing, Integer::sum);
              }
              rows.forEach((id, row) -> see(standing, openings, id, row, moment, outlet));
            });
      }
      leftOpen.forEach(
          (report, missing) ->
              notices.add(
                  Notices.About.SNAPSHOTS,
                  report.source.file().fileName()
                      + " has rows that could not be used, so it clears nothing: "
                      + Notices.count(missing, "entry stays", "entries stay")
                      + " open that it does not list. Correct the rows, or export it again."));
    }
  }

  private static void close(
      Map<String, Standing> standing, Map<String, Row> rows, Instant moment, FactOutlet outlet) {
    Iterator<Map.Entry<String, Standing>> entries = standing.entrySet().iterator();
    while (entries.hasNext()) {
      Map.Entry<String, Standing> entry = entries.next();
      if (!rows.containsKey(entry.getKey())) {
        Standing last = entry.getValue();
        Enum<?> closed = closed(last.row.source().kind());
        if (closed != null) {
          Row row = last.row.copy();
          row.set(Field.STATUS, closed);
          row.set(Field.AT, moment);
          row.set(Field.OCCURRED_AT, moment);
          row.set(Field.EVENT_ID, null);
          give(row, last.id, outlet);
        }
        entries.remove();
      }
    }
  }

  private static void see(
      Map<String, Standing> standing,
      Map<String, Integer> openings,
      String id,
      Row seen,
      Instant moment,
      FactOutlet outlet) {
    Row row = seen.copy();
    if (row.get(Field.STATUS) == null) {
      row.set(Field.STATUS, open(row.source().kind()));
    }
    Standing before = standing.get(id);
    if (before != null && sameValues(before.row, row)) {
      return;
    }
    Instant at = row.instant(Field.AT);
    Instant saidAt = before == null ? null : before.row.instant(Field.AT);
    if (at == null || (saidAt != null && !at.isAfter(saidAt))) {
      // A changed entry must be later than what it said before.
      row.set(Field.AT, moment);
    }
    boolean stands = row.get(Field.STATUS) != closed(row.source().kind());
    String name = before == null ? newName(openings, id) : before.id;
    if (stands) {
      standing.put(id, new Standing(row.copy(), name));
    } else {
      standing.remove(id);
    }
    give(row, name, outlet);
  }

  private static String newName(Map<String, Integer> openings, String id) {
    int opening = openings.merge(id, 1, Integer::sum);
    return opening == 1 ? id : id + "#" + opening;
  }

  private static void give(Row row, String id, FactOutlet outlet) {
    switch (row.source().kind()) {
      case REJECTION -> row.set(Field.REJECTION_ID, id);
      case NOTE -> row.set(Field.NOTE_ID, id);
      default -> {
        // A transmission is named by its visit and kind.
      }
    }
    outlet.give(row, RowFacts.of(row, 0));
  }

  private static @Nullable Enum<?> open(RowKind kind) {
    return switch (kind) {
      case REJECTION -> RejectionStatus.OPEN;
      case NOTE -> NoteStatus.OPEN;
      default -> null;
    };
  }

  private static @Nullable Enum<?> closed(RowKind kind) {
    return switch (kind) {
      case REJECTION -> RejectionStatus.CLEARED;
      case NOTE -> NoteStatus.FINALIZED;
      default -> null;
    };
  }

  /** Returns whether an entry is unchanged, apart from its own times. */
  private static boolean sameValues(Row one, Row other) {
    Row before = one.copy();
    Row after = other.copy();
    for (Field time : List.of(Field.AT, Field.OCCURRED_AT, Field.RECORDED_AT, Field.EVENT_ID)) {
      before.set(time, null);
      after.set(time, null);
    }
    return Arrays.equals(before.values(), after.values());
  }

  /** Returns the report's own id, otherwise all values of the row, in the order of the mapping. */
  static String id(Row row) {
    String given =
        switch (row.source().kind()) {
          case REJECTION -> row.text(Field.REJECTION_ID);
          case NOTE -> row.text(Field.NOTE_ID);
          default -> RowFacts.id(row);
        };
    if (given != null) {
      return given;
    }
    List<String> parts = new ArrayList<>();
    for (ColumnSpec column : row.source().entry().columns().values()) {
      if (column.constant() == null) {
        Object value = row.get(column.field());
        parts.add(value == null ? "" : value.toString());
      }
    }
    return String.join("|", parts);
  }
}
