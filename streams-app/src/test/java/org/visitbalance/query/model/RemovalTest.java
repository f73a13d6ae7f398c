package org.visitbalance.query.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RemovalTest {
  private static final LocalDate OLDEST = LocalDate.parse("2025-10-01");
  private final Database database = Database.temporary();

  @BeforeEach
  void company() {
    execute("insert into source (record_key, tenant, kind) values ('T1|VISIT', 'T1', 'VISIT')");
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void whatIsOldAndConcernsNothingNewOrOpenIsRemovedAndSaid() throws SQLException {
    event("old", "P1", "V1", "2025-09-30", "2025-09-30");
    event("old, no dates", "P1", null, "2025-09-30", null);
    event("on the day", "P1", "V2", "2025-10-01", "2025-09-30");
    event("of a later day", "P1", "V3", "2025-09-30", "2025-10-01");
    event("of a visit with something newer", "P1", "V2", "2025-09-01", "2025-09-01");
    event("of a patient with something open", "P2", "V4", "2025-09-01", "2025-09-01");
    event("of a patient with something that has left", "P3", "V5", "2025-09-01", "2025-09-01");
    discrepancy("open", "v4", "P2", "OPEN", null, false);
    discrepancy("left", "v5", "P3", "OPEN", null, true);
    discrepancy("resolved", "v6", "P4", "RESOLVED", "2025-09-30", false);
    discrepancy("resolved later", "v7", "P5", "RESOLVED", "2025-10-01", false);
    assertThat(Removed.read(database.jdbi())).isEqualTo(Removed.NOTHING);

    new Removal(database, () -> freshness(), null).remove(OLDEST);

    assertThat(keys("event"))
        .containsExactlyInAnyOrder(
            "on the day",
            "of a later day",
            "of a visit with something newer",
            "of a patient with something open");
    assertThat(keys("discrepancy")).containsExactlyInAnyOrder("open", "left", "resolved later");
    assertThat(Removed.read(database.jdbi())).isEqualTo(new Removed(OLDEST, OLDEST));
  }

  @Test
  void whatHasNothingOldSaysNothing() throws SQLException {
    event("new", "P1", "V1", "2025-10-02", "2025-10-02");
    new Removal(database, () -> freshness(), null).remove(OLDEST);
    assertThat(keys("event")).hasSize(1);
    assertThat(Removed.read(database.jdbi())).isEqualTo(Removed.NOTHING);
  }

  private static Freshness freshness() {
    Instant now = Instant.parse("2026-11-16T12:00:00Z");
    return new Freshness(now, 0, 0, now, now);
  }

  private Set<String> keys(String table) {
    return database
        .jdbi()
        .withHandle(
            handle ->
                handle.createQuery("select record_key from " + table).mapTo(String.class).set());
  }

  private void event(
      String key, String patient, @Nullable String visit, String at, @Nullable String day) {
    execute(
        "insert into event (record_key, tenant, patient_key, visit_name, at, known_at, date_of_service)"
            + " values (?, 'T1', ?, ?, ?, ?, ?)",
        key,
        patient,
        visit,
        moment(at),
        moment(at),
        day == null ? null : LocalDate.parse(day));
  }

  private void discrepancy(
      String key,
      String visit,
      String patient,
      String status,
      @Nullable String resolved,
      boolean hasLeft) {
    execute(
        "insert into discrepancy (record_key, tenant, visit, status, resolved_at, left_at)"
            + " values (?, 'T1', ?, ?, ?, ?)",
        key,
        visit,
        status,
        resolved == null ? null : moment(resolved),
        hasLeft ? moment("2025-09-20") : null);
    execute(
        "insert into visit_ids (record_key, tenant, visit, patient_key) values (?, 'T1', ?, ?)",
        visit,
        visit,
        patient);
  }

  private static Object moment(String day) {
    return Flat.value(Instant.parse(day + "T08:00:00Z"));
  }

  private void execute(String sql, @Nullable Object... values) {
    database.jdbi().useHandle(handle -> handle.execute(sql, values));
  }
}
