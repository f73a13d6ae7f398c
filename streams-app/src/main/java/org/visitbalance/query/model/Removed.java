package org.visitbalance.query.model;

import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * Which old rows the tables no longer have.
 *
 * @param events rows of visit histories before this day are removed; null if none are
 * @param resolved discrepancies that were resolved before this day are removed; null if none are
 */
public record Removed(@Nullable LocalDate events, @Nullable LocalDate resolved) {
  /** Nothing is removed. */
  public static final Removed NOTHING = new Removed(null, null);

  /** Reads it from the tables. */
  static Removed read(Jdbi jdbi) {
    Map<String, LocalDate> days =
        jdbi.withHandle(
            handle ->
                handle
                    .createQuery("select what, before_day from removed_rows")
                    .reduceRows(
                        new LinkedHashMap<>(),
                        (all, row) -> {
                          all.put(
                              row.getColumn("what", String.class),
                              row.getColumn("before_day", LocalDate.class));
                          return all;
                        }));
    return new Removed(days.get(Tables.EVENT.name()), days.get(Tables.DISCREPANCY.name()));
  }

  /** Returns it as the API shows it. */
  public Map<String, @Nullable Object> shown() {
    Map<String, @Nullable Object> shown = new LinkedHashMap<>();
    shown.put("historyBefore", events == null ? null : events.toString());
    shown.put("resolvedBefore", resolved == null ? null : resolved.toString());
    return shown;
  }
}
