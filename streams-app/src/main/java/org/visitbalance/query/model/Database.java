package org.visitbalance.query.model;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.h2.engine.SessionLocal;
import org.h2.jdbc.JdbcConnection;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.SqlStatements;
import org.jdbi.v3.core.statement.StatementExceptions;
import org.jspecify.annotations.Nullable;
import org.visitbalance.platform.EmbeddedSpace;

/** The database of the read model, with its tables created or updated. */
public final class Database implements AutoCloseable {
  static final int CONNECTIONS = 12;
  private static final long PATIENCE_MS = 10_000;
  private static final int QUERY_SECONDS = 20;

  /** The tables that have no rows of topics. */
  static final List<String> TABLES_BESIDES =
      List.of(
          "change_count",
          "rebuild",
          "index_to_make",
          "applied_settings",
          "removed_rows",
          "flyway_schema_history");

  private static final int TIDY_MS = 300;
  private static final int TIDY_AT_CLOSE_MS = 5_000;

  private static final long MOVED_BYTES = 16L << 20;
  private static final long MOVED_AT_CLOSE_BYTES = 512L << 20;

  /** PostgreSQL: a deadlock; a lock that was not free in time. */
  private static final Set<String> LOCKED = Set.of("40P01", "55P03");

  private static final int MIGRATION_TRIES = 5;

  /** What PostgreSQL and H2 take as a user or a password among the parameters of an address. */
  private static final Pattern SECRET =
      Pattern.compile("[?&;](user|password|sslpassword)=", Pattern.CASE_INSENSITIVE);

  private final HikariDataSource source;

  /** Makes the tables. */
  private final HikariDataSource maker;

  private final Jdbi jdbi;
  private final boolean embedded;
  private final boolean shared;

  private Database(
      HikariDataSource source, HikariDataSource maker, boolean embedded, boolean shared) {
    this.source = source;
    this.maker = maker;
    this.embedded = embedded;
    this.jdbi = Jdbi.create(source);
    if (embedded) {
      this.jdbi.setStatementBuilderFactory(connection -> new Replanning());
    }
    this.jdbi.getConfig(SqlStatements.class).setQueryTimeout(QUERY_SECONDS);
    // What a query asked for may be a patient's key; no message shows it.
    this.jdbi
        .getConfig(StatementExceptions.class)
        .setMessageRendering(StatementExceptions.MessageRendering.NONE);
    this.shared = shared;
  }

  /** A database cannot be used. The message names it and says what to do. */
  public static final class Unusable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Unusable(String message) {
      super(message);
    }

