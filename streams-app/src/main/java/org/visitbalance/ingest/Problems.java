package org.visitbalance.ingest;

import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** The messages about files that cannot be read. */
final class Problems {
  private Problems() {}

  /** Returns the exception for a file; it names the file without its folder. */
  static InputException unreadable(Path path, Exception thrown) {
    Throwable within = thrown.getCause();
    Throwable cause = thrown instanceof UncheckedIOException && within != null ? within : thrown;
    String name = String.valueOf(path.getFileName());
    if (cause instanceof AccessDeniedException) {
      return new InputException(name + ": cannot be read; you do not have permission", cause);
    } else if (cause instanceof NoSuchFileException) {
      return new InputException(name + ": does not exist", cause);
    }
    return new InputException(name + ": cannot be read: " + cause.getMessage(), cause);
  }
}
