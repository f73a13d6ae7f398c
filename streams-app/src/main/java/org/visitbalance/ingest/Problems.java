package org.visitbalance.ingest;

import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** What is said of files that cannot be read, in one place and in the same words. */
final class Problems {
  private Problems() {}

  /** Returns the complaint about a file; names the file, not the way to it. */
  static InputException unreadable(Path path, Exception thrown) {
    Throwable within = thrown.getCause();
    Throwable cause = thrown instanceof UncheckedIOException && within != null ? within : thrown;
    String name = String.valueOf(path.getFileName());
    if (cause instanceof AccessDeniedException) {
      return new InputException(name + ": cannot be read: no permission", cause);
    } else if (cause instanceof NoSuchFileException) {
      return new InputException(name + ": does not exist", cause);
    }
    return new InputException(name + ": cannot be read: " + cause.getMessage(), cause);
  }
}
