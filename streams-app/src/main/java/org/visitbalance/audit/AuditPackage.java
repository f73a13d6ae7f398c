package org.visitbalance.audit;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.visitbalance.platform.Folders;
import org.visitbalance.report.Result;
import org.visitbalance.report.UnbilledVisits;
import org.visitbalance.report.files.ResultFolder;
import org.visitbalance.report.html.HtmlReport;
import org.visitbalance.text.PlainTime;
import org.visitbalance.text.Words;

/** Writes an audit package (docs/audit.md), completely or not at all. */
public final class AuditPackage {
  private static final Set<PosixFilePermission> OURS = PosixFilePermissions.fromString("rwx------");
  private static final Set<PosixFilePermission> OF_OUR_GROUP_TOO =
      PosixFilePermissions.fromString("rwxr-x---");
  private static final int TRIES = 1_000;

  private AuditPackage() {}

  /** Fills a folder. */
  @FunctionalInterface
  public interface Filler {
    void fill(Path folder) throws IOException;
  }

  /**
   * Writes the result of a replay.
   *
   * @param whatIfFile SHA-256 of a given settings file; null if the settings on the log were used
   */
  public static void fill(
      Path folder,
      String program,
      Question question,
      InputLog log,
      Replay replay,
      Answer answer,
      @Nullable String whatIfFile)
      throws IOException {
    Result result = result(replay, answer);
    ResultFolder files = new ResultFolder(folder);
    files.write(result, about(question, answer, whatIfFile), Set.of());
    files.writeSpreadsheets(result.outputs());
    files.writeCloses(answer.closes());
    Manifest.write(folder, program, question, log, replay, answer, whatIfFile);
  }

  private static HtmlReport.About about(
      Question question, Answer answer, @Nullable String whatIfFile) {
    return new HtmlReport.About(
        "Visit balance of " + question.tenant(),
        "Replayed from the log, as of "
            + PlainTime.utc(answer.asOf())
            + ", "
            + question.scope().from()
            + " to "
            + question.scope().to()
            + (question.scope().location() == null
                ? ""
                : ", location " + question.scope().location())
            + (whatIfFile == null ? "" : ". What-if: evaluated with settings from a file")
            + ".",
        answer.closes());
  }

  /** Converts a replay to the form in which a run over files is reported. */
  private static Result result(Replay replay, Answer answer) {
    Replay.Counts counts = replay.counts();
    return new Result(
        answer.outputs(),
        replay.deadLetters(),
        answer.settings(),
        answer.feeds(),
        false,
        new Result.Account(
            answer.asOf().toString(),
            counts.read(),
            replay.standing(),
            replay.superseded(),
            counts.notYetKnown(),
            counts.deadLettered()),
        List.of(),
        notices(replay, answer));
  }

  /** Returns what a person should know before reading anything else, a sentence each. */
  public static List<String> notices(Replay replay, Answer answer) {
    List<String> notices = new ArrayList<>();
    long later = replay.counts().notYetKnown();
    if (later > 0) {
      notices.add(Words.notKnownYet(later));
    }
    String unbilled = UnbilledVisits.lacking(answer.outputs(), replay.tenantsWithoutPayers());
    if (unbilled != null) {
      notices.add(unbilled);
    }
    return notices;
  }

  /**
   * Fills a temporary folder next to the output, and then moves it to its place.
   *
   * @param output the package folder, missing or empty
   * @throws IOException if it cannot be written; nothing is left behind
   */
  public static void write(Path output, Filler filler) throws IOException {
    Path place = output.toAbsolutePath().normalize();
    Path parent = place.getParent();
    if (parent == null) {
      throw new AuditException("--output " + output + " cannot be created; choose another folder");
    }
    Files.createDirectories(parent);
    Path stage = parent.resolve(".audit-" + UUID.randomUUID());
    Object work = new Object();
    Thread writer = Thread.currentThread();
    Thread tidy =
        new Thread(
            () -> {
              writer.interrupt();
              synchronized (work) {
                deleteAll(stage);
              }
            });
    Runtime.getRuntime().addShutdownHook(tidy);
    synchronized (work) {
      if (Thread.interrupted()) {
        throw new InterruptedIOException("interrupted before anything was written");
      }
      try {
        Files.createDirectory(stage, PosixFilePermissions.asFileAttribute(OURS));
        filler.fill(stage);
        Files.setPosixFilePermissions(stage, OF_OUR_GROUP_TOO);
        Files.deleteIfExists(place);
        Files.move(stage, place);
      } catch (IOException e) {
        throw unwritten(output, e);
      } finally {
        deleteAll(stage);
      }
    }
    Runtime.getRuntime().removeShutdownHook(tidy);
  }

  /** What the system says names a file of the stage, which nobody knows. */
  private static IOException unwritten(Path output, IOException problem) {
    String why =
        problem instanceof FileSystemException file ? file.getReason() : problem.getMessage();
    if (problem instanceof AccessDeniedException) {
      why = "no permission";
    }
    return new IOException(
        output
            + " could not be written ("
            + (why == null ? problem.getClass().getSimpleName() : why)
            + "); nothing is left behind; make room, or choose another folder",
        problem);
  }

  /** Threads that were told to stop may each still be creating one file. */
  private static void deleteAll(Path stage) {
    for (int i = 0; i < TRIES && Files.exists(stage); i++) {
      Folders.delete(stage);
    }
  }
}
