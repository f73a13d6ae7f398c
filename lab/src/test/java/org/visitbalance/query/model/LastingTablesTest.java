package org.visitbalance.query.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.h2.jdbc.JdbcConnection;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.Test;

class LastingTablesTest {
  /** A pool closes each connection after half an hour, and H2 compares by the one that made it. */
  @Test
  void tablesOutliveTheConnectionsThatWereThereWhenTheyWereMade() throws SQLException {
    try (Database database = Database.temporary()) {
      List<Handle> all = new ArrayList<>();
      List<Connection> made = new ArrayList<>();
      for (int i = 0; i < Database.CONNECTIONS; i++) {
        Handle handle = database.jdbi().open();
        all.add(handle);
        made.add(handle.getConnection().unwrap(JdbcConnection.class));
      }
      all.forEach(Handle::close);
      for (Connection connection : made) {
        connection.close();
      }

      // The pool makes others when it has noticed.
      await()
          .atMost(Duration.ofSeconds(10))
          .pollInterval(Duration.ofSeconds(1))
          .ignoreExceptions()
          .untilAsserted(
              () ->
                  database
                      .jdbi()
                      .useHandle(
                          handle ->
                              handle.execute(
                                  "insert into discrepancy (record_key, tenant, kind)"
                                      + " values ('1', 'T', 'HELD')")));
      assertThat(database.rows()).containsEntry("discrepancy", 1L);
    }
  }
}
