package org.visitbalance.intake;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.visitbalance.ingest.InputException;
import org.visitbalance.platform.Folders;

/**
 * Files that hold other files: {@code .zip} and {@code .gz}. What is in them is written within
 * limits, so that a small file cannot fill a disk, and nowhere but into one folder.
 */
final class Archive {
  static final int MOST_FILES = 100;
  static final long MOST_BYTES = 1L << 30;

  /** How much larger than the archive its content may be. */
  static final int MOST_TIMES = 200;

  private static final String ZIP = ".zip";
  private static final String GZ = ".gz";
  private static final int PIECE = 64 << 10;
  private static final int LONGEST_NAME = 200;

  private final String name;
  private final Path into;
  private final Predicate<String> ignored;
  private final long most;
  private final List<Path> files = new ArrayList<>();
  private long bytes;

  private Archive(Path archive, String name, Path into, Predicate<String> ignored)
      throws IOException {
    this.name = name;
    this.into = into;
    this.ignored = ignored;
    this.most = Math.min(MOST_BYTES, Files.size(archive) * MOST_TIMES);
  }

  /** Returns whether a file of a name is an archive. */
  static boolean is(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.endsWith(ZIP) || lower.endsWith(GZ);
  }

  /** Returns what there is to say about an archive with so many files. */
  static String says(int inner) {
    return inner == 1
        ? "An archive with one file, which is read by itself."
        : "An archive with " + inner + " files, which are read one by one.";
  }

  /** Returns whether a name can be given to a file here. */
  static boolean isUsable(String name) {
    return !name.isBlank()
        && name.length() <= LONGEST_NAME
        && !name.startsWith(".")
        && name.chars().noneMatch(one -> one < ' ' || one == '/' || one == '\\' || one == 0x7F);
  }

  /**
   * Writes the files of an archive into a folder.
   *
   * @param name its name; the one file of a {@code .gz} is called so without its end
   * @param ignored which names are left out
   * @throws InputException if it is broken, encrypted, too large, or not flat
   */
  static List<Path> unpack(Path archive, String name, Path into, Predicate<String> ignored)
      throws IOException {
    Archive unpacking = new Archive(archive, name, into, ignored);
    Folders.delete(into);
    Folders.createOwn(into);
    try {
      if (name.toLowerCase(Locale.ROOT).endsWith(ZIP)) {
        unpacking.zip(archive);
      } else {
        unpacking.gzip(archive);
      }
    } catch (ZipException | EOFException | IllegalArgumentException e) {
      boolean isEncrypted = String.valueOf(e.getMessage()).contains("encrypted");
      throw unpacking.refused(
          isEncrypted
              ? "is encrypted; send it without a password"
              : "is broken, or packed in a way that is not supported; pack it again");
    }
    if (unpacking.files.isEmpty()) {
      throw unpacking.refused("is an archive without files");
    }
    return unpacking.files;
  }

  private InputException refused(String why) {
    return new InputException(name + ": " + why);
  }

  private void zip(Path archive) throws IOException {
    try (ZipFile zip = new ZipFile(archive.toFile(), UTF_8)) {
      if (zip.size() > MOST_FILES) {
        throw refused("has more than " + MOST_FILES + " files; send several archives");
      }
      // Of two files of one name, the same would be read twice.
      List<String> names =
          zip.stream().map(ZipEntry::getName).filter(Predicate.not(ignored)).toList();
      if (Set.copyOf(names).size() < names.size()) {
        throw refused("has two files of one name");
      }
      for (ZipEntry entry : zip.stream().toList()) {
        CRC32 sum = new CRC32();
        try (InputStream in = new CheckedInputStream(zip.getInputStream(entry), sum)) {
          write(entry.getName(), in);
        }
        if (!ignored.test(entry.getName()) && sum.getValue() != entry.getCrc()) {
          throw new ZipException("a check sum is wrong");
        }
      }
    }
  }

  private void gzip(Path archive) throws IOException {
    try (InputStream in = new GZIPInputStream(Files.newInputStream(archive), PIECE)) {
      write(name.substring(0, name.length() - GZ.length()), in);
    }
  }

  private void write(String inner, InputStream in) throws IOException {
    if (inner.contains("/") || inner.contains("\\")) {
      throw refused("has folders in it; pack the files without folders");
    } else if (ignored.test(inner)) {
      return;
    } else if (!isUsable(inner)) {
      throw refused("has a file whose name cannot be used; rename it");
    } else if (is(inner)) {
      throw refused("has an archive in it; send that one by itself");
    }
    Path file = into.resolve(inner);
    try (OutputStream out = Files.newOutputStream(file)) {
      byte[] piece = new byte[PIECE];
      for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
        bytes += read;
        if (bytes > most) {
          throw refused(
              "is more than 1 GiB unpacked, or more than "
                  + MOST_TIMES
                  + " times as large as packed; send its files by themselves");
        }
        out.write(piece, 0, read);
      }
    }
    files.add(file);
  }
}
