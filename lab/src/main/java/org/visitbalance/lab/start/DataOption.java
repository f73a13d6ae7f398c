package org.visitbalance.lab.start;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.visitbalance.embedded.FolderLock;
import org.visitbalance.ingest.InputException;
import picocli.CommandLine.Option;

/** The option that names the data folder. */
final class DataOption {
  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "Folder of the installation (default: visit-balance in the folder where your system"
              + " keeps the data of programs)")
  private @Nullable Path path;

  @SuppressWarnings("NullAway.Init")
  DataOption() {}

  DataFolder folder() {
    return path == null ? DataFolder.ofThisUser() : new DataFolder(path.toAbsolutePath());
  }

  /** Takes the folder, which must not be in use. */
  static FolderLock take(DataFolder folder) {
    FolderLock lock = folder.tryTake();
    if (lock == null) {
      throw new InputException(
          "Visit Balance is running on the folder "
              + folder.path()
              + "; stop it first, with Ctrl-C in its window");
    }
    return lock;
  }
}
