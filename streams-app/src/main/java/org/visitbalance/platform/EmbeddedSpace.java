package org.visitbalance.platform;

import java.sql.Connection;
import java.sql.SQLException;
import org.h2.engine.SessionLocal;
import org.h2.jdbc.JdbcConnection;
import org.h2.mvstore.MVStore;
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

  private static @Nullable MVStore store(Connection connection) throws SQLException {
    return connection.unwrap(JdbcConnection.class).getSession() instanceof SessionLocal session
        ? session.getDatabase().getStore().getMvStore()
        : null;
  }
}
