package org.visitbalance.intake;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Savepoint;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import org.visitbalance.ingest.InputException;
import org.visitbalance.ingest.SingleFile;
import org.visitbalance.ingest.TenantMapping;
import org.visitbalance.ingest.hl7.Hl7Batch;
import org.visitbalance.output.FileState;
import org.visitbalance.output.ReceivedFile;

/**
 * Brings the files that were received to their ends, by their receipts. Small files go in batches:
 * they are read in one transaction of the index, sent in one of the topics, and archived together
 * (ADR 28). Not thread-safe.
 */
final class Advancing {
  /** The most facts in a transaction of the topics. */
  static final int CHUNK = 5000;

  /** The most files in a batch. */
  private static final int MOST_FILES = 20;

  /** Of a larger file people are told before it is read, because that takes a while. */
  private static final long LARGE = 1 << 20;

  private final Desk desk;
  private final Ending ending;
  private final MessageFiles messages;

  /** How many facts of a file are sent, as far as this process knows. */
  private final Map<Long, Long> sent = new LinkedHashMap<>();

  /** Files that have been read and not yet sent. */
  private final List<ReceivedFile> batch = new ArrayList<>();

  /** What the topics must be told of those files before anything else. */
  private final List<ReceivedFile> untold = new ArrayList<>();

  /** Folders whose files wait until people have corrected something. */
  private final Set<String> waiting = new HashSet<>();

  private @Nullable InputException trouble;
  private long size;
  private Mappings mappings;

  Advancing(Desk desk, MessageFiles messages) {
    this.desk = desk;
    this.messages = messages;
    this.ending = new Ending(desk);
    this.mappings = Mappings.of(desk.plan());
  }

  /** Is called after files have come to their ends. */
  interface Progress {
    void made(List<ReceivedFile> files);
  }

  /**
   * Goes on with all files; those of a folder whose mapping is bad wait.
   *
   * @return whether a file came further
   */
  boolean all(Progress progress) throws IOException {
    try {
      boolean moved = false;
      long newest = -1;
      while (desk.files().newest() > newest) {
        // The first time, or an archive has given new files.
        newest = desk.files().newest();
        moved |= unfinished(progress);
      }
      return moved;
    } catch (IOException | RuntimeException e) {
      desk.sql().rollback();
      forget();
      throw e;
    }
  }

  private void forget() {
    batch.clear();
    untold.clear();
    size = 0;
  }

  private boolean unfinished(Progress progress) throws IOException {
    List<FileTable.Entry> unfinished = desk.files().unfinished();
    waiting.clear();
    trouble = null;
    mappings = Mappings.of(desk.plan());
    String current = "";
    for (FileTable.Entry entry : unfinished) {
      String place = Objects.requireNonNull(entry.place()).substring(Work.WORK.length());
      if (!place.equals(current)) {
        // The files of a batch are of one folder, so that no folder waits for another.
        attempt(current, () -> finish(progress));
        current = place;
      }
      if (!waiting.contains(place)) {
        attempt(place, () -> advance(entry, progress));
      }
    }
    attempt(current, () -> finish(progress));
    if (trouble != null) {
      throw trouble;
    }
    return !unfinished.isEmpty();
  }

  private interface Step {
    void take() throws IOException;
  }

  private void attempt(String place, Step step) throws IOException {
    try {
      step.take();
    } catch (InputException e) {
      desk.sql().rollback();
      forget();
      waiting.add(place);
      trouble = e;
    }
  }

  private void advance(FileTable.Entry entry, Progress progress) throws IOException {
    ReceivedFile file = entry.file();
    IntakeFolder folder = desk.work().folder(Objects.requireNonNull(entry.place()));
    if (Archive.is(file.getName())) {
      finish(progress);
      unpack(folder, entry);
      progress.made(List.of(file));
      return;
    }
    Path content = desk.work().content(folder, entry);
    if (Files.exists(content) && Hl7Batch.is(content)) {
      messages.check(folder);
      finish(progress);
      messages(folder, file, content);
      progress.made(List.of(file));
      return;
    }
    if (file.getState() == FileState.RECEIVED) {
      file =
          new Reading(folder, entry, desk.mapping(folder, file.getName(), mappings), progress)
              .read();
    }
    if (file != null) {
      batch.add(file);
      size += Math.max(file.getRows(), file.getToSend());
      if (size >= CHUNK || batch.size() >= MOST_FILES) {
        finish(progress);
      }
    }
  }

