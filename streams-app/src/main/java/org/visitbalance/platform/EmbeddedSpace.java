package org.visitbalance.platform;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;
import org.h2.api.ErrorCode;
import org.h2.engine.SessionLocal;
import org.h2.jdbc.JdbcConnection;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.RandomAccessStore;
import org.jspecify.annotations.Nullable;

/**
 * The space that the file of an embedded database takes. H2 gives it back by itself only in a
 * thread that writes now and then.
 */
public final class EmbeddedSpace {
  /** In percent. */
  private static final int WELL_FILLED = 60;

  private static final int FULL = 100;

  private static final Set<Integer> CLOSED =
      Set.of(ErrorCode.DATABASE_IS_CLOSED, ErrorCode.DATABASE_CALLED_AT_SHUTDOWN);

  private EmbeddedSpace() {}

  /**
   * Writes all that was committed into the file. A connection may commit without waiting for it.
   */
  public static void write(Connection connection) throws SQLException {
    MVStore store = store(connection);
    if (store != null) {
      long unused = store.commit();
    }
  }

  /**
   * Writes chunks with much unused space anew, and then moves those at the end of the file into its
   * gaps, so that it becomes shorter. Freed space is normally not used again for a while, because a
   * power failure may need it: so it is afterward.
   *
   * @param mostMs for how long about
   * @param mostMoved how many bytes at most
   */
  public static void giveBack(Connection connection, int mostMs, long mostMoved)
      throws SQLException {
    MVStore store = store(connection);
    if (store == null || !(store.getFileStore() instanceof RandomAccessStore file)) {
      return;
    }
    int kept = store.getRetentionTime();
    try {
      if (file.getChunksFillRate() < WELL_FILLED) {
        store.compactFile(mostMs);
      }
      if (file.getFillRate() < WELL_FILLED) {
        store.setRetentionTime(0);
        file.compactMoveChunks(FULL, mostMoved, store);
      }
    } finally {
      store.setRetentionTime(kept);
    }
  }

  /**
   * Returns whether a problem is that an embedded database cannot read or write its file. It closes
   * itself then, and has to be opened again.
   */
  public static boolean isUnusable(Throwable problem) {
    boolean isEmbedded = false;
    boolean isFile = false;
    for (Throwable cause = problem; cause != null; cause = cause.getCause()) {
      isEmbedded |= cause.getClass().getName().startsWith("org.h2.");
      isFile |= cause instanceof IOException;
      isFile |= cause instanceof SQLException sql && CLOSED.contains(sql.getErrorCode());
      isFile |=
          cause instanceof MVStoreException store && store.getErrorCode() == DataUtils.ERROR_CLOSED;
    }
    return isEmbedded && isFile;
  }

  private static @Nullable MVStore store(Connection connection) throws SQLException {
    return connection.unwrap(JdbcConnection.class).getSession() instanceof SessionLocal session
        ? session.getDatabase().getStore().getMvStore()
        : null;
  }
}
