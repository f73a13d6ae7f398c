package org.visitbalance.intake;

import java.nio.file.Path;
import java.time.ZoneId;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.visitbalance.output.FileSource;

/**
 * What intake does.
 *
 * @param state the folder of the index and of the files at work, on the file system of the folders
 * @param zones returns a tenant's time zone; null if its settings are not known
 * @param arrivals says how files come
 */
public record IntakePlan(
    Path state,
    List<IntakeFolder> folders,
    Function<String, @Nullable ZoneId> zones,
    Arrivals arrivals) {

  /** Says how a file came that is in a folder. */
  @FunctionalInterface
  public interface Arrivals {
    FileSource of(Path folder, String name, long size);
  }

  /** All files are put into the folders by others. */
  public IntakePlan(
      Path state, List<IntakeFolder> folders, Function<String, @Nullable ZoneId> zones) {
    this(state, folders, zones, (folder, name, size) -> FileSource.FOLDER);
  }
}
