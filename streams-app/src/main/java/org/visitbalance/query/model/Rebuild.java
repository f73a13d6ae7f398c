package org.visitbalance.query.model;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * New tables that are filled beside the ones in use and replace them all at once. Until then the
 * old ones stay as they are, whatever happens to the rebuild.
 */
public interface Rebuild extends AutoCloseable {
  /**
   * Begins a rebuild of the embedded database in a folder; an instance may have the old one open.
   *
   * @throws Database.Unusable if another rebuild is running, or the folder cannot be written
   */
  static Rebuild embedded(Path folder) {
    return new FileRebuild(folder);
  }

  /**
   * Begins a rebuild of the tables in a PostgreSQL database; instances may use the old ones.
   *
   * @throws Database.Unusable if another rebuild is running, or the database cannot be used
   */
  static Rebuild shared(String url, String user, @Nullable String password) {
    return SchemaRebuild.begin(url, user, password);
  }

  /** Returns the new tables. They have one reader, which reads all partitions. */
  Database tables();

  /** Tells the instances that use the old tables how many of how many records are read. */
  void progress(long done, long total);

  /**
   * Replaces the old tables by the new ones.
   *
   * @param filler fills the new tables, and goes on until they are as far as the old ones
   * @return whether the new tables are in use; else an instance has the old ones open, and uses the
   *     new ones when it starts again
   */
  boolean finish(Projector filler);

  @Override
  void close();
}
