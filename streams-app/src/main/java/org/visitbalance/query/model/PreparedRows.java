package org.visitbalance.query.model;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Set;

/** Writes rows by statements of JDBC, many at a time. */
record PreparedRows(Connection connection) implements RowWriter {
  @Override
  public void delete(Table table, Set<String> keys) throws SQLException {
    try (PreparedStatement delete = connection.prepareStatement(table.delete())) {
      for (String key : keys) {
        delete.setString(1, key);
        delete.addBatch();
      }
      delete.executeBatch();
    }
  }

  @Override
  public void insert(Table table, Rows rows) throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement(table.insert())) {
      rows.to(
          (key, values) -> {
            insert.setString(1, key);
            for (int i = 0; i < values.length; i++) {
              insert.setObject(i + 2, values[i]);
            }
            insert.addBatch();
          });
      insert.executeBatch();
    }
  }
}
