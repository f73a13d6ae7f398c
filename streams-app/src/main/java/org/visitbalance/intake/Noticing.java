package org.visitbalance.intake;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;

/**
 * Looks into a folder for files that are whole: unchanged for some time, and with their companion
 * where one is wanted. Not thread-safe.
 */
final class Noticing {
  private final IntakeFolder folder;
  private final Set<Path> own;
  private Map<String, Seen> seen = new HashMap<>();

  /** Folders, links, and other things that are no files. */
  private int others;

  private record Seen(long size, FileTime time, Instant since) {}

  /**
   * Creates the look into a folder.
   *
   * @param state the folder of the index; it, the archive, and the quarantine may lie inside
   */
  Noticing(IntakeFolder folder, Path state) {
    this.folder = folder;
    this.own =
        Stream.of(state, folder.archive(), folder.quarantine())
            .map(path -> path.toAbsolutePath().normalize())
            .collect(Collectors.toSet());
  }

  /** Returns how many folders, links, and other things are there that are never taken. */
  int others() {
    return others;
  }

  /** Returns how many files are there that have not been taken. */
  int waiting() {
    return seen.size();
  }

  /** Returns the files that can be taken, by their names. */
  List<Path> look(Instant now) throws IOException {
    Map<String, Seen> before = seen;
    seen = new HashMap<>();
    List<Path> whole = new ArrayList<>();
    int strange = 0;
    List<Path> all;
    try (Stream<Path> files = Files.list(folder.path())) {
      all = files.sorted(Comparator.comparing(NAME)).toList();
    }
    for (Path file : all) {
      String name = NAME.apply(file);
      if (folder.ignores(name) || folder.isDoneFile(name)) {
        continue;
      }
      try {
        BasicFileAttributes is =
            Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (!is.isRegularFile()) {
          strange += own.contains(file.toAbsolutePath().normalize()) ? 0 : 1;
          continue;
        }
        Seen last = before.get(name);
        Instant since = now;
        if (last != null && last.size == is.size() && last.time.equals(is.lastModifiedTime())) {
          since = last.since;
        }
        seen.put(name, new Seen(is.size(), is.lastModifiedTime(), since));
        if (!now.isBefore(since.plus(folder.settle())) && hasCompanion(name)) {
          whole.add(file);
        }
      } catch (NoSuchFileException e) {
        // It has gone; whoever took it knows why.
      }
    }
    if (strange > others) {
      LoggerFactory.getLogger(Noticing.class)
          .atWarn()
          .addKeyValue("folder", folder.path())
          .addKeyValue("count", strange)
          .log(
              "Not read, for they are no files (folders or links) in {}: {}. Put files straight into"
                  + " the folder",
              folder.path(),
              strange);
    }
    others = strange;
    return whole;
  }

  /** Forgets a file that has been taken. */
  void taken(Path file) {
    seen.remove(NAME.apply(file));
  }

  /** Returns a file's companion. */
  Path companion(String name) {
    String pattern = folder.doneFile();
    return folder.path().resolve(pattern == null ? name : pattern.replace("{name}", name));
  }

  private boolean hasCompanion(String name) {
    return folder.doneFile() == null || Files.exists(companion(name));
  }

  static final Function<Path, String> NAME = file -> String.valueOf(file.getFileName());
}
