package org.visitbalance.cli;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.visitbalance.ingest.InputException;

/** A file that a command writes: all of it, or nothing. */
public final class NewFile {
  private NewFile() {}

  /** Writes what is to be in the file. */
  @FunctionalInterface
  public interface Contents {
    /** Writes it; may close the stream. */
    public void write(OutputStream out) throws IOException;
  }

  /**
   * Looks whether a file can be written, before the work that leads to it is done.
   *
   * @throws InputException if its folder is not there, or it is and must not be replaced
   */
  public static void check(Path file, boolean force) {
    if (Files.exists(file) && !force) {
      throw new InputException(file + " is there already; name another file or use --force");
    }
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new InputException("the folder of " + file + " does not exist");
    }
  }

  /** Writes a file that was checked. */
  public static void write(Path file, Contents contents) throws IOException {
    Path target = file.toAbsolutePath();
    if (Files.exists(target) && !Files.isRegularFile(target)) {
      // A pipe or a device is written to, not replaced.
      fill(target, contents);
      return;
    }
    Path written = Files.createTempFile(target.getParent(), ".visit-balance", ".part");
    try {
      fill(written, contents);
      Files.move(written, target, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(written);
    }
  }

  private static void fill(Path file, Contents contents) throws IOException {
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      contents.write(out);
    }
  }
}
