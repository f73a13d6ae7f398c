package org.visitbalance.intake;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.io.JsonEncoder;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.visitbalance.output.ReceivedFile;
import org.visitbalance.platform.Folders;
import org.visitbalance.platform.Sha256;

/**
 * The archive of one folder: {@code TENANT/2026/11/05/NAME.SHA}, with a line for each receipt in
 * {@code TENANT/receipts.log} and each mapping that was used in {@code TENANT/mappings}. With it,
 * the index can be made again.
 */
final class Journal {
  private static final String RECEIPTS = "receipts.log";
  private static final int SHA = 8;
  private static final char BETWEEN = '\t';

  private final Path archive;

  Journal(Path archive) {
    this.archive = archive;
  }

  /**
   * A file that was read to its end.
   *
   * @param mapping the SHA-256 of the mapping's text
   * @param zone the tenant's zone; empty if it was not known
   */
  record Line(ReceivedFile file, String mapping, String zone) {}

  /** Returns where a file is below an archive or a quarantine. */
  static String place(ReceivedFile file) {
    LocalDate day = LocalDate.ofInstant(file.getReceivedAt(), ZoneOffset.UTC);
    return String.format(
        "%s/%04d/%02d/%02d/%s.%s",
        file.getTenant(),
        day.getYear(),
        day.getMonthValue(),
        day.getDayOfMonth(),
        file.getName(),
        file.getSha256().substring(0, SHA));
  }

  /** Returns the content of a file that is in the archive. */
  Path content(ReceivedFile file) {
    return archive.resolve(place(file));
  }

  /** Keeps the text of a mapping; returns its SHA-256. */
  String keep(String tenant, String mapping) throws IOException {
    String hash = Sha256.hex(mapping);
    Path file = archive.resolve(tenant).resolve("mappings").resolve(hash + ".yaml");
    if (!Files.exists(file)) {
      Folders.createOwn(Work.parent(file));
      Path part = file.resolveSibling(hash + ".part");
      Files.writeString(part, mapping);
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    }
    return hash;
  }

  /** Returns the text of a mapping that was kept. */
  String mapping(String tenant, String hash) throws IOException {
    return Files.readString(archive.resolve(tenant).resolve("mappings").resolve(hash + ".yaml"));
  }

  /** Adds a line, and waits until it is on the disk. */
  void add(Line line) throws IOException {
    add(line.file.getTenant(), List.of(line));
  }

  /** Adds lines of one tenant, and waits until they are on the disk. */
  void add(String tenant, List<Line> lines) throws IOException {
    Path file = archive.resolve(tenant).resolve(RECEIPTS);
    Folders.createOwn(Work.parent(file));
    StringBuilder text = new StringBuilder();
    for (Line line : lines) {
      text.append(line.mapping).append(BETWEEN).append(line.zone).append(BETWEEN);
      text.append(json(line.file)).append('\n');
    }
    try (FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      long end = endOfWhole(channel);
      channel.truncate(end);
      ByteBuffer bytes = ByteBuffer.wrap(text.toString().getBytes(UTF_8));
      channel.position(end);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
  }

  /** Returns where the last whole line ends: a crash may have left a part of another one. */
  private static long endOfWhole(FileChannel channel) throws IOException {
    long end = channel.size();
    ByteBuffer one = ByteBuffer.allocate(1);
    while (end > 0) {
      one.clear();
      channel.read(one, end - 1);
      if (one.get(0) == '\n') {
        return end;
      }
      end--;
    }
    return 0;
  }

  /** Returns all lines of all tenants, in the order of the receipts. */
  List<Line> lines() throws IOException {
    List<Line> lines = new ArrayList<>();
    if (!Files.isDirectory(archive)) {
      return lines;
    }
    try (Stream<Path> tenants = Files.list(archive)) {
      for (Path tenant : tenants.sorted().toList()) {
        Path file = tenant.resolve(RECEIPTS);
        if (Files.exists(file)) {
          String text = Files.readString(file);
          text.substring(0, text.lastIndexOf('\n') + 1)
              .lines()
              .map(Journal::line)
              .forEach(lines::add);
        }
      }
    }
    lines.sort(Comparator.comparingLong(line -> line.file.getReceipt()));
    return lines;
  }

  private static Line line(String text) {
    String[] parts = text.split(String.valueOf(BETWEEN), 3);
    return new Line(file(parts[2]), parts[0], parts[1]);
  }

  private static String json(ReceivedFile file) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      JsonEncoder encoder =
          EncoderFactory.get().jsonEncoder(ReceivedFile.getClassSchema(), bytes, false);
      new SpecificDatumWriter<>(ReceivedFile.class).write(file, encoder);
      encoder.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toString(UTF_8);
  }

  private static ReceivedFile file(String json) {
    try {
      return new SpecificDatumReader<>(ReceivedFile.class)
          .read(null, DecoderFactory.get().jsonDecoder(ReceivedFile.getClassSchema(), json));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
