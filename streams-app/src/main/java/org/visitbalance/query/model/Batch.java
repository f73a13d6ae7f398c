package org.visitbalance.query.model;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.visitbalance.fact.Feed;
import org.visitbalance.topology.Keys;

/**
 * What some records, in the order of their partitions, change in the tables: of each key the last
 * word only. Rows are written in the order of their keys, so that two instances that write at the
 * same time wait for each other and never for ever.
 */
final class Batch {
  /** Who is told of changes that name no tenant: everybody. */
  static final String EVERYBODY = "";

  /** Valid facts of a kind that were delivered. */
  record Delivered(String tenant, String kind, long facts, Instant lastAt) {
    Delivered and(Delivered other) {
      Instant last = other.lastAt.isAfter(lastAt) ? other.lastAt : lastAt;
      return new Delivered(tenant, kind, facts + other.facts, last);
    }
  }

  /** By key, the rows that a table then has; none where they are deleted. */
  private final Map<Table, TreeMap<String, List<Object[]>>> rows = new HashMap<>();

  private final Map<String, Delivered> delivered = new TreeMap<>();
  private final List<Feed> feeds = new ArrayList<>();
  private final Map<String, Set<Kind>> changes = new TreeMap<>();

  /** Replaces a row; it is deleted where there are no values. */
  void put(Table table, String key, Object @Nullable [] values) {
    putChildren(table, key, values == null ? List.of() : List.<Object[]>of(values));
  }

  /** Replaces the rows of a table that belong to a row of another one. */
  void putChildren(Table table, String key, List<Object[]> values) {
    rows.computeIfAbsent(table, any -> new TreeMap<>()).put(Flat.key(key), values);
  }

  void delivered(String tenant, String kind, Instant at) {
    delivered.merge(
        Flat.key(Keys.of(tenant, kind)), new Delivered(tenant, kind, 1, at), Delivered::and);
  }

  void feed(Feed feed) {
    feeds.add(feed);
  }

  void changed(String tenant, Kind kind) {
    changes.computeIfAbsent(Flat.storable(tenant), any -> new TreeSet<>()).add(kind);
  }

  boolean isEmpty() {
    return rows.isEmpty() && delivered.isEmpty() && feeds.isEmpty();
  }

  /** Writes all of it; the caller commits. */
  void write(Connection connection) throws SQLException {
    RowWriter writer = RowWriter.of(connection);
    List<StoredSum.Change> sums = new ArrayList<>();
    for (Table table : Tables.ALL) {
      TreeMap<String, List<Object[]>> changed = rows.get(table);
      if (changed != null) {
        List<StoredSum.Change> own = changes(table);
        for (StoredSum.Change sum : own) {
          sum.before(connection, changed.keySet());
        }
        writer.delete(table, changed.keySet());
        insert(writer, table, changed);
        for (StoredSum.Change sum : own) {
          sum.after(connection, changed.keySet());
        }
        sums.addAll(own);
      }
    }
    for (StoredSum.Change sum : sums) {
      sum.write(connection);
    }
    Sums.write(connection, delivered, feeds, changes);
  }

  private static List<StoredSum.Change> changes(Table table) {
    return Tables.SUMS.stream()
        .filter(sum -> sum.source().equals(table))
        .map(StoredSum::change)
        .toList();
  }

  private static void insert(RowWriter writer, Table table, Map<String, List<Object[]>> rows)
      throws SQLException {
    writer.insert(
        table,
        sink -> {
          for (Map.Entry<String, List<Object[]>> entry : rows.entrySet()) {
            for (Object[] row : entry.getValue()) {
              sink.add(entry.getKey(), row);
            }
          }
        });
  }
}
