package org.visitbalance.intake;

import java.nio.file.Path;
import java.time.ZoneId;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What intake does.
 *
 * @param state the folder of the index and of the files at work, on the file system of the folders
 * @param zones returns a tenant's time zone; null if its settings are not known
 * @param mappings returns the mapping of a tenant that is on its topic now; null if there is none
 */
public record IntakePlan(
    Path state,
    List<IntakeFolder> folders,
    Function<String, @Nullable ZoneId> zones,
    Function<String, @Nullable CompanyMapping> mappings) {}
