package org.visitbalance.intake;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.h2.mvstore.MVStoreException;
import org.jspecify.annotations.Nullable;
import org.visitbalance.ingest.InputException;
import org.visitbalance.platform.EmbeddedSpace;

/** The statements of an embedded database. Not thread-safe. */
final class Sql implements AutoCloseable {
  /** H2's error for a file that another process has locked. */
  private static final int IN_USE = 90_020;

  private static final int TIDY_MS = 300;
  private static final long MOVED_BYTES = 16L << 20;

  private final Connection connection;
  private final Map<String, PreparedStatement> prepared = new HashMap<>();

  /** Reads a row of a result. */
  interface Reader<T> {
    T read(ResultSet row) throws SQLException;
  }

  /** The database failed. The message has no value of a row. */
  static final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean isOfFile;

    Failure(SQLException cause) {
      super(
          "the index of intake cannot be used (error " + cause.getErrorCode() + ")",
          new IllegalStateException(cause.getSQLState()));
      isOfFile = EmbeddedSpace.isUnusable(cause);
    }

    Failure(MVStoreException cause) {
      super(
          "the index of intake cannot be used (error " + cause.getErrorCode() + ")",
          new IllegalStateException(Integer.toString(cause.getErrorCode())));
      isOfFile = true;
    }

    /**
     * Returns whether its file could not be read or written, after which it must be opened anew.
     */
    boolean isOfFile() {
      return isOfFile;
    }
  }

  private Sql(Connection connection) {
    this.connection = connection;
  }

  /** Opens a database file, which one process at a time can use. */
  static Sql open(Path file) {
    try {
      Connection connection =
          DriverManager.getConnection(
              "jdbc:h2:file:"
                  + file.toAbsolutePath()
                  + ";DB_CLOSE_ON_EXIT=FALSE;WRITE_DELAY=2000;RETENTION_TIME=5000"
                  + ";AUTO_COMPACT_FILL_RATE=0;TRACE_LEVEL_FILE=0");
      connection.setAutoCommit(false);
      return new Sql(connection);
    } catch (SQLException e) {
      if (e.getErrorCode() == IN_USE) {
        throw new InputException(
            "another intake uses the state folder " + file.getParent() + "; stop it first");
      }
      throw new Failure(e);
    }
  }

  /** Runs a script. */
  void script(List<String> lines) {
    try (Statement statement = connection.createStatement()) {
      for (String line : lines) {
        statement.execute(line);
      }
      connection.commit();
    } catch (SQLException e) {
      throw new Failure(e);
    }
  }

  /** Changes rows; returns how many. */
  int update(String sql, @Nullable Object... values) {
    try {
      return with(sql, values).executeUpdate();
    } catch (SQLException e) {
      throw new Failure(e);
    }
  }

  <T> List<T> list(String sql, Reader<T> reader, @Nullable Object... values) {
    List<T> all = new ArrayList<>();
    each(sql, row -> all.add(read(reader, row)), values);
    return all;
  }

  /** Returns the first row, or null. */
  <T> @Nullable T first(String sql, Reader<T> reader, @Nullable Object... values) {
    List<T> all = list(sql, reader, values);
    return all.isEmpty() ? null : all.get(0);
  }

  void each(String sql, Consumer<ResultSet> rows, @Nullable Object... values) {
    try (ResultSet result = with(sql, values).executeQuery()) {
      while (result.next()) {
        rows.accept(result);
      }
    } catch (SQLException e) {
      throw new Failure(e);
    }
  }

  /** Reads a row inside {@link #each}. */
  static <T> T read(Reader<T> reader, ResultSet row) {
    try {
      return reader.read(row);
    } catch (SQLException e) {
      throw new Failure(e);
    }
  }

  private PreparedStatement with(String sql, @Nullable Object... values) throws SQLException {
    PreparedStatement statement = prepared.get(sql);
    if (statement == null) {
      statement = connection.prepareStatement(sql);
      prepared.put(sql, statement);
    }
    for (int i = 0; i < values.length; i++) {
      statement.setObject(i + 1, values[i]);
    }
    return statement;
  }

  /** Ends a change; it is in the file when this returns. */
  void commit() {
    keep();
    try {
      EmbeddedSpace.write(connection);
    } catch (SQLException e) {
      throw new Failure(e);
    } catch (MVStoreException e) {
      throw new Failure(e);
    }
  }

  /**
   * Ends a change that need not be in the file at once: it is there some seconds later, or with the
   * next {@link #commit}. A process that is killed may lose the newest of such changes.
   */
  void keep() {
    try {
      connection.commit();
    } catch (SQLException e) {
      throw new Failure(e);
    }
  }

  /** Gives back for a moment what the file no longer needs; nothing must be uncommitted. */
  void tidy() {
    try {
      EmbeddedSpace.giveBack(connection, TIDY_MS, MOVED_BYTES);
    } catch (SQLException e) {
      throw new Failure(e);
    } catch (MVStoreException e) {
      throw new Failure(e);
    }
  }

  void rollback() {
    try {
      connection.rollback();
    } catch (SQLException e) {
      throw new Failure(e);
    }
  }

  /** Returns the present place in the transaction, to which {@link #back} returns. */
  Savepoint savepoint() {
    try {
      return connection.setSavepoint();
    } catch (SQLException e) {
      throw new Failure(e);
    }
  }

  /** Undoes what was changed since a place in the transaction. */
  void back(Savepoint place) {
    try {
      connection.rollback(place);
    } catch (SQLException e) {
      throw new Failure(e);
    }
  }

  /** Ends a database whose file could not be written: H2 would let nobody in again. */
  void end() {
    try (Statement statement = connection.createStatement()) {
      statement.execute("shutdown immediately");
    } catch (SQLException e) {
      // It ends this connection, too.
    }
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw new Failure(e);
    }
  }
}
