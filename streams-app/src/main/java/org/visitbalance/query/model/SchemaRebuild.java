package org.visitbalance.query.model;

import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.SqlStatements;
import org.jspecify.annotations.Nullable;
import org.visitbalance.platform.Deadline;
import org.visitbalance.platform.Patience;

/**
 * New tables in a schema of their own on PostgreSQL. They are moved to the place of the old ones in
 * one transaction, when they are at least as far.
 */
final class SchemaRebuild implements Rebuild {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** By then the filler has looked again how far the topics are. */
  private static final Duration LOOK = Duration.ofSeconds(5);

  private static final int ATTEMPTS = 100;

  /** Everybody who rebuilds tables asks for this lock; PostgreSQL frees it if they die. */
  private static final String LOCK = "select pg_try_advisory_lock(726811, hashtext(?))";

  private final Database old;
  private final Database tables;
  private final Handle holder;
  private final String schema;
  private final String next;
  private final String replaced;

  private SchemaRebuild(Database old, Handle holder, String schema, Database tables) {
    this.old = old;
    this.holder = holder;
    this.schema = schema;
    this.next = next(schema);
    this.replaced = schema + "_replaced";
    this.tables = tables;
  }

  private static String next(String schema) {
    return schema + "_rebuild";
  }

  static SchemaRebuild begin(String url, String user, @Nullable String password) {
    Database old = Database.open(url, user, password);
    Handle holder = old.jdbi().open();
    try {
      String schema = holder.createQuery("select current_schema()").mapTo(String.class).one();
      if (!holder.createQuery(LOCK).bind(0, schema).mapTo(Boolean.class).one()) {
        throw new Database.Unusable(
            "the tables are being rebuilt by another process already; wait until it has ended");
      }
      requireNoViews(holder, schema);
      holder.execute("drop schema if exists " + quoted(next(schema)) + " cascade");
      holder.execute("create schema " + quoted(next(schema)));
      holder.execute("delete from rebuild");
      return new SchemaRebuild(
          old, holder, schema, Database.beside(url, user, password, next(schema)));
    } catch (RuntimeException e) {
      holder.close();
      old.close();
      throw e;
    }
  }

  /** A view belongs to the tables it was made for, so it would be lost together with them. */
  private static void requireNoViews(Handle handle, String schema) {
    List<String> views =
        handle
            .createQuery(
                "select distinct view_schema || '.' || view_name"
                    + " from information_schema.view_table_usage where table_schema = ? order by 1")
            .bind(0, schema)
            .mapTo(String.class)
            .list();
    if (!views.isEmpty()) {
      throw new Database.Unusable(
          "views use the tables: "
              + String.join(", ", views)
              + "; drop them, and create them again after the rebuild");
    }
  }

  private static String quoted(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  @Override
  public Database tables() {
    return tables;
  }

  @Override
  public void progress(long done, long total) {
    int updated =
        holder.execute(
            "update rebuild set done = ?, total = ?, seen_at = current_timestamp", done, total);
    if (updated == 0) {
      holder.execute(
          "insert into rebuild (id, since, done, total, seen_at)"
              + " values (1, current_timestamp, ?, ?, current_timestamp)",
          done,
          total);
    }
  }

  /** Returns the rebuild that is running beside some tables; null if there is none. */
  static @Nullable Progress running(Database database) {
    return database
        .jdbi()
        .withHandle(
            handle ->
                handle
                    .createQuery(
                        "select since, done, total from rebuild"
                            + " where seen_at > current_timestamp - interval '1' minute")
                    .map(
                        (row, context) ->
                            new Progress(
                                Progress.Work.REBUILDING,
                                row.getObject(1, OffsetDateTime.class).toInstant(),
                                Progress.percent(row.getLong(2), row.getLong(3)),
                                null))
                    .findOne()
                    .orElse(null));
  }

  @Override
  public boolean finish(Projector filler) {
    for (int attempt = 1; ; attempt++) {
      try {
        old.jdbi().useTransaction(handle -> replace(handle, filler));
        filler.close();
        return true;
      } catch (JdbiException e) {
        // Somebody reads the old tables for long, or waits for one while having another.
        if (attempt == ATTEMPTS || !Database.isLocked(e)) {
          throw e;
        }
      }
    }
  }

  private void replace(Handle handle, Projector filler) {
    handle.getConfig(SqlStatements.class).setQueryTimeout(0);
    handle.execute("set local lock_timeout = '5s'");
    // From here on nobody writes to the old tables, and soon the new ones are as far.
    handle.execute("lock table read_offset in exclusive mode");
    Map<TopicPartition, Long> wanted = Offsets.read(handle);
    Deadline looked = Deadline.in(LOOK);
    Patience.await(
        "the new tables to be as far as the old ones",
        PATIENCE,
        () -> isAsFar(wanted) || (looked.isOver() && filler.behind() == 0));
    // Whoever fills the new ones begins with this table.
    handle.execute("lock table " + quoted(next) + ".read_offset in access exclusive mode");
    List<String> names = new ArrayList<>(Database.TABLES_BESIDES);
    Stream.concat(Stream.of("read_offset"), Tables.ALL.stream().map(Table::name))
        .forEach(names::add);
    copyGrants(handle);
    handle.execute("create schema " + quoted(replaced));
    for (String name : names) {
      move(handle, schema, name, replaced);
    }
    for (String name : names) {
      move(handle, next, name, schema);
    }
    for (String name : names) {
      handle.execute("drop table " + quoted(replaced) + "." + name);
    }
    handle.execute("drop schema " + quoted(replaced));
    handle.execute("drop schema " + quoted(next));
  }

  /** Old offsets may be of topics that were deleted; no new ones will reach them. */
  private boolean isAsFar(Map<TopicPartition, Long> wanted) {
    Map<TopicPartition, Long> reached = Offsets.read(tables.jdbi());
    return wanted.entrySet().stream()
        .allMatch(one -> reached.getOrDefault(one.getKey(), 0L) >= one.getValue());
  }

  private static void move(Handle handle, String from, String name, String to) {
    handle.execute("alter table " + quoted(from) + "." + name + " set schema " + quoted(to));
  }

  /** Who may read the old tables may read the new ones. */
  private void copyGrants(Handle handle) {
    handle
        .createQuery(
            "select table_name, privilege_type, grantee from information_schema.table_privileges"
                + " where table_schema = ? and grantee <> grantor")
        .bind(0, schema)
        .map(
            (row, context) ->
                "grant "
                    + row.getString(2)
                    + " on "
                    + quoted(next)
                    + "."
                    + quoted(row.getString(1))
                    + " to "
                    + (row.getString(3).equals("PUBLIC") ? "public" : quoted(row.getString(3))))
        .list()
        .forEach(handle::execute);
  }

  @Override
  public void close() {
    tables.close();
    try {
      holder.execute("delete from rebuild");
    } catch (JdbiException e) {
      // It is too old to be believed soon.
    }
    holder.close();
    old.close();
  }
}
