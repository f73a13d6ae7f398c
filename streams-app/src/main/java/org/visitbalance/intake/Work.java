package org.visitbalance.intake;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.visitbalance.ingest.InputException;
import org.visitbalance.ingest.TenantMapping;
import org.visitbalance.output.FileSource;
import org.visitbalance.output.ReceivedFile;
import org.visitbalance.platform.Folders;

/**
 * The files at work: {@code work/FOLDER/RECEIPT-MILLIS/NAME} in the state. A file is claimed by
 * renaming it to there, and leaves by renaming it to the archive or the quarantine.
 */
final class Work {
  /** Where a file is, before the tag of its folder. */
  static final String WORK = "W:";

  static final String ARCHIVE = "A:";
  static final String QUARANTINE = "Q:";

  private static final String BY = ".by";
  private static final String SFTP = ".sftp";
  private static final String NAMED = "named";

  private final Path state;
  private final Map<String, IntakeFolder> folders;

  /** The mappings of the folders as they were last read. */
  private final Map<IntakeFolder, TenantMapping> mappings = new HashMap<>();

  Work(Path state, Map<String, IntakeFolder> folders) {
    this.state = state;
    this.folders = folders;
  }

  /**
   * A file that has been claimed.
   *
   * @param by the user who sent it; null if it came through the folder
   */
  record Claimed(
      IntakeFolder folder,
      long receipt,
      Instant receivedAt,
      Path content,
      FileSource source,
      @Nullable String by) {}

  /** Checks that files can be renamed between the folders. */
  void check() throws IOException {
    remove(state.resolve(NAMED));
    Folders.createOwn(state.resolve("work"));
    for (IntakeFolder folder : folders.values()) {
      if (!Files.isDirectory(folder.path())) {
        throw new InputException("the intake folder " + folder.path() + " does not exist");
      }
      Folders.createOwn(folder.archive());
      Folders.createOwn(folder.quarantine());
      for (Path other : List.of(folder.path(), folder.archive(), folder.quarantine())) {
        if (!Files.getFileStore(other).equals(Files.getFileStore(state))) {
          throw new InputException(
              other
                  + " is on another file system than "
                  + state
                  + "; files are moved by renaming, so the folders and the state must be on one");
        }
      }
    }
  }

  private Path claims(IntakeFolder folder) {
    return state.resolve("work").resolve(folder.tag(state));
  }

  private static String claim(long receipt, Instant receivedAt) {
    return receipt + "-" + receivedAt.toEpochMilli();
  }

  /** Claims a file of a folder. */
  Claimed claim(IntakeFolder folder, Path file, FileSource source, long receipt, Instant now)
      throws IOException {
    Path place = claims(folder).resolve(claim(receipt, now));
    Folders.createOwn(place);
    mark(place, source, null);
    Path content = place.resolve(Noticing.NAME.apply(file));
    Files.move(file, content, StandardCopyOption.ATOMIC_MOVE);
    return new Claimed(folder, receipt, now, content, source, null);
  }

  /** Notes beside a file how it came, for whoever finds it after a crash. */
  private static void mark(Path place, FileSource source, @Nullable String by) throws IOException {
    if (source == FileSource.UPLOAD && by != null) {
      Files.writeString(place.resolve(BY), by);
    } else if (source == FileSource.SFTP) {
      Files.writeString(place.resolve(SFTP), "");
    }
  }

  /** Keeps a file that a person sends. */
  Claimed upload(
      IntakeFolder folder, String name, byte[] bytes, long receipt, Instant now, String by)
      throws IOException {
    Path place = claims(folder).resolve(claim(receipt, now));
    Path filling = state.resolve("upload").resolve(claim(receipt, now));
    remove(filling);
    Folders.createOwn(filling);
    Files.write(filling.resolve(name), bytes);
    mark(filling, FileSource.UPLOAD, by);
    Folders.createOwn(claims(folder));
    Files.move(filling, place, StandardCopyOption.ATOMIC_MOVE);
    return new Claimed(folder, receipt, now, place.resolve(name), FileSource.UPLOAD, by);
  }

  /** Returns where archives are unpacked. */
  Path unpacking() {
    return state.resolve("unpacked");
  }

  /** Returns the folder into which an archive is unpacked. */
  Path unpacking(ReceivedFile archive) {
    return unpacking().resolve(Long.toString(archive.getReceipt()));
  }

  /** Claims a file that was in an archive; it came as the archive did. */
  Claimed unpacked(IntakeFolder folder, Path file, ReceivedFile archive, long receipt)
      throws IOException {
    Path place = claims(folder).resolve(claim(receipt, archive.getReceivedAt()));
    Folders.createOwn(place);
    mark(place, archive.getSource(), archive.getBy());
    Path content = place.resolve(Noticing.NAME.apply(file));
    Files.move(file, content, StandardCopyOption.ATOMIC_MOVE);
    return new Claimed(
        folder, receipt, archive.getReceivedAt(), content, archive.getSource(), archive.getBy());
  }

  /** Returns all claimed files, by their receipts. */
  List<Claimed> claimed() throws IOException {
    List<Claimed> all = new ArrayList<>();
    for (IntakeFolder folder : folders.values()) {
      for (Path place : list(claims(folder))) {
        String[] parts = Noticing.NAME.apply(place).split("-", 2);
        Path by = place.resolve(BY);
        Path sftp = place.resolve(SFTP);
        for (Path content : list(place)) {
          if (!content.equals(by) && !content.equals(sftp)) {
            all.add(
                new Claimed(
                    folder,
                    Long.parseLong(parts[0]),
                    Instant.ofEpochMilli(Long.parseLong(parts[1])),
                    content,
                    Files.exists(by)
                        ? FileSource.UPLOAD
                        : Files.exists(sftp) ? FileSource.SFTP : FileSource.FOLDER,
                    Files.exists(by) ? Files.readString(by) : null));
          }
        }
      }
    }
    all.sort(Comparator.comparingLong(Claimed::receipt));
    return all;
  }