    Unusable(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * Opens an embedded database in a folder; one process can use it at a time. Tables that a rebuild
   * has made ready replace the old ones first.
   */
  public static Database embedded(Path folder) {
    boolean unused = FileRebuild.useReady(folder);
    return embedded(folder, FileRebuild.NAME);
  }

  static Database embedded(Path folder, String name) {
    return open("jdbc:h2:file:" + folder.toAbsolutePath().resolve(name), "", null);
  }

  /** Opens an embedded database that is deleted when it is closed. */
  public static Database temporary() {
    return open("jdbc:h2:mem:" + UUID.randomUUID(), "", null);
  }

  /**
   * Opens a database and updates its tables.
   *
   * @param url a JDBC URL of PostgreSQL or H2
   * @throws Unusable if the database cannot be used
   */
  public static Database open(String url, String user, @Nullable String password) {
    return open(url, user, password, null);
  }

  /** Opens new tables in a schema of their own, beside the ones in use. They have one reader. */
  static Database beside(String url, String user, @Nullable String password, String schema) {
    return open(url, user, password, schema);
  }

  private static Database open(
      String url, String user, @Nullable String password, @Nullable String schema) {
    return open(url, user, password, schema, Duration.ofMillis(PATIENCE_MS));
  }

  /** The same with another longest wait for a connection. */
  static Database open(
      String url,
      String user,
      @Nullable String password,
      @Nullable String schema,
      Duration patience) {
    if (!shown(url).equals(url.replaceFirst("[?;].*", ""))) {
      // The driver would take them for a part of the host, and log them.
      throw new Unusable(
          "the address of the read model's database must not have a user or a password before its"
              + " host; set VISIT_BALANCE_READ_MODEL_USER and VISIT_BALANCE_READ_MODEL_PASSWORD");
    }
    if (SECRET.matcher(url).find()) {
      // Addresses are shown where secrets are not: in lists of processes, and in configurations.
      throw new Unusable(
          "the address of the read model's database must not have a user or a password in it; set"
              + " VISIT_BALANCE_READ_MODEL_USER and VISIT_BALANCE_READ_MODEL_PASSWORD");
    }
    boolean embedded = url.startsWith("jdbc:h2:");
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(embedded ? url + EMBEDDED : url);
    config.setUsername(user);
    config.setPassword(password);
    config.setSchema(schema);
    config.setMaximumPoolSize(CONNECTIONS);
    config.setMinimumIdle(2);
    config.setConnectionTimeout(patience.toMillis());
    config.setInitializationFailTimeout(patience.toMillis());
    if (!embedded) {
      // A server that takes connections and says nothing, as a frozen one does, holds nobody up.
      config.addDataSourceProperty("loginTimeout", Long.toString(patience.toSeconds()));
      // One that is gone without a word is noticed.
      config.addDataSourceProperty("tcpKeepAlive", "true");
    }
    config.setPoolName("read-model");
    config.setRegisterMbeans(false);
    HikariDataSource source = null;
    HikariDataSource maker = null;
    try {
      source = new HikariDataSource(config);
      maker = embedded ? new HikariDataSource(lasting(config)) : source;
      migrate(maker, embedded, schema);
      Database database = new Database(source, maker, embedded, schema == null && !embedded);
      database.repairSums();
      return database;
    } catch (RuntimeException e) {
      if (source != null) {
        source.close();
      }
      if (maker != null) {
        maker.close();
      }
      throw new Unusable(
          "the read model's database "
              + shown(url)
              + " cannot be used ("
              + root(e).replace(url, shown(url))
              + "); check its address, user and password, and that no other process has its folder"
              + " open",
          e);
    }
  }

  /**
   * Returns the configuration of connections that stay open as long as the database. H2 keeps the
   * one that made a table, to compare by it in generated columns; closed, it would let no row in.
   */
  private static HikariConfig lasting(HikariConfig config) {
    HikariConfig lasting = new HikariConfig();
    config.copyStateTo(lasting);
    lasting.setPoolName("read-model-maker");
    lasting.setMinimumIdle(0);
    lasting.setIdleTimeout(0);
    lasting.setMaxLifetime(0);
    return lasting;
  }

  /**
   * The words of PostgreSQL, and names in small letters, so that one SQL serves both. Each commit
   * goes to the file at once, in the thread that commits. With H2's own thread, which writes twice
   * a second while others commit, one in some 200 kills left a file whose rows, indexes, and
   * offsets did not agree. Space that was freed is used again after five seconds and not after the
   * usual 45, in which a first fill frees more than a gigabyte; see {@link #sync}.
   */
  private static final String EMBEDDED =
      ";MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE;DEFAULT_NULL_ORDERING=HIGH;DB_CLOSE_ON_EXIT=FALSE"
          + ";DB_CLOSE_DELAY=-1;LOCK_TIMEOUT=10000;WRITE_DELAY=0;RETENTION_TIME=5000;TRACE_LEVEL_FILE=0";

  /**
   * PostgreSQL wants to be told that a generated column is stored; H2 stores all of them. Instances
   * of an older version may be writing: a migration that they get in the way of is undone as a
   * whole, and tried again.
   */
  private static void migrate(DataSource source, boolean embedded, @Nullable String schema) {
    Flyway flyway = flyway(source, embedded, schema);
    for (int tries = 1; ; tries++) {
      try {
        flyway.migrate();
        return;
      } catch (FlywayException e) {
        if (tries == MIGRATION_TRIES || !isLocked(e)) {
          throw e;
        }
      }
    }
  }

  private static Flyway flyway(DataSource source, boolean embedded, @Nullable String schema) {
    FluentConfiguration flyway = Flyway.configure();
    if (schema != null) {
      flyway.schemas(schema);
    }
    return flyway
        .dataSource(source)
        .locations("classpath:db/migration")
        .placeholders(Map.of("stored", embedded ? "" : "stored"))
        .baselineOnMigrate(false)
        .load();
  }

  /**
   * Makes the stored sums from the rows where they differ: an instance of an older version that
   * shared the database did not keep them. Nobody writes them meanwhile, and whoever has changed
   * rows already writes their sums afterward.
   */
  void repairSums() {
    try {
      jdbi.useTransaction(
          handle -> {
            handle.getConfig(SqlStatements.class).setQueryTimeout(0);
            for (StoredSum sum : Tables.SUMS) {
              if (shared) {
                handle.execute("lock table " + sum.table().name() + " in exclusive mode");
              }
              sum.repair(handle.getConnection());
            }
          });
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns an address without its parameters and user, which may contain a password. */
  static String shown(String url) {
    return url.replaceFirst("[?;].*", "").replaceFirst("//[^/]*@", "//");
  }

  private static String root(Throwable problem) {
    Throwable cause = problem;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    String said = String.valueOf(cause.getMessage());
    return said.lines().findFirst().orElse(said).strip();
  }

  /** Returns whether several instances write to the database. */
  public boolean isShared() {
    return shared;
  }

  /** Returns the access for queries. */
  public Jdbi jdbi() {
    return jdbi;
  }

  /** Returns whether the database responds. */
  public boolean isThere() {
    try (Connection connection = source.getConnection()) {
      return connection.isValid((int) TimeUnit.MILLISECONDS.toSeconds(PATIENCE_MS));
    } catch (SQLException e) {
      return false;
    }
  }

  /** Returns the number of rows of each table. */
  public Map<String, Long> rows() {
    Map<String, Long> rows = new LinkedHashMap<>();
    for (Table table : Tables.ALL) {
      rows.put(
          table.name(),
          jdbi.withHandle(
              handle ->
                  handle
                      .createQuery("select count(*) from " + table.name())
                      .mapTo(Long.class)
                      .one()));
    }
    return rows;
  }

  /** Counts what is in the tables, so that PostgreSQL plans its queries well; H2 does so itself. */
  void analyze() {
    if (!embedded) {
      jdbi.useHandle(
          handle -> {
            handle.getConfig(SqlStatements.class).setQueryTimeout(0);
            Tables.ALL.forEach(table -> handle.execute("analyze " + table.name()));
          });
    }
  }

  /**
   * Gives back for a moment what the file of an embedded database no longer needs. H2 does so by
   * itself only in the thread that would write now and then.
   */
  void tidy() throws SQLException {
    if (embedded) {
      try (Connection connection = source.getConnection()) {
        EmbeddedSpace.giveBack(connection, TIDY_MS, MOVED_BYTES);
      }
    }
  }

  /**
   * Makes sure that what an embedded database has committed survives a power failure. That is
   * called more often than freed space is used again.
   */
  void sync() throws SQLException {
    if (embedded) {
      try (Connection connection = source.getConnection()) {
        if (connection.unwrap(JdbcConnection.class).getSession() instanceof SessionLocal session) {
          session.getDatabase().getStore().getMvStore().sync();
        }
      }
    }
  }

  /** Empties an embedded database and creates its tables again. */
  void recreate() {
    jdbi.useHandle(handle -> handle.execute("drop all objects"));
    migrate(maker, embedded, null);
  }

  /**
   * Ends an embedded database whose file could not be written; whoever uses it next opens it anew.
   * H2 itself lets nobody in again, also when there is room on the disk.
   */
  void reopen() {
    if (!embedded) {
      return;
    }
    try (Connection connection =
            DriverManager.getConnection(
                source.getJdbcUrl(), source.getUsername(), source.getPassword());
        Statement shutdown = connection.createStatement()) {
      shutdown.execute("shutdown immediately");
    } catch (SQLException e) {
      // It ends all connections, this one too.
    }
    source.getHikariPoolMXBean().softEvictConnections();
    maker.getHikariPoolMXBean().softEvictConnections();
  }

  /** Returns whether somebody else has a lock that a statement waited for. */
  static boolean isLocked(Throwable problem) {
    String state = sqlState(problem);
    return state != null && LOCKED.contains(state);
  }

  /** Returns the code that the database gave a problem; null if it was not the database. */
  static @Nullable String sqlState(Throwable problem) {
    for (Throwable cause = problem; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql && sql.getSQLState() != null) {
        return sql.getSQLState();
      }
    }
    return null;
  }

  /** Closes it; an embedded database only after its pool, which would open it again. */
  @Override
  public void close() {
    if (source.isClosed()) {
      return;
    }
    source.close();
    maker.close();
    if (embedded) {
      try (Connection connection =
              DriverManager.getConnection(
                  source.getJdbcUrl(), source.getUsername(), source.getPassword());
          Statement shutdown = connection.createStatement()) {
        EmbeddedSpace.giveBack(connection, TIDY_AT_CLOSE_MS, MOVED_AT_CLOSE_BYTES);
        shutdown.execute("shutdown");
      } catch (SQLException e) {
        // It is closed already.
      }
    }
  }
}
