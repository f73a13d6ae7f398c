package org.visitbalance.cli;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.visitbalance.ingest.InputException;

/** A file that a command writes completely or not at all. */
public final class NewFile {
  private NewFile() {}

  /** Writes the contents of the file. */
  @FunctionalInterface
  public interface Contents {
    /** Writes the contents; may close the stream. */
    public void write(OutputStream out) throws IOException;
  }

  /**
   * Checks that a file can be written, before the work on its contents begins.
   *
   * @throws InputException if its folder does not exist, or the file exists and must not be
   *     replaced
   */
  public static void check(Path file, boolean force) {
    if (Files.exists(file) && !force) {
      throw new InputException(file + " already exists; name another file or add --force");
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
