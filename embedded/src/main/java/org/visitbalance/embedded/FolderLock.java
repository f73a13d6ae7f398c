package org.visitbalance.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import org.visitbalance.platform.Folders;

/**
 * Ensures that only one broker uses a folder. Kafka's own lock comes too late: by then the second
 * broker has written into the metadata of the first.
 */
public final class FolderLock implements AutoCloseable {
  private static final String NAME = "lock";

  private final FileChannel channel;

  private FolderLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Locks the folder, creating it if missing; the lock also ends with the process.
   *
   * @throws IllegalStateException if another broker, in this process or another one, has the folder
   */
  static FolderLock take(Path folder) {
    FolderLock lock = tryTake(folder);
    if (lock == null) {
      throw new IllegalStateException(
          "another embedded Kafka broker uses the folder "
              + folder
              + "; stop it or use another folder");
    }
    return lock;
  }

  /**
   * Locks the folder, creating it if missing; the lock also ends with the process.
   *
   * @return null if somebody else, in this process or another one, has the folder
   */
  public static @Nullable FolderLock tryTake(Path folder) {
    try {
      Folders.createOwn(folder);
      FileChannel channel =
          FileChannel.open(
              folder.resolve(NAME), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (!isLocked(channel)) {
        channel.close();
        return null;
      }
      return new FolderLock(channel);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot use the folder " + folder, e);
    }
  }

  private static boolean isLocked(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException inThisProcess) {
      return false;
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
