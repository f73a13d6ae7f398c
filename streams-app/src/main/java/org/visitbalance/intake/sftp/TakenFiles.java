package org.visitbalance.intake.sftp;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Which versions of files were fetched: a file of lines, each on the disk before anything depends
 * on it. Before a file is put into its folder, a line says that this begins, so that a process that
 * is killed knows at its next start where it was. A line that was cut off counts as not written.
 */
final class TakenFiles implements AutoCloseable {
  private static final char BEGUN = '+';
  private static final char TAKEN = '=';
  private static final int PARTS = 4;

  private final FileChannel channel;
  private final Map<String, RemoteFile> taken = new ConcurrentHashMap<>();
  private volatile @Nullable RemoteFile begun;

  private TakenFiles(Path file, Path fresh) throws IOException {
    read(file);
    StringBuilder text = new StringBuilder();
    taken.values().forEach(one -> text.append(line(TAKEN, one)));
    RemoteFile open = begun;
    if (open != null) {
      text.append(line(BEGUN, open));
    }
    try (FileChannel written =
        FileChannel.open(
            fresh,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      write(written, text.toString());
    }
    Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    this.channel = FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
  }

  /** Opens the file, and creates it if it is missing. */
  static TakenFiles open(Path file) throws IOException {
    return new TakenFiles(file, file.resolveSibling(file.getFileName() + ".part"));
  }

  private void read(Path file) throws IOException {
    String text;
    try {
      text = Files.readString(file);
    } catch (NoSuchFileException e) {
      return;
    }
    String whole = text.substring(0, text.lastIndexOf('\n') + 1);
    whole
        .lines()
        .forEach(
            line -> {
              String[] parts = line.split("\t", PARTS);
              if (parts.length == PARTS) {
                RemoteFile one =
                    new RemoteFile(
                        parts[PARTS - 1], Long.parseLong(parts[1]), Long.parseLong(parts[2]));
                note(parts[0].charAt(0), one);
              }
            });
  }

  private void note(char what, RemoteFile file) {
    if (what == BEGUN) {
      begun = file;
    } else {
      taken.put(file.name(), file);
      begun = null;
    }
  }

  private static String line(char what, RemoteFile file) {
    return what + "\t" + file.size() + "\t" + file.modified() + "\t" + file.name() + "\n";
  }

  private static void write(FileChannel channel, String text) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(UTF_8));
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
    channel.force(true);
  }

  /** Returns whether this version of a file was fetched. */
  boolean has(RemoteFile file) {
    return file.equals(taken.get(file.name()));
  }

  /** Returns whether a file of a name and size was put into its folder; for any thread. */
  boolean hasPut(String name, long size) {
    RemoteFile last = taken.get(name);
    RemoteFile open = begun;
    return (last != null && last.size() == size)
        || (open != null && open.name().equals(name) && open.size() == size);
  }

  /** Returns the file that was being put into its folder; null if none was. */
  @Nullable RemoteFile begun() {
    return begun;
  }

  /** Notes that a file which is complete will now be put into its folder. */
  void begin(RemoteFile file) throws IOException {
    write(channel, line(BEGUN, file));
    note(BEGUN, file);
  }

  /** Notes that it is there. */
  void finish(RemoteFile file) throws IOException {
    write(channel, line(TAKEN, file));
    note(TAKEN, file);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
