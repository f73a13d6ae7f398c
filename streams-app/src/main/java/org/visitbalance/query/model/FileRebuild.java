package org.visitbalance.query.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * New tables of an embedded database: a file of their own, which is renamed when it is complete.
 */
final class FileRebuild implements Rebuild {
  static final String NAME = "read-model";
  private static final String BEGUN = NAME + "-rebuild";
  private static final String READY = NAME + "-ready";
  private static final String ENDING = ".mv.db";

  private final Path folder;
  private final Database tables;

  FileRebuild(Path folder) {
    this.folder = folder;
    this.tables = Database.embedded(folder, BEGUN);
    // What another rebuild left behind when it was ended.
    tables.recreate();
  }

  @Override
  public Database tables() {
    return tables;
  }

  @Override
  public void progress(long done, long total) {
    // Nobody else has these tables open.
  }

  @Override
  public boolean finish(Projector filler) {
    filler.close();
    tables.close();
    move(file(folder, BEGUN), file(folder, READY));
    return useReady(folder);
  }

  /**
   * Uses the tables that a rebuild has made ready, if there are any.
   *
   * @return false if a process has the old ones open
   */
  static boolean useReady(Path folder) {
    Path ready = file(folder, READY);
    Path used = file(folder, NAME);
    if (!Files.exists(ready)) {
      return true;
    } else if (isOpen(used)) {
      return false;
    }
    move(ready, used);
    return true;
  }

  private static Path file(Path folder, String name) {
    return folder.resolve(name + ENDING);
  }

  private static void move(Path from, Path to) {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** H2 locks the file that it has open. */
  private static boolean isOpen(Path file) {
    if (!Files.exists(file)) {
      return false;
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      return lock == null;
    } catch (OverlappingFileLockException e) {
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    tables.close();
  }
}