  /** Sends and archives what has been read so far. */
  private void finish(Progress progress) throws IOException {
    if (!batch.isEmpty()) {
      desk.sql().commit();
      send();
      ending.archive(batch);
      batch.forEach(file -> sent.remove(file.getReceipt()));
      List<ReceivedFile> all = List.copyOf(batch);
      forget();
      progress.made(all);
      mappings = Mappings.of(desk.plan());
    }
  }

  /** Sends what is left to be sent of a batch. */
  private void send() {
    Sending sending = new Sending();
    for (ReceivedFile file : batch) {
      long receipt = file.getReceipt();
      Outbox outbox = new Outbox(desk.sql(), receipt);
      long from = sentOf(file);
      while (from < file.getToSend()) {
        List<SpecificRecord> next = outbox.next(from, CHUNK - sending.facts.size());
        from += next.size();
        sending.add(
            ReceivedFile.newBuilder(file).setSent(from).setChangedAt(desk.now()).build(), next);
      }
    }
    sending.flush();
  }

  private long sentOf(ReceivedFile file) {
    Long known = sent.get(file.getReceipt());
    if (known != null) {
      return known;
    }
    ReceivedFile last = desk.outlet().last(file);
    return last != null && last.getReceipt() == file.getReceipt() ? last.getSent() : 0;
  }

  /** Facts and states that go in one transaction. */
  private final class Sending {
    private final List<SpecificRecord> facts = new ArrayList<>();
    private final List<ReceivedFile> states = new ArrayList<>(untold);

    void add(ReceivedFile state, List<SpecificRecord> more) {
      states.add(state);
      facts.addAll(more);
      if (facts.size() >= CHUNK) {
        flush();
      }
    }

    void flush() {
      if (!states.isEmpty()) {
        // If this fails, nobody knows whether it is on the topics, and the topic is asked.
        states.forEach(state -> sent.remove(state.getReceipt()));
        desk.outlet().send(states, facts);
        states.forEach(state -> sent.put(state.getReceipt(), state.getSent()));
        states.clear();
        facts.clear();
      }
    }
  }

  /**
   * Receives the files that are in an archive. If it is done twice because of a crash, they have
   * been received before, and nothing changes.
   */
  private void unpack(IntakeFolder folder, FileTable.Entry entry) throws IOException {
    ReceivedFile file = entry.file();
    Path content = desk.work().content(folder, entry);
    Path place = desk.work().unpacking(file);
    try {
      List<Path> inner = Archive.unpack(content, file.getName(), place, folder::ignores);
      for (Path one : desk.work().inOrder(folder, inner)) {
        desk.received(desk.work().unpacked(folder, one, file, desk.nextReceipt()));
      }
      desk.sql().commit();
      ReceivedFile done =
          ReceivedFile.newBuilder(file)
              .setState(FileState.DONE)
              .setEntry("archive")
              .setReason(Archive.says(inner.size()))
              .setChangedAt(desk.now())
              .build();
      ending.unpacked(folder, done, content);
    } catch (InputException e) {
      desk.sql().rollback();
      ReceivedFile unused =
          ending.quarantine(folder, file, content, String.valueOf(e.getMessage()));
    } finally {
      desk.work().remove(place);
    }
  }

  private void messages(IntakeFolder folder, ReceivedFile file, Path content) throws IOException {
    try {
      ending.messages(folder, messages.read(folder, file, content), content);
    } catch (InputException e) {
      desk.sql().rollback();
      ReceivedFile unused =
          ending.quarantine(folder, file, content, String.valueOf(e.getMessage()));
    }
  }

  private static String kind(Throwable problem) {
    StackTraceElement[] trace = problem.getStackTrace();
    return problem.getClass().getSimpleName() + (trace.length == 0 ? "" : " in " + trace[0]);
  }

