package org.visitbalance.lab.faults;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A folder on a small disk of its own, where this machine allows it: it can be filled. */
final class SmallDisk implements AutoCloseable {
  private static final int CHUNK = 1 << 16;

  private final Path folder;
  private final Path filler;
  private final boolean isMounted;

  SmallDisk(Path folder, int megabytes) {
    this.folder = folder;
    this.filler = folder.resolve("filler");
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.isMounted =
        Programs.isRoot()
            && Programs.tries(
                "mount", "-t", "tmpfs", "-o", "size=" + megabytes + "m", "tmpfs", "" + folder);
  }

  Path folder() {
    return folder;
  }

  /** Whether it is a disk of its own; otherwise it must not be filled. */
  boolean isMounted() {
    return isMounted;
  }

  /** Fills it to its last byte. */
  void fill() {
    byte[] chunk = new byte[CHUNK];
    try (OutputStream out = Files.newOutputStream(filler)) {
      while (true) {
        out.write(chunk);
      }
    } catch (IOException e) {
      // It is full.
    }
  }

  void empty() {
    try {
      Files.deleteIfExists(filler);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    if (isMounted) {
      boolean unused = Programs.tries("umount", "-l", folder.toString());
    }
  }
}
