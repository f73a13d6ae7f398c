package org.visitbalance.lab.start;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.visitbalance.ingest.InputException;
import org.visitbalance.platform.Folders;
import org.visitbalance.platform.Sha256;

/**
 * A backup: a ZIP file with the files of a data folder, and at its end a list of them with their
 * SHA-256 hashes, whose own hash is its last line.
 */
final class Archive {
  /** Where a restore unpacks, in the folder itself: moves stay on one file system. */
  static final String RESTORING = ".restoring";

  /** Where a restore puts what it replaces. */
  static final String REPLACED = ".replaced";

  private static final String LIST = "visit-balance-backup.txt";
  private static final String HEAD = "visit-balance backup 1, data folder ";
  private static final String VERSION = "version";
  private static final Pattern LINE = Pattern.compile("([0-9a-f]{64}) ([0-9]+) (\\S.*)");

  /** Locks, by which processes keep each other out, and what is there only while one runs. */
  private static final Set<String> LEFT_OUT =
      Set.of("lock", ".lock", RESTORING, REPLACED, DataFolder.CONNECTION);

  private Archive() {}

  private record Content(String hash, long size) {}

  /** Writes the files of a folder that no process uses. */
  static void write(Path folder, OutputStream out, Instant now) throws IOException {
    StringBuilder list = new StringBuilder(HEAD + DataFolder.version() + ", made " + now + "\n");
    try (ZipOutputStream zip = new ZipOutputStream(out, UTF_8)) {
      zip.setLevel(Deflater.BEST_SPEED);
      for (Path file : files(folder)) {
        String name = folder.relativize(file).toString().replace('\\', '/');
        ZipEntry entry = new ZipEntry(name);
        entry.setLastModifiedTime(Files.getLastModifiedTime(file));
        zip.putNextEntry(entry);
        MessageDigest digest = sha256();
        long size;
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
          size = in.transferTo(zip);
        }
        zip.closeEntry();
        list.append(hex(digest)).append(' ').append(size).append(' ').append(name).append('\n');
      }
      zip.putNextEntry(new ZipEntry(LIST));
      zip.write((list + Sha256.hex(list.toString()) + "\n").getBytes(UTF_8));
      zip.closeEntry();
    }
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile)
          .filter(file -> isKept(folder.relativize(file)))
          .sorted()
          .toList();
    }
  }

  private static boolean isKept(Path file) {
    for (Path part : file) {
      if (LEFT_OUT.contains(part.toString().toLowerCase(Locale.ROOT))) {
        return false;
      }
    }
    return true;
  }

  /**
   * Replaces the files of a folder by those of an archive, after all of them have been unpacked and
   * checked.
   *
   * @throws InputException if the archive is damaged, or of a newer version; the folder is then as
   *     it was
   */
  static void restore(Path archive, Path folder) throws IOException {
    Path fresh = folder.resolve(RESTORING);
    Folders.delete(fresh);
    try {
      unpack(archive, fresh);
    } catch (ZipException | EOFException | IllegalArgumentException e) {
      Folders.delete(fresh);
      throw damaged(archive, String.valueOf(e.getMessage()));
    } catch (IOException | RuntimeException e) {
      Folders.delete(fresh);
      throw e;
    }
    // Without a version, a folder is not used: it is the first to go and the last to come.
    Path old = folder.resolve(REPLACED);
    Folders.delete(old);
    Folders.createOwn(old);
    Files.deleteIfExists(folder.resolve(VERSION));
    for (Path one : children(folder)) {
      Files.move(one, old.resolve(String.valueOf(one.getFileName())));
    }
    for (Path one : children(fresh)) {
      if (!one.endsWith(VERSION)) {
        Files.move(one, folder.resolve(String.valueOf(one.getFileName())));
      }
    }
    Files.move(fresh.resolve(VERSION), folder.resolve(VERSION));
    Folders.delete(fresh);
    Folders.delete(old);
  }

  private static List<Path> children(Path folder) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(
              one ->
                  !Set.of("lock", RESTORING, REPLACED).contains(String.valueOf(one.getFileName())))
          .toList();
    }
  }

  private static void unpack(Path archive, Path fresh) throws IOException {
    if (!Files.isRegularFile(archive)) {
      throw new InputException("there is no file " + archive);
    }
    Folders.createOwn(fresh);
    try (ZipFile zip = new ZipFile(archive.toFile(), UTF_8)) {
      Map<String, Content> wanted = list(archive, zip);
      if (zip.size() != wanted.size() + 1 || !wanted.containsKey(VERSION)) {
        throw damaged(archive, "a file is missing or was added");
      }
      for (Map.Entry<String, Content> one : wanted.entrySet()) {
        ZipEntry entry = zip.getEntry(one.getKey());
        Path file = fresh.resolve(one.getKey()).normalize();
        if (entry == null || !file.startsWith(fresh)) {
          throw damaged(archive, one.getKey() + " is missing or misplaced");
        }
        Content found = unpack(zip, entry, file);
        if (!found.equals(one.getValue())) {
          throw damaged(archive, one.getKey() + " is not what was backed up");
        }
      }
    }
  }

  private static Content unpack(ZipFile zip, ZipEntry entry, Path file) throws IOException {
    Path parent = file.getParent();
    if (parent != null) {
      Folders.createOwn(parent);
    }
    boolean hasPermissions = file.getFileSystem().supportedFileAttributeViews().contains("posix");
    FileAttribute<?>[] own =
        hasPermissions
            ? new FileAttribute<?>[] {
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
            }
            : new FileAttribute<?>[0];
    MessageDigest digest = sha256();
    long size;
    Files.createFile(file, own);
    try (InputStream in = new DigestInputStream(zip.getInputStream(entry), digest);
        OutputStream out = Files.newOutputStream(file)) {
      size = in.transferTo(out);
    }
    FileTime time = entry.getLastModifiedTime();
    if (time != null) {
      Files.setLastModifiedTime(file, time);
    }
    return new Content(hex(digest), size);
  }

  private static Map<String, Content> list(Path archive, ZipFile zip) throws IOException {
    ZipEntry entry = zip.getEntry(LIST);
    if (entry == null) {
      throw new InputException(archive + " is not a backup of Visit Balance");
    }
    String text;
    try (InputStream in = zip.getInputStream(entry)) {
      text = new String(in.readAllBytes(), UTF_8);
    }
    int end = text.lastIndexOf('\n', text.length() - 2) + 1;
    if (!text.substring(end).strip().equals(Sha256.hex(text.substring(0, end)))) {
      throw damaged(archive, "its list of files was changed");
    }
    List<String> lines = text.substring(0, end).lines().toList();
    String head = lines.get(0);
    if (!head.startsWith(HEAD)) {
      throw new InputException(
          archive + " was written by a newer version of Visit Balance; use that version");
    }
    DataFolder.requireUsable(
        head.substring(HEAD.length()).replaceFirst(",.*", ""), archive.toString());
    Map<String, Content> wanted = new LinkedHashMap<>();
    for (String line : lines.subList(1, lines.size())) {
      Matcher shape = LINE.matcher(line);
      if (!shape.matches()) {
        throw damaged(archive, "its list of files cannot be read");
      }
      wanted.put(shape.group(3), new Content(shape.group(1), Long.parseLong(shape.group(2))));
    }
    return wanted;
  }

  private static InputException damaged(Path archive, String what) {
    return new InputException(
        archive + " is damaged (" + what + "); nothing was restored, use another backup");
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }
}
