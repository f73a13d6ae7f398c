package org.visitbalance.query.model;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.visitbalance.fact.Feed;
import org.visitbalance.fact.FeedSource;
import org.visitbalance.topology.Keys;

/** Rows whose new value depends on the old one: counts, and how far a source is complete. */
final class Sums {
  private Sums() {}

  static void write(
      Connection connection,
      Map<String, Batch.Delivered> delivered,
      List<Feed> feeds,
      Map<String, Set<Kind>> changes)
      throws SQLException {
    for (Map.Entry<String, Batch.Delivered> one : delivered.entrySet()) {
      add(connection, one.getKey(), one.getValue());
    }
    Map<String, Feed> latest = new TreeMap<>();
    for (Feed feed : feeds) {
      latest.merge(Flat.key(Keys.of(feed.getTenant(), feed.getSource())), feed, Sums::standing);
    }
    for (Map.Entry<String, Feed> one : latest.entrySet()) {
      put(connection, one.getKey(), one.getValue());
    }
    for (Map.Entry<String, Set<Kind>> one : changes.entrySet()) {
      for (Kind kind : one.getValue()) {
        count(connection, one.getKey(), kind);
      }
    }
  }

  private static void add(Connection connection, String key, Batch.Delivered one)
      throws SQLException {
    Object at = Flat.value(one.lastAt());
    int updated =
        update(
            connection,
            "update source set facts = facts + ?, last_fact_at = greatest(last_fact_at, ?)"
                + " where record_key = ?",
            one.facts(),
            at,
            key);
    if (updated == 0) {
      update(connection, Tables.SOURCE.insert(), key, one.tenant(), one.kind(), one.facts(), at);
    }
  }

  private static void put(Connection connection, String key, Feed feed) throws SQLException {
    Feed before = stored(connection, key, feed.getTenant());
    if (before != null && !isAfter(feed, before)) {
      return;
    }
    update(connection, Tables.FEED.delete(), key);
    update(
        connection,
        Tables.FEED.insert(),
        key,
        Flat.storable(feed.getTenant()),
        feed.getSource().name(),
        Flat.value(feed.getCompleteUntil()),
        Flat.value(feed.getOccurredAt()),
        Flat.storable(feed.getEventId()));
  }

  private static @Nullable Feed stored(Connection connection, String key, String tenant)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "select source, complete_until, occurred_at, event_id from feed"
                + " where record_key = ? for update")) {
      select.setString(1, key);
      try (ResultSet row = select.executeQuery()) {
        return row.next()
            ? new Feed(tenant, row.getString(4), instant(row, 3), source(row), instant(row, 2))
            : null;
      }
    }
  }

  private static FeedSource source(ResultSet row) throws SQLException {
    return FeedSource.valueOf(row.getString(1));
  }

  private static Instant instant(ResultSet row, int column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }

  /** The feed that stands of two (rules.md#registers), as finely as they are stored. */
  private static Feed standing(Feed before, Feed next) {
    return isAfter(next, before) ? next : before;
  }

  private static boolean isAfter(Feed next, Feed before) {
    return Comparator.comparing(Feed::getCompleteUntil)
            .thenComparing(Feed::getOccurredAt)
            .thenComparing(Feed::getEventId)
            .compare(next, before)
        > 0;
  }

  private static void count(Connection connection, String tenant, Kind kind) throws SQLException {
    int updated =
        update(
            connection,
            "update change_count set changes = changes + 1 where tenant = ? and kind = ?",
            tenant,
            kind.word());
    if (updated == 0) {
      update(
          connection,
          "insert into change_count (tenant, kind, changes) values (?, ?, 1)",
          tenant,
          kind.word());
    }
  }

  private static int update(Connection connection, String sql, @Nullable Object... values)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      return statement.executeUpdate();
    }
  }
}
