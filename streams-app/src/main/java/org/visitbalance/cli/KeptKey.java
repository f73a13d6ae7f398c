package org.visitbalance.cli;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.visitbalance.ingest.InputException;

/**
 * The token key of a user, in the user's configuration folder and readable by that user only. It
 * keeps tokens the same from run to run.
 */
record KeptKey(Path file) {
  private static final String OWN_FOLDER = "rwx------";
  private static final String OWN_FILE = "rw-------";

  /** Returns where the key of this user is, on any operating system. */
  static KeptKey ofThisUser(Map<String, String> variables, String home) {
    String folder = variables.getOrDefault("XDG_CONFIG_HOME", "");
    boolean isWindows =
        System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows");
    if (folder.isBlank() && isWindows) {
      folder = variables.getOrDefault("APPDATA", "");
    }
    Path configurations = folder.isBlank() ? Path.of(home, ".config") : Path.of(folder);
    return new KeptKey(configurations.resolve("visit-balance").resolve("token-key"));
  }

  /**
   * Returns the key, and makes one if there is none.
   *
   * @param notes is told where a key was made
   */
  String get(Consumer<String> notes) {
    try {
      return read();
    } catch (NoSuchFileException e) {
      return make(notes);
    } catch (IOException e) {
      throw problem("cannot be read", e);
    }
  }

  private String read() throws IOException {
    return Files.readString(file).strip();
  }

  /** If two runs make a key at the same time, the first one wins and both use it. */
  private String make(Consumer<String> notes) {
    Path folder = file.toAbsolutePath().getParent();
    try {
      if (folder == null) {
        throw new NoSuchFileException(file.toString());
      }
      Files.createDirectories(folder, own(folder, OWN_FOLDER));
      Path made = Files.createTempFile(folder, ".token-key", ".part", own(folder, OWN_FILE));
      try {
        Files.writeString(made, TokenKey.generate() + "\n");
        Files.createLink(file, made);
        notes.accept(
            "made a token key in "
                + file
                + "; your runs use it from now on, so visits keep their tokens");
      } catch (FileAlreadyExistsException e) {
        // Another run was faster.
      } catch (UnsupportedOperationException e) {
        Files.move(made, file);
      } finally {
        Files.deleteIfExists(made);
      }
      return read();
    } catch (IOException e) {
      throw problem("cannot be made", e);
    }
  }

  private static FileAttribute<?>[] own(Path folder, String permissions) {
    return folder.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }

  private InputException problem(String what, IOException cause) {
    return new InputException(
        "your token key "
            + what
            + " ("
            + file
            + "); set "
            + Setting.TOKEN_KEY.variable()
            + ", or use --token-key random",
        cause);
  }
}
