package org.visitbalance.query.closes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.statement.SqlLogger;
import org.jdbi.v3.core.statement.StatementContext;
import org.junit.jupiter.api.Test;
import org.visitbalance.query.model.Database;
import org.visitbalance.query.model.Freshness;

class ClosingPolicyTest {
  private static final Instant NOW = Instant.parse("2026-11-14T12:00:00Z");

  private static void company(Database database, String tenant, String settings) {
    database
        .jdbi()
        .useHandle(
            handle -> {
              handle.execute("insert into change_count values (?, 'balance', 1)", tenant);
              handle.execute(
                  "insert into settings_version (record_key, tenant, version, settings)"
                      + " values (?, ?, 1, ?)",
                  tenant,
                  tenant,
                  settings);
              handle.execute(
                  "insert into balance (record_key, tenant, location, granularity, from_date,"
                      + " to_date, reported_emr_visits, reported_billing_visits,"
                      + " reported_difference, reported_emr_units, reported_billing_units,"
                      + " origin_expected, origin_billed, origin_outstanding,"
                      + " new_patients_emr_units, new_patients_billing_visits,"
                      + " new_patients_difference, new_patients_items, items, kinds_expected,"
                      + " kinds_pending, kinds_work, kinds_unexplained, verdict, offsetting,"
                      + " readiness_open_notes, readiness_failed_transmissions,"
                      + " readiness_pending_transmissions, readiness_absent_transmissions,"
                      + " readiness_held_visits, readiness_ready)"
                      + " values (?, ?, 'DTN', 'DAY', '2026-11-04', '2026-11-04', 1, 1, 0, 2, 2,"
                      + " 1, 1, 0, 0, 0, 0, '{}', '{}', 0, 0, 0, 0, 'BALANCED', false, 0, 0, 0, 0,"
                      + " 0, true)",
                  tenant + "|DTN",
                  tenant);
            });
  }

  @Test
  void aCompanyWhoseSettingsCannotBeReadKeepsNoOtherFromItsCloses() {
    List<String> closed = new ArrayList<>();
    try (Database database = Database.temporary();
        ClosingPolicy policy =
            new ClosingPolicy(
                database,
                () -> new Freshness(NOW, 0, 0, NOW, NOW),
                close -> closed.add(close.getBalance().getTenant()),
                () -> NOW)) {
      company(database, "BROKEN", "{\"zone\":");
      company(database, "HARBOR", "{\"closeAfter\":\"P2D\"}");

      assertThatThrownBy(policy::closeWhatIsDue).isInstanceOf(RuntimeException.class);

      assertThat(closed).containsExactly("HARBOR");
    }
  }

  @Test
  void anIdleInstallationOfManyCompaniesIsAskedOneQuestion() {
    List<String> asked = new ArrayList<>();
    try (Database database = Database.temporary();
        ClosingPolicy policy =
            new ClosingPolicy(
                database, () -> new Freshness(NOW, 0, 0, NOW, NOW), close -> {}, () -> NOW)) {
      for (int i = 0; i < 20; i++) {
        company(database, "T" + i, "{\"zone\":\"UTC\"}");
      }
      policy.closeWhatIsDue();
      database
          .jdbi()
          .setSqlLogger(
              new SqlLogger() {
                @Override
                public void logBeforeExecution(StatementContext context) {
                  asked.add(context.getRawSql());
                }
              });

      policy.closeWhatIsDue();

      assertThat(asked).hasSize(1);
    }
  }
}
