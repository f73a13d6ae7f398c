package org.visitbalance.intake;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.visitbalance.platform.Folders;

/**
 * The messages that a listener has accepted, in the archive: a file for each day, {@code
 * TENANT/hl7/LISTENER/2026-11-05.log}. A line says how the message behind it was received. What is
 * written together is on the disk before the next step.
 */
final class MessageLog {
  static final String FOLDER = "hl7";

  private static final String END = ".log";
  private static final int PARTS = 8;
  private static final int LONGEST_LINE = 1024;

  private final Path folder;

  /**
   * A message.
   *
   * @param number of the day, from 1 on
   * @param batch the number of the first message that was written together with it
   * @param receipt the newest receipt of a file at that time
   * @param mapping the SHA-256 of the mapping by which it was read
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared or printed.
  record Entry(
      long number,
      long batch,
      Instant receivedAt,
      long receipt,
      String source,
      String mapping,
      ZoneId zone,
      byte[] message) {}

  MessageLog(Path archive, String tenant, String listener) {
    this.folder = archive.resolve(tenant).resolve(FOLDER).resolve(listener);
  }

  private Path file(LocalDate day) {
    return folder.resolve(day + END);
  }

  /** Returns the days with a file, the oldest first. */
  List<LocalDate> days() throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> String.valueOf(file.getFileName()))
          .filter(name -> name.matches("\\d{4}-\\d{2}-\\d{2}\\.log"))
          .map(name -> LocalDate.parse(name.substring(0, name.length() - END.length())))
          .sorted()
          .toList();
    }
  }

  /** Adds messages, and waits until they are on the disk. */
  void add(LocalDate day, List<Entry> entries) throws IOException {
    Folders.createOwn(folder);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (Entry one : entries) {
      String line =
          String.join(
              "\t",
              Long.toString(one.number),
              Long.toString(one.batch),
              Long.toString(one.receivedAt.toEpochMilli()),
              Long.toString(one.receipt),
              one.source,
              one.mapping,
              one.zone.getId(),
              Integer.toString(one.message.length));
      bytes.writeBytes((line + "\n").getBytes(US_ASCII));
      bytes.writeBytes(one.message);
      bytes.write('\n');
    }
    try (FileChannel channel =
        FileChannel.open(file(day), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      channel.position(channel.size());
      ByteBuffer all = ByteBuffer.wrap(bytes.toByteArray());
      while (all.hasRemaining()) {
        channel.write(all);
      }
      channel.force(true);
    }
  }

  /** Takes back what is behind a place. */
  void cut(LocalDate day, long size) throws IOException {
    if (Files.exists(file(day))) {
      try (FileChannel channel = FileChannel.open(file(day), StandardOpenOption.WRITE)) {
        channel.truncate(size);
        channel.force(true);
      }
    }
  }

  /** Takes a message, and where it ends; returns whether the next one is wanted too. */
  interface Reader {
    boolean entry(Entry entry, long end) throws IOException;
  }

  /** Reads the whole messages of a day from a place on; a part of one may be behind them. */
  void read(LocalDate day, long from, Reader reader) throws IOException {
    if (!Files.exists(file(day))) {
      return;
    }
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file(day)), 1 << 16))) {
      in.skipNBytes(from);
      long at = from;
      for (String line = line(in); line != null; line = line(in)) {
        String[] parts = line.split("\t", -1);
        if (parts.length != PARTS) {
          throw new IOException("a message log has a line that is none: " + file(day));
        }
        byte[] message = new byte[Integer.parseInt(parts[7])];
        try {
          in.readFully(message);
          if (in.readByte() != '\n') {
            throw new IOException("a message log is broken: " + file(day));
          }
        } catch (EOFException e) {
          return;
        }
        at += line.length() + 1L + message.length + 1L;
        Entry entry =
            new Entry(
                Long.parseLong(parts[0]),
                Long.parseLong(parts[1]),
                Instant.ofEpochMilli(Long.parseLong(parts[2])),
                Long.parseLong(parts[3]),
                parts[4],
                parts[5],
                ZoneId.of(parts[6]),
                message);
        if (!reader.entry(entry, at)) {
          return;
        }
      }
    }
  }

  private static @Nullable String line(DataInputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int one = in.read(); one != '\n'; one = in.read()) {
      if (one < 0 || line.length() > LONGEST_LINE) {
        return null;
      }
      line.append((char) one);
    }
    return line.toString();
  }

  /** Finds the logs of a tenant's listeners in an archive. */
  static void each(Path archive, String tenant, Consumer<String> listeners) throws IOException {
    Path all = archive.resolve(tenant).resolve(FOLDER);
    if (Files.isDirectory(all)) {
      try (Stream<Path> found = Files.list(all)) {
        found
            .filter(Files::isDirectory)
            .map(one -> String.valueOf(one.getFileName()))
            .sorted()
            .forEach(listeners);
      }
    }
  }
}
