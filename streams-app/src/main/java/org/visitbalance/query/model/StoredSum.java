package org.visitbalance.query.model;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.visitbalance.topology.Keys;

/**
 * A table of sums over the rows of another one, by some of its columns. Whoever changes rows adds
 * what the sums of exactly these rows are afterward, and takes away what they were before, in the
 * same transaction; a sum of nothing but zeros has no row.
 *
 * @param table its columns are those of the keys, and then those of the sums
 * @param keys the columns that rows are added up by
 * @param sums the sums, as SQL over the rows of the source
 * @param where which rows of the source count
 */
record StoredSum(Table table, Table source, List<String> keys, List<String> sums, String where) {
  private static final int AT_ONCE = 200;

  /** The sums of one key. */
  private static final class Row {
    private final @Nullable Object[] key;
    private final long[] values;

    Row(@Nullable Object[] key, long[] values) {
      this.key = key;
      this.values = values;
    }

    Row plus(Row other, int sign) {
      long[] sum = values.clone();
      for (int i = 0; i < sum.length; i++) {
        sum[i] += sign * other.values[i];
      }
      return new Row(key, sum);
    }

    boolean isZero() {
      return Arrays.stream(values).allMatch(value -> value == 0);
    }
  }

  /** What changed in the sums; the rows change between the two looks. */
  final class Change {
    private final Map<String, Row> changed = new TreeMap<>();

    /** Looks at some rows before they change. */
    void before(Connection connection, Collection<String> rows) throws SQLException {
      look(connection, rows, -1);
    }

    /** Looks at the same rows afterward. */
    void after(Connection connection, Collection<String> rows) throws SQLException {
      look(connection, rows, 1);
    }

    private void look(Connection connection, Collection<String> rows, int sign)
        throws SQLException {
      List<String> all = List.copyOf(rows);
      for (int from = 0; from < all.size(); from += AT_ONCE) {
        List<String> some = all.subList(from, Math.min(all.size(), from + AT_ONCE));
        // Filled up with the last one: so there is one statement to prepare.
        List<String> filled = new ArrayList<>(some);
        while (filled.size() < AT_ONCE) {
          filled.add(some.get(some.size() - 1));
        }
        read(connection, filled).forEach((key, row) -> add(key, row, sign));
      }
    }

    private void add(String key, Row row, int sign) {
      Row zero = new Row(row.key, new long[row.values.length]);
      changed.put(key, changed.getOrDefault(key, zero).plus(row, sign));
    }

    /** Writes it, in the order of the keys: two instances wait for each other, never forever. */
    void write(Connection connection) throws SQLException {
      for (Map.Entry<String, Row> one : changed.entrySet()) {
        if (!one.getValue().isZero()) {
          move(connection, one.getKey(), one.getValue());
        }
      }
    }
  }

  Change change() {
    return new Change();
  }

  /**
   * Returns the sums of some rows; null for all rows. Some rows are found by their keys; the
   * condition is written so that no index of its columns seems to be a shorter way.
   */
  private Map<String, Row> read(Connection connection, @Nullable List<String> rows)
      throws SQLException {
    String which =
        rows == null
            ? where
            : Table.KEY
                + " in (?"
                + ", ?".repeat(rows.size() - 1)
                + ") and case when "
                + where
                + " then 1 else 0 end = 1";
    String columns = String.join(", ", keys);
    String sql =
        "select "
            + columns
            + ", "
            + String.join(", ", sums)
            + " from "
            + source.name()
            + " where "
            + which
            + " group by "
            + columns;
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      for (int i = 0; rows != null && i < rows.size(); i++) {
        select.setString(i + 1, rows.get(i));
      }
      return rows(select);
    }
  }

  private Map<String, Row> stored(Connection connection) throws SQLException {
    String columns = table.columns().stream().map(Column::name).collect(Collectors.joining(", "));
    try (PreparedStatement select =
        connection.prepareStatement("select " + columns + " from " + table.name())) {
      return rows(select);
    }
  }

  private Map<String, Row> rows(PreparedStatement select) throws SQLException {
    Map<String, Row> rows = new TreeMap<>();
    try (ResultSet found = select.executeQuery()) {
      while (found.next()) {
        Object[] key = new Object[keys.size()];
        for (int i = 0; i < key.length; i++) {
          boolean isDay = table.columns().get(i).type() == Column.Type.DAY;
          key[i] = isDay ? found.getObject(i + 1, LocalDate.class) : found.getString(i + 1);
        }
        long[] values = new long[sums.size()];
        for (int i = 0; i < values.length; i++) {
          values[i] = found.getLong(key.length + i + 1);
        }
        rows.put(key(key), new Row(key, values));
      }
    }
    return rows;
  }

  private static String key(@Nullable Object[] parts) {
    return Flat.key(
        Keys.of(Stream.of(parts).map(part -> part == null ? "" : part.toString()).toArray()));
  }

  private void move(Connection connection, String key, Row row) throws SQLException {
    String sets =
        values().stream()
            .map(name -> name + " = " + name + " + ?")
            .collect(Collectors.joining(", "));
    try (PreparedStatement update =
        connection.prepareStatement(
            "update " + table.name() + " set " + sets + " where " + Table.KEY + " = ?")) {
      for (int i = 0; i < row.values.length; i++) {
        update.setLong(i + 1, row.values[i]);
      }
      update.setString(row.values.length + 1, key);
      if (update.executeUpdate() == 0) {
        insert(connection, key, row);
        return;
      }
    }
    if (Arrays.stream(row.values).anyMatch(value -> value < 0)) {
      deleteZero(connection, key);
    }
  }

  private List<String> values() {
    return table.columns().stream().skip(keys.size()).map(Column::name).toList();
  }

  private void insert(Connection connection, String key, Row row) throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement(table.insert())) {
      insert.setString(1, key);
      for (int i = 0; i < row.key.length; i++) {
        insert.setObject(i + 2, row.key[i]);
      }
      for (int i = 0; i < row.values.length; i++) {
        insert.setLong(row.key.length + i + 2, row.values[i]);
      }
      insert.executeUpdate();
    }
  }

  private void deleteZero(Connection connection, String key) throws SQLException {
    String zeros =
        values().stream().map(name -> " and " + name + " = 0").collect(Collectors.joining());
    try (PreparedStatement delete = connection.prepareStatement(table.delete() + zeros)) {
      delete.setString(1, key);
      delete.executeUpdate();
    }
  }

  /** Makes the sums from the rows where they differ; the caller commits. */
  void repair(Connection connection) throws SQLException {
    Map<String, Row> right = read(connection, null);
    Map<String, Row> stored = stored(connection);
    for (Map.Entry<String, Row> one : stored.entrySet()) {
      Row now = right.get(one.getKey());
      if (now == null || !Arrays.equals(now.values, one.getValue().values)) {
        try (PreparedStatement delete = connection.prepareStatement(table.delete())) {
          delete.setString(1, one.getKey());
          delete.executeUpdate();
        }
      } else {
        right.remove(one.getKey());
      }
    }
    for (Map.Entry<String, Row> one : right.entrySet()) {
      if (!one.getValue().isZero()) {
        insert(connection, one.getKey(), one.getValue());
      }
    }
  }
}
