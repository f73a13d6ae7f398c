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
 * @param mappings returns the mapping of a tenant that is on its topic now; null if there is none
 * @param arrivals says how files come
 */
public record IntakePlan(
    Path state,
    List<IntakeFolder> folders,
    Function<String, @Nullable ZoneId> zones,
    Function<String, @Nullable CompanyMapping> mappings,
    Arrivals arrivals) {

  /** Says how a file came that is in a folder. */
  @FunctionalInterface
  public interface Arrivals {
    FileSource of(Path folder, String name, long size);
  }

  /** All files are put into the folders by others. */
  public IntakePlan(
      Path state,
      List<IntakeFolder> folders,
      Function<String, @Nullable ZoneId> zones,
      Function<String, @Nullable CompanyMapping> mappings) {
    this(state, folders, zones, mappings, (folder, name, size) -> FileSource.FOLDER);
  }
}
