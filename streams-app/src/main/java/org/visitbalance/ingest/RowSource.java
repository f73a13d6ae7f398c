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
 * @param time when it is read
 * @param count what became of its rows
 */
record RowSource(
    Table file,
    int rank,
    MappingEntry entry,
    @Nullable String tenant,
    ZoneId zone,
    RunTime time,
    RowCount count) {

  RowKind kind() {
    return entry.kindOrThrow();
  }

  /** Returns the latest moment of a day at which something can have happened. */
  Instant onDay(LocalDate day) {
    return new MomentReader(zone, null, false, time.asOf()).onDay(day.toEpochDay());
  }

  /** Returns whether a table gives a field, by a column or by its mapping. */
  boolean gives(Field field) {
    ColumnSpec spec = entry.columns().get(field);
    return spec != null
        && (spec.constant() != null
            || spec.fallback() != null
            || spec.columns().stream().anyMatch(name -> file.header().indexOf(name) >= 0));
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