  /** Returns the number of the newest claim; 0 without one. */
  long newest() throws IOException {
    long newest = 0;
    for (IntakeFolder folder : folders.values()) {
      for (Path place : list(claims(folder))) {
        newest = Math.max(newest, Long.parseLong(Noticing.NAME.apply(place).split("-", 2)[0]));
      }
    }
    return newest;
  }

  private static List<Path> list(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(folder)) {
      return all.sorted().toList();
    }
  }

  /** Returns the folder of a place. */
  IntakeFolder folder(String place) {
    IntakeFolder folder = find(place);
    if (folder == null) {
      throw new InputException(
          "a file is not at its end whose folder is no longer in the intake file; put it back");
    }
    return folder;
  }

  /** Returns the folder of a place; null if the intake file no longer names it. */
  @Nullable IntakeFolder find(String place) {
    return folders.get(place.substring(WORK.length()));
  }

  /** Returns where a file is from its claim on. */
  Path claimed(IntakeFolder folder, ReceivedFile file) {
    return claims(folder)
        .resolve(claim(file.getReceipt(), file.getReceivedAt()))
        .resolve(file.getName());
  }

  /** Returns where the content of a file is. */
  Path content(IntakeFolder folder, FileTable.Entry entry) {
    ReceivedFile file = entry.file();
    Path claimed = claimed(folder, file);
    Path archived = new Journal(folder.archive()).content(file);
    Path refused = folder.quarantine().resolve(Journal.place(file));
    boolean isRefused = Objects.requireNonNull(entry.place()).startsWith(QUARANTINE);
    for (Path place :
        isRefused ? List.of(refused, archived) : List.of(claimed, archived, refused)) {
      if (Files.exists(place)) {
        return place;
      }
    }
    return claimed;
  }

  /** Returns a path of a content that ends in the name of its file. */
  Path named(ReceivedFile file, Path content) throws IOException {
    if (Noticing.NAME.apply(content).equals(file.getName())) {
      return content;
    }
    Path place = state.resolve(NAMED).resolve(Long.toString(file.getReceipt()));
    remove(place);
    Folders.createOwn(place);
    Path named = place.resolve(file.getName());
    try {
      Files.createSymbolicLink(named, content.toAbsolutePath());
    } catch (UnsupportedOperationException | IOException e) {
      Files.copy(content, named);
    }
    return named;
  }

  /** Ends the use of such a path. */
  void unnamed(Path named) throws IOException {
    if (named.startsWith(state.resolve(NAMED))) {
      remove(parent(named));
    }
  }

  /** Renames a file, unless that has been done. */
  void move(Path from, Path to) throws IOException {
    if (from.equals(to)) {
      return;
    }
    Folders.createOwn(parent(to));
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      throw new InputException(
          parent(to) + " is on another file system than the state; move one of them", e);
    }
  }

  /** Copies a file, unless that has been done. */
  void copy(Path from, Path to) throws IOException {
    Folders.createOwn(parent(to));
    Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Returns the folder of a file. */
  static Path parent(Path file) {
    return Objects.requireNonNull(file.toAbsolutePath().getParent());
  }

  /** Writes a file for a look at it. */
  Path put(String use, String name, byte[] bytes) throws IOException {
    Path place = state.resolve(use);
    Folders.createOwn(place);
    Path content = place.resolve(name);
    Files.write(content, bytes);
    return content;
  }

  /** Removes what is left of a claim. */
  void drop(IntakeFolder folder, ReceivedFile file) {
    Folders.delete(claims(folder).resolve(claim(file.getReceipt(), file.getReceivedAt())));
  }

  void remove(Path path) {
    Folders.delete(path);
  }

  /** Returns the mapping of a folder as it is now. */
  TenantMapping mapping(IntakeFolder folder) {
    Path file = folder.mapping();
    if (file == null || (folder.isMappingOptional() && !Files.exists(file))) {
      return TenantMapping.of("mapping.yaml", "");
    }
    try {
      String text = Files.readString(file);
      TenantMapping known = mappings.get(folder);
      if (known != null && known.text().equals(text)) {
        return known;
      }
      TenantMapping mapping = TenantMapping.of(Noticing.NAME.apply(file), text);
      mapping.check(folder.tenant());
      mappings.put(folder, mapping);
      return mapping;
    } catch (IOException e) {
      throw new InputException("the mapping " + file + " cannot be read", e);
    }
  }

  /**
   * Returns files in the order in which they are best read: those that give patients their account
   * numbers are first, so that nothing is sent under the EMR's id and then taken back. The facts
   * are the same in any order.
   */
  List<Path> inOrder(IntakeFolder folder, List<Path> files) {
    if (files.size() < 2) {
      return files;
    }
    TenantMapping mapping;
    try {
      mapping = mapping(folder);
    } catch (InputException e) {
      // The files wait until it is corrected.
      return files;
    }
    List<Path> ordered = new ArrayList<>(files);
    ordered.sort(
        Comparator.comparing((Path file) -> !mapping.isCrosswalk(Noticing.NAME.apply(file))));
    return ordered;
  }

  /** Returns since when the mapping of a folder is as it is now; long ago without one. */
  Instant mappingSince(IntakeFolder folder) {
    Path file = folder.mapping();
    try {
      return file == null ? Instant.MIN : Files.getLastModifiedTime(file).toInstant();
    } catch (IOException e) {
      return Instant.MIN;
    }
  }
}
