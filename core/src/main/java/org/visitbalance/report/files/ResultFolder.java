package org.visitbalance.report.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.visitbalance.core.Outputs;
import org.visitbalance.output.Close;
import org.visitbalance.output.DeadLetter;
import org.visitbalance.output.VisitIds;
import org.visitbalance.report.Result;
import org.visitbalance.report.Summary;
import org.visitbalance.report.html.HtmlReport;

/**
 * Writes the files of a run to a folder: all of them or none. They are written to a temporary
 * folder inside it and moved into place when all are complete.
 */
public final class ResultFolder {
  private static final String STAGE = ".visit-balance-";
  private static final String DEAD_LETTERS = "dead-letters.jsonl";
  private static final String SUMMARY = "summary.txt";

  /** The name of the report. */
  public static final String REPORT = "report.html";

  private static final DateTimeFormatter MINUTE =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HHmm", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final boolean isNew;
  private Path folder;

  /** Creates a writer for a folder, which need not exist yet. */
  public ResultFolder(Path folder) {
    this(folder, false);
  }

  private ResultFolder(Path folder, boolean isNew) {
    this.folder = folder;
    this.isNew = isNew;
  }

  /**
   * Creates a writer for a new folder that is named after a moment: {@code 2026-11-05T0600}, or
   * {@code 2026-11-05T0600-2} and so on where that exists.
   */
  public static ResultFolder dated(Path parent, Instant asOf) {
    return new ResultFolder(parent.resolve(MINUTE.format(asOf)), true);
  }

  /** Returns the folder; the name of a new one is certain when it has been written. */
  public Path folder() {
    return folder;
  }

  /**
   * Writes all files and replaces those of an earlier run.
   *
   * @param about what the report says of itself
   * @param formats forms of the lists besides JSON lines, which are always written
   * @return the summary
   * @throws IOException if a file cannot be written; then no file is changed
   */
  public String write(Result result, HtmlReport.About about, Set<Format> formats)
      throws IOException {
    boolean existed = !isNew && Files.exists(folder);
    Path parent = folder.getParent();
    boolean hadParent = parent == null || Files.exists(parent);
    create(result.reveal());
    Path stage = Files.createTempDirectory(folder, STAGE);
    boolean complete = false;
    try {
      UnaryOperator<String> name =
          result.reveal() ? names(result.outputs()) : UnaryOperator.identity();
      String summary = writeAll(stage, result, about, formats, name);
      List<Path> files = tree(stage);
      for (Path file : files) {
        Path target = folder.resolve(stage.relativize(file));
        if (Files.isDirectory(file) ? Files.isRegularFile(target) : Files.isDirectory(target)) {
          throw new IOException(
              target + (Files.isDirectory(target) ? " is a folder" : " is a file"));
        }
      }
      for (Path file : files) {
        move(file, folder.resolve(stage.relativize(file)), result.reveal());
      }
      complete = true;
      return summary;
    } finally {
      List<Path> left = new ArrayList<>(tree(stage));
      Collections.reverse(left);
      for (Path file : left) {
        Files.deleteIfExists(file);
      }
      Files.deleteIfExists(stage);
      if (!complete && !existed) {
        Files.deleteIfExists(folder);
        if (!hadParent && parent != null && tree(parent).isEmpty()) {
          Files.delete(parent);
        }
      }
    }
  }

