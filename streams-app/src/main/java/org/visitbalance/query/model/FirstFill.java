package org.visitbalance.query.model;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatements;

/**
 * Empty tables are filled without indexes, which are made when the tables are full. Which ones are
 * to be made is in a table of its own, so that none is forgotten whoever is killed when.
 */
final class FirstFill {
  private FirstFill() {}

  /** Leaves out the indexes if nothing was ever read; those by the key of a record remain. */
  static void begin(Database database) throws SQLException {
    database
        .jdbi()
        .useTransaction(
            handle -> {
              if (database.isShared()) {
                handle.execute("lock table read_offset in exclusive mode");
              }
              if (!Offsets.read(handle).isEmpty() || isToMake(handle)) {
                return;
              }
              for (Map.Entry<String, String> index : indexes(handle).entrySet()) {
                handle.execute(
                    "insert into index_to_make (name, made_by) values (?, ?)",
                    index.getKey(),
                    index.getValue());
                handle.execute("drop index " + index.getKey());
              }
            });
  }

  /**
   * Makes what was left out; the tables are used meanwhile, but not written to. Instances that
   * share the tables make one after the other, and each index is a transaction of its own: nobody
   * holds two tables that others wait for.
   */
  static void end(Database database) throws SQLException {
    while (database.jdbi().inTransaction(handle -> makeOne(handle, database.isShared()))) {
      // There may be more.
    }
  }

  private static boolean makeOne(Handle handle, boolean isShared) {
    handle.getConfig(SqlStatements.class).setQueryTimeout(0);
    if (isShared) {
      handle.execute("lock table index_to_make in exclusive mode");
    }
    Optional<Map.Entry<String, String>> next =
        handle
            .createQuery("select name, made_by from index_to_make order by name limit 1")
            .map((row, context) -> Map.entry(row.getString(1), row.getString(2)))
            .findOne();
    next.ifPresent(
        index -> {
          handle.execute(index.getValue());
          handle.execute("delete from index_to_make where name = ?", index.getKey());
        });
    return next.isPresent();
  }

  /** Returns whether an index is missing still. */
  static boolean isToMake(Database database) {
    return database.jdbi().withHandle(FirstFill::isToMake);
  }

  private static boolean isToMake(Handle handle) {
    return handle.createQuery("select count(*) from index_to_make").mapTo(Integer.class).one() > 0;
  }

  /** By name, the statements that make the indexes of the tables. */
  private static Map<String, String> indexes(Handle handle) throws SQLException {
    Connection connection = handle.getConnection();
    DatabaseMetaData about = connection.getMetaData();
    Map<String, String> statements = new TreeMap<>();
    for (Table table : Tables.ALL) {
      Map<String, StringJoiner> columns = new LinkedHashMap<>();
      try (ResultSet row =
          about.getIndexInfo(null, connection.getSchema(), table.name(), false, false)) {
        while (row.next()) {
          String name = row.getString("INDEX_NAME");
          if (name != null && row.getBoolean("NON_UNIQUE")) {
            boolean isDown = "D".equals(row.getString("ASC_OR_DESC"));
            columns
                .computeIfAbsent(name, any -> new StringJoiner(", "))
                .add(row.getString("COLUMN_NAME") + (isDown ? " desc" : ""));
          }
        }
      }
      columns.forEach(
          (name, list) -> {
            if (!list.toString().equals(Table.KEY)) {
              statements.put(
                  name,
                  "create index if not exists " + name + " on " + table.name() + " (" + list + ")");
            }
          });
    }
    return statements;
  }
}
