package org.visitbalance.ingest;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.visitbalance.output.DeadLetter;

/**
 * A file and how it is read.
 *
 * @param rank the position of the file in the run, in the order of the file names: later files win
 * @param tenant the tenant of rows that name no other; null only if a column names it
 */
record RowSource(
    CsvTable file, int rank, MappingEntry entry, @Nullable String tenant, ZoneId zone) {

  RowKind kind() {
    return entry.kindOrThrow();
  }

  /** Returns the last second of a day. */
  Instant endOf(LocalDate day) {
    return new LocalClock(zone).endOf(day.toEpochDay());
  }

  /** Returns what messages call a field: its column, if it has one. */
  String nameOf(String field) {
    String label = field.startsWith("lines.") ? field.substring("lines.".length()) : field;
    Field known = Field.named(label);
    ColumnSpec spec = known == null ? null : entry.columns().get(known);
    if (spec == null || spec.columns().isEmpty()) {
      return label;
    }
    List<String> there = new ArrayList<>(spec.columns());
    there.removeIf(column -> file.header().indexOf(column) < 0);
    return there.isEmpty() ? spec.columns().get(0) : String.join(" or ", there);
  }

  /** Returns the dead letter of a row. */
  DeadLetter deadLetter(long line, @Nullable String column, String reason) {
    return DeadLetter.newBuilder()
        .setTenant(tenant)
        .setSource(file.name())
        .setPosition(line)
        .setField(column)
        .setReason(reason)
        .build();
  }
}
