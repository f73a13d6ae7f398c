package org.visitbalance.query.model;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.visitbalance.core.Retention;
import org.visitbalance.platform.PeriodicTask;

/**
 * Removes old rows from the tables that would only grow: rows of visit histories and resolved
 * discrepancies, as soon as they are older than everything that the service's state keeps
 * (rules.md#retention). The history of a patient with an open discrepancy stays, and that of a
 * visit of which something newer is known.
 */
public final class Removal {
  private static final Duration PAUSE = Duration.ofMinutes(1);
  private static final int FOUND_AT_ONCE = 20_000;
  private static final int REMOVED_AT_ONCE = 500;

  private static final String OLD_EVENTS =
      "select e.record_key from event e where e.tenant = ? and e.known_at < ? and e.at < ?"
          + " and (e.business_date is null or e.business_date < ?)"
          + " and (e.date_of_service is null or e.date_of_service < ?)"
          + " and not exists (select 1 from event n where n.tenant = e.tenant"
          + " and n.patient_key = e.patient_key and n.visit_name = e.visit_name"
          + " and (n.at >= ? or n.known_at >= ? or n.business_date >= ? or n.date_of_service >= ?))"
          + " and not exists (select 1 from visit_ids i join discrepancy d"
          + " on d.tenant = i.tenant and d.visit = i.visit where i.tenant = e.tenant"
          + " and i.patient_key = e.patient_key and d.status = 'OPEN' and d.left_at is null)"
          + " order by e.record_key limit "
          + FOUND_AT_ONCE;

  private static final String OLD_DISCREPANCIES =
      "select record_key from discrepancy where status = 'RESOLVED' and resolved_at < ?"
          + " order by record_key limit "
          + FOUND_AT_ONCE;

  private final Database database;
  private final Supplier<Freshness> freshness;
  private final @Nullable Duration kept;
  private final PeriodicTask task = new PeriodicTask("read-model-removal", PAUSE, this::look);
  private @Nullable LocalDate done;

  /**
   * Creates a removal that has not started.
   *
   * @param kept how long the service's state keeps business dates; null for forever
   */
  public Removal(Database database, Supplier<Freshness> freshness, @Nullable Duration kept) {
    this.database = database;
    this.freshness = freshness;
    this.kept = kept;
  }

  /** Returns the task that does it, once for each day. */
  public PeriodicTask task() {
    return task;
  }

  private void look() throws SQLException {
    Freshness fresh = freshness.get();
    Instant asOf = fresh.asOf();
    if (kept == null || asOf == null || !fresh.isCaughtUp() || fresh.progress() != null) {
      return;
    }
    LocalDate oldest = Retention.oldestStaying(Retention.freedBy(asOf), kept);
    if (!oldest.equals(done)) {
      remove(oldest);
      done = oldest;
    }
  }

  /** Removes what is older than a day. */
  void remove(LocalDate oldest) throws SQLException {
    OffsetDateTime start = oldest.atStartOfDay().atOffset(ZoneOffset.UTC);
    for (String tenant : tenants()) {
      remove(
          Tables.EVENT,
          oldest,
          OLD_EVENTS,
          tenant,
          start,
          start,
          oldest,
          oldest,
          start,
          start,
          oldest,
          oldest);
    }
    remove(Tables.DISCREPANCY, oldest, OLD_DISCREPANCIES, start);
  }

  private List<String> tenants() {
    return database
        .jdbi()
        .withHandle(
            handle ->
                handle
                    .createQuery("select distinct tenant from source order by tenant")
                    .mapTo(String.class)
                    .list());
  }

  private void remove(Table table, LocalDate oldest, String query, Object... values)
      throws SQLException {
    List<String> found;
    do {
      found =
          database
              .jdbi()
              .withHandle(
                  handle -> {
                    handle
                        .getConfig(org.jdbi.v3.core.statement.SqlStatements.class)
                        .setQueryTimeout(0);
                    var select = handle.createQuery(query);
                    for (int i = 0; i < values.length; i++) {
                      select.bind(i, values[i]);
                    }
                    return select.mapTo(String.class).list();
                  });
      for (int from = 0; from < found.size(); from += REMOVED_AT_ONCE) {
        remove(table, oldest, found.subList(from, Math.min(found.size(), from + REMOVED_AT_ONCE)));
      }
    } while (found.size() == FOUND_AT_ONCE);
  }

  /** Nothing is removed without saying so, in the same transaction. */
  private void remove(Table table, LocalDate oldest, List<String> keys) throws SQLException {
    Batch batch = new Batch();
    keys.forEach(key -> batch.put(table, key, null));
    database
        .jdbi()
        .useTransaction(
            handle -> {
              batch.write(handle.getConnection());
              int updated =
                  handle.execute(
                      "update removed_rows set before_day = greatest(before_day, ?),"
                          + " removed = removed + ? where what = ?",
                      oldest,
                      keys.size(),
                      table.name());
              if (updated == 0) {
                handle.execute(
                    "insert into removed_rows (what, before_day, removed) values (?, ?, ?)",
                    table.name(),
                    oldest,
                    keys.size());
              }
            });
  }
}