  /** The work on one file. */
  private final class Reading {
    private final IntakeFolder folder;
    private final FileTable.Entry entry;
    private final TenantMapping mapping;
    private final Progress progress;
    private ReceivedFile file;

    Reading(IntakeFolder folder, FileTable.Entry entry, TenantMapping mapping, Progress progress) {
      this.folder = folder;
      this.entry = entry;
      this.mapping = mapping;
      this.progress = progress;
      this.file = entry.file();
    }

    /** Reads it and applies it; returns its new state, or null if it is at its end. */
    @Nullable ReceivedFile read() throws IOException {
      Path content = desk.work().content(folder, entry);
      Path named = desk.work().named(file, content);
      Savepoint before = desk.sql().savepoint();
      String refused;
      try {
        Applying.Request request = desk.request(file, named, mapping);
        SingleFile opened = Applying.open(request);
        file = Desk.withPart(file, opened);
        FileTable.Entry same = again() ? null : desk.same(file);
        if (same != null) {
          // What the same file answers is known only after its end.
          flush();
          before = desk.sql().savepoint();
          LocalDate day = otherDay(same);
          if (day == null) {
            ending.repeated(folder, entry.file(), same);
            return null;
          }
          file = ReceivedFile.newBuilder(file).setPart(day.toString()).build();
        }
        tell();
        return apply(request, opened);
      } catch (InputException e) {
        refused = String.valueOf(e.getMessage());
      } catch (Sql.Failure | Intake.Away e) {
        throw e;
      } catch (RuntimeException | StackOverflowError e) {
        // A mistake of the program, but no reason to stop: the other files go on.
        refused = file.getName() + ": cannot be read (" + kind(e) + ")";
      } finally {
        desk.work().unnamed(named);
      }
      desk.sql().back(before);
      finish(progress);
      untold.clear();
      ReceivedFile unused = ending.quarantine(folder, file, content, refused);
      progress.made(List.of(file));
      return null;
    }

    private void flush() throws IOException {
      try {
        finish(progress);
      } catch (Sql.Failure e) {
        throw e;
      } catch (RuntimeException e) {
        throw new Intake.Away(e);
      }
    }

    private void tell() {
      if (file.getSize() < LARGE) {
        untold.add(file);
        return;
      }
      try {
        desk.outlet().send(file, List.of());
      } catch (RuntimeException e) {
        throw new Intake.Away(e);
      }
    }

    private ReceivedFile apply(Applying.Request request, SingleFile opened) {
      desk.files().put(file, false, entry.place());
      long receipt = file.getReceipt();
      Outbox outbox = new Outbox(desk.sql(), receipt);
      Applying.Outcome outcome =
          new Applying(desk.sql()).apply(request, opened, (fact, isNew) -> outbox.add(fact));
      outbox.flush();
      Desk.refuseTooMany(file, outcome);
      ReceivedFile read = read(outcome);
      FileTable.Entry applied = Objects.requireNonNull(desk.files().get(receipt));
      desk.files().put(read, applied.standing(), entry.place());
      sent.put(receipt, 0L);
      return read;
    }

    private ReceivedFile read(Applying.Outcome outcome) {
      return ReceivedFile.newBuilder(file)
          .setState(FileState.READ)
          .setReason(outcome.note())
          .setEntry(outcome.file().entry())
          .setRows(outcome.read().rows())
          .setFacts(outcome.facts())
          .setToSend(outcome.toSend())
          .setSent(0)
          .setUnchanged(Math.max(0, outcome.facts() - outcome.toSend()))
          .setDead(outcome.dead())
          .setSkipped(outcome.read().skipped())
          .setFirstDate(outcome.first())
          .setLastDate(outcome.last())
          .setChangedAt(desk.now())
          .build();
    }

    /** Whether the file is read again that was read before. */
    private boolean again() {
      return !Objects.requireNonNull(entry.place()).startsWith(Work.WORK);
    }

    /** Returns the day whose expectation the file answers that looks like another one, or null. */
    private @Nullable LocalDate otherDay(FileTable.Entry same) {
      return !file.getPart().isEmpty() || same.file().getName().equals(file.getName())
          ? null
          : desk.expecting().opens(file.getTenant(), file.getName(), desk.now());
    }
  }
}
