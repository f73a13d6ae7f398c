package org.visitbalance.query.model;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;
import org.postgresql.PGConnection;

/** Writes many rows of a table in the way that its database takes them fastest. */
interface RowWriter {
  /** Takes the rows of an insert, one after the other. */
  interface Sink {
    void add(String key, Object[] values) throws SQLException;
  }

  /** Says the rows of an insert. */
  interface Rows {
    void to(Sink sink) throws SQLException;
  }

  /** Returns the writer for a transaction that has begun. */
  static RowWriter of(Connection connection) throws SQLException {
    return connection.isWrapperFor(PGConnection.class)
        ? CopiedRows.begin(connection)
        : new PreparedRows(connection);
  }

  /** Deletes the rows that have one of some keys, in the order of these. */
  void delete(Table table, Set<String> keys) throws SQLException;

  /** Inserts rows. */
  void insert(Table table, Rows rows) throws SQLException;
}
