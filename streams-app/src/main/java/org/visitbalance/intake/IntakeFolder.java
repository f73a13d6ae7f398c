package org.visitbalance.intake;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.visitbalance.ingest.hl7.Hl7Source;
import org.visitbalance.platform.Sha256;

/**
 * A folder into which a company's systems deliver.
 *
 * @param mapping the file that says how to read its tables; null for the built-in profiles alone
 * @param settle how long size and time of a file must be unchanged before it is taken
 * @param ignore patterns of names that are never taken
 * @param doneFile the name of the companion without which a file is not taken, with {@code {name}}
 *     for the file's; null to need none
 * @param archive where files go that were read; on the file system of {@code path}
 * @param quarantine where files go that cannot be read; on the same file system
 * @param expect what must have come by when
 * @param impliesFeeds whether a system counts as complete until the last that its files tell of
 * @param isMappingOptional whether the file of the mapping may be missing, and come later
 * @param messages how files of messages are read; null if there are none
 */
public record IntakeFolder(
    Path path,
    String tenant,
    @Nullable Path mapping,
    Duration settle,
    List<String> ignore,
    @Nullable String doneFile,
    Path archive,
    Path quarantine,
    List<Expectation> expect,
    boolean impliesFeeds,
    boolean isMappingOptional,
    @Nullable Messages messages) {

  /**
   * How files of HL7 messages are read.
   *
   * @param source whose side of the balance financial transactions are
   * @param mapping the file of the profile; null for the defaults
   */
  public record Messages(Hl7Source source, @Nullable Path mapping) {}

  /** A folder without files of messages. */
  public IntakeFolder(
      Path path,
      String tenant,
      @Nullable Path mapping,
      Duration settle,
      List<String> ignore,
      @Nullable String doneFile,
      Path archive,
      Path quarantine,
      List<Expectation> expect,
      boolean impliesFeeds,
      boolean isMappingOptional) {
    this(
        path,
        tenant,
        mapping,
        settle,
        ignore,
        doneFile,
        archive,
        quarantine,
        expect,
        impliesFeeds,
        isMappingOptional,
        null);
  }

  /** Names that are never taken, unless a folder says otherwise. */
  public static final List<String> IGNORED =
      List.of("*.part", "*.tmp", "*.filepart", "*.crdownload", "~$*", ".*");

  /** How long a file must be unchanged, unless a folder says otherwise. */
  public static final Duration SETTLE = Duration.ofSeconds(30);

  /** How folders are named in a state; with another way, its index is made again. */
  static final String TAGS = "relative to the state";

  private static final int TAG = 8;

  /** Returns a short name of the folder for a state, the same when both are moved together. */
  String tag(Path state) {
    Path relative =
        state.toAbsolutePath().normalize().relativize(path.toAbsolutePath().normalize());
    return Sha256.hex(relative.toString().replace('\\', '/')).substring(0, TAG);
  }

  /** Returns whether a file of a name is never taken. */
  boolean ignores(String name) {
    return ignore.stream().anyMatch(pattern -> fits(pattern, name));
  }

  /** Returns whether a name is that of a companion. */
  boolean isDoneFile(String name) {
    return doneFile != null && fits(doneFile.replace("{name}", "*"), name);
  }

  /** Returns whether a name fits a pattern. */
  static boolean fits(String pattern, String name) {
    PathMatcher glob = FileSystems.getDefault().getPathMatcher("glob:" + pattern);
    return glob.matches(Path.of(name));
  }
}