  private void move(Path file, Path target, boolean isOwn) throws IOException {
    if (Files.isDirectory(file)) {
      if (!Files.exists(target)) {
        Files.createDirectory(target, modes(isOwn));
      }
      return;
    }
    if (isOwn && hasModes()) {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }
    Files.move(file, target, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Creates the folder if it is missing; visit ids are for nobody but its user. */
  private void create(boolean isOwn) throws IOException {
    FileAttribute<?>[] modes = modes(isOwn);
    if (!isNew) {
      Files.createDirectories(folder, modes);
      return;
    }
    Files.createDirectories(requireNonNull(folder.getParent()));
    String name = String.valueOf(folder.getFileName());
    for (int number = 2; ; number++) {
      try {
        Files.createDirectory(folder, modes);
        return;
      } catch (FileAlreadyExistsException e) {
        folder = folder.resolveSibling(name + "-" + number);
      }
    }
  }

  private FileAttribute<?>[] modes(boolean isOwn) {
    return isOwn && hasModes()
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
        }
        : new FileAttribute<?>[0];
  }

  private boolean hasModes() {
    return folder.getFileSystem().supportedFileAttributeViews().contains("posix");
  }

  /** Writes the files, two at a time; returns the summary. */
  private static String writeAll(
      Path stage,
      Result result,
      HtmlReport.About about,
      Set<Format> formats,
      UnaryOperator<String> name)
      throws IOException {
    Outputs outputs = result.outputs();
    Spreadsheets spreadsheets = new Spreadsheets(result, name);
    List<Callable<String>> tasks = new ArrayList<>();
    tasks.add(() -> writeSummary(stage.resolve(SUMMARY), result, name));
    tasks.add(() -> writeReport(stage.resolve(REPORT), result, about, name));
    tasks.add(() -> write(stage, OutputFile.VISITS, outputs.visits(), name));
    tasks.add(() -> write(stage, OutputFile.BALANCES, outputs.balances(), name));
    tasks.add(() -> write(stage, OutputFile.ITEMS, outputs.items(), name));
    tasks.add(() -> write(stage, OutputFile.DISCREPANCIES, outputs.discrepancies(), name));
    tasks.add(() -> write(stage, OutputFile.LATE_ARRIVALS, outputs.lateArrivals(), name));
    tasks.add(() -> write(stage, OutputFile.UNIT_VARIANCES, outputs.unitVariances(), name));
    tasks.add(() -> write(stage, OutputFile.CAP_PROPOSALS, outputs.capProposals(), name));
    tasks.add(() -> write(stage, OutputFile.INSIGHTS, outputs.insights(), name));
    tasks.add(() -> writeDeadLetters(stage.resolve(DEAD_LETTERS), result.deadLetters()));
    if (formats.contains(Format.XLSX)) {
      tasks.add(
          () -> {
            spreadsheets.writeWorkbook(stage.resolve(Spreadsheets.WORKBOOK));
            return Spreadsheets.WORKBOOK;
          });
    }
    if (formats.contains(Format.CSV)) {
      tasks.add(
          () -> {
            spreadsheets.writeCsv(stage.resolve(Spreadsheets.FOLDER));
            return Spreadsheets.FOLDER;
          });
    }
    ExecutorService pool = Executors.newFixedThreadPool(2);
    try {
      List<Future<String>> written = pool.invokeAll(tasks);
      for (Future<String> file : written) {
        file.get();
      }
      return written.get(0).get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while writing");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException problem) {
        throw problem;
      }
      throw new IllegalStateException("writing failed", e.getCause());
    } finally {
      pool.shutdown();
    }
  }

  private static String writeSummary(Path file, Result result, UnaryOperator<String> name)
      throws IOException {
    String summary = new Summary(result, name).text();
    Files.writeString(file, summary, UTF_8);
    return summary;
  }

  private static String writeReport(
      Path file, Result result, HtmlReport.About about, UnaryOperator<String> name)
      throws IOException {
    Files.writeString(file, HtmlReport.of(result, about, name), UTF_8);
    return REPORT;
  }

  private static String write(
      Path stage,
      OutputFile file,
      Collection<? extends SpecificRecord> records,
      UnaryOperator<String> name)
      throws IOException {
    try (OutputStream out = open(stage.resolve(file.fileName()))) {
      file.write(out, records, name);
    }
    return file.fileName();
  }

  /**
   * Writes the lists as CSV files for spreadsheets, beside the files of {@link #write}. Visits are
   * identified by their tokens.
   *
   * @throws IOException if a file cannot be written
   */
  public void writeSpreadsheets(Outputs outputs) throws IOException {
    writeSpreadsheet(OutputFile.BALANCES, outputs.balances());
    writeSpreadsheet(OutputFile.ITEMS, outputs.items());
    writeSpreadsheet(OutputFile.VISITS, outputs.visits());
    writeSpreadsheet(OutputFile.DISCREPANCIES, outputs.discrepancies());
    writeSpreadsheet(OutputFile.LATE_ARRIVALS, outputs.lateArrivals());
    writeSpreadsheet(OutputFile.UNIT_VARIANCES, outputs.unitVariances());
    writeSpreadsheet(OutputFile.CAP_PROPOSALS, outputs.capProposals());
    writeSpreadsheet(OutputFile.INSIGHTS, outputs.insights());
  }

  /**
   * Writes closes of periods in both formats, beside the files of {@link #write}.
   *
   * @throws IOException if a file cannot be written
   */
  public void writeCloses(List<Close> closes) throws IOException {
    write(folder, OutputFile.CLOSES, closes, UnaryOperator.identity());
    writeSpreadsheet(OutputFile.CLOSES, closes);
  }

  private void writeSpreadsheet(OutputFile file, List<? extends SpecificRecord> records)
      throws IOException {
    String name = file.fileName().replace(".jsonl", ".csv");
    try (OutputStream out = open(folder.resolve(name))) {
      file.writeCsv(out, records);
    }
  }

  private static String writeDeadLetters(Path file, List<DeadLetter> letters) throws IOException {
    DeadLetterLines.write(open(file), letters);
    return DEAD_LETTERS;
  }

  private static UnaryOperator<String> names(Outputs outputs) {
    Map<String, String> names = new HashMap<>();
    for (VisitIds ids : outputs.visitIds()) {
      names.put(ids.getVisit(), ids.getName());
    }
    return token -> names.getOrDefault(token, token);
  }

  private static OutputStream open(Path file) throws IOException {
    return new BufferedOutputStream(Files.newOutputStream(file), 1 << 16);
  }

  /** Everything in a folder, each folder before what is in it. */
  private static List<Path> tree(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> !file.equals(folder)).sorted().toList();
    }
  }
}
