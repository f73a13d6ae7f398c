package org.visitbalance.intake;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.visitbalance.ingest.FactMaker;
import org.visitbalance.output.FileState;
import org.visitbalance.output.ReceivedFile;

/**
 * Brings files to their ends: into the archive or the quarantine, with a line in the journal, a
 * record on the topic, and a row in the index. Whatever a crash leaves undone is done by the next
 * call.
 */
final class Ending {
  private final Desk desk;

  Ending(Desk desk) {
    this.desk = desk;
  }

  /** A file at its end. */
  private record Ended(IntakeFolder folder, FileTable.Entry entry, ReceivedFile done) {}

  /** Archives files whose facts are on the topics. */
  void archive(List<ReceivedFile> all) throws IOException {
    List<Ended> ended = new ArrayList<>();
    Map<Path, Map<String, List<Journal.Line>>> lines = new LinkedHashMap<>();
    for (ReceivedFile file : all) {
      FileTable.Entry entry = Objects.requireNonNull(desk.files().get(file.getReceipt()));
      IntakeFolder folder = desk.work().folder(Objects.requireNonNull(entry.place()));
      ReceivedFile done =
          ReceivedFile.newBuilder(file)
              .setState(FileState.DONE)
              .setSent(file.getToSend())
              .setChangedAt(desk.now())
              .build();
      String mapping =
          new Journal(folder.archive()).keep(file.getTenant(), mappingOf(folder, file));
      ZoneId zone = desk.plan().zones().apply(file.getTenant());
      lines
          .computeIfAbsent(folder.archive(), any -> new LinkedHashMap<>())
          .computeIfAbsent(file.getTenant(), any -> new ArrayList<>())
          .add(new Journal.Line(done, mapping, zone == null ? "" : zone.getId()));
      ended.add(new Ended(folder, entry, done));
    }
    // The lines are first: a file in the archive without one would be forgotten by a rebuild.
    for (Map.Entry<Path, Map<String, List<Journal.Line>>> archive : lines.entrySet()) {
      for (Map.Entry<String, List<Journal.Line>> tenant : archive.getValue().entrySet()) {
        new Journal(archive.getKey()).add(tenant.getKey(), tenant.getValue());
      }
    }
    List<ReceivedFile> states = new ArrayList<>();
    for (Ended one : ended) {
      Path content = desk.work().content(one.folder, one.entry);
      desk.work().move(content, new Journal(one.folder.archive()).content(one.done));
      states.add(one.done);
      states.addAll(replaced(one.done));
    }
    desk.outlet().send(states, List.of());
    for (Ended one : ended) {
      ReceivedFile done = one.done;
      desk.expecting().answer(done.getTenant(), done.getName(), done.getReceipt(), desk.now());
      desk.files().put(done, one.entry.standing(), desk.archivePlace(one.folder));
      new Outbox(desk.sql(), done.getReceipt()).clear();
    }
    // A crash may leave this out of the index; the topics say that all was sent, and the files are
    // archived once more.
    desk.sql().keep();
    ended.forEach(one -> desk.work().drop(one.folder, one.done));
  }

  /** Returns the mapping that a file was read by. */
  private String mappingOf(IntakeFolder folder, ReceivedFile file) {
    FactMaker.StoredFile stored = desk.files().stored(file.getReceipt());
    return stored == null ? desk.mapping(folder, file.getName()).text() : stored.form().mapping();
  }

  /** Archives an archive whose files have been received. */
  void unpacked(IntakeFolder folder, ReceivedFile done, Path content) throws IOException {
    Journal journal = new Journal(folder.archive());
    journal.add(new Journal.Line(done, journal.keep(done.getTenant(), ""), ""));
    desk.work().move(content, journal.content(done));
    end(folder, done, desk.archivePlace(folder));
  }

  /** Archives a file of messages, all of which are on the topics. */
  void messages(IntakeFolder folder, ReceivedFile done, Path content) throws IOException {
    desk.expecting().answer(done.getTenant(), done.getName(), done.getReceipt(), desk.now());
    unpacked(folder, done, content);
  }

  /** Ends a file that cannot be used. */
  ReceivedFile quarantine(IntakeFolder folder, ReceivedFile file, Path content, String reason)
      throws IOException {
    ReceivedFile refused =
        ReceivedFile.newBuilder(file)
            .setState(FileState.QUARANTINED)
            .setReason(reason)
            .setChangedAt(desk.now())
            .build();
    Path place = folder.quarantine().resolve(Journal.place(file));
    if (content.startsWith(folder.archive())) {
      // It stands as it was read before, and a rebuild must find it there.
      desk.work().copy(content, place);
    } else {
      desk.work().move(content, place);
    }
    Files.writeString(place.resolveSibling(place.getFileName() + ".reason.txt"), reason + "\n");
    Journal journal = new Journal(folder.archive());
    journal.add(new Journal.Line(refused, journal.keep(file.getTenant(), ""), ""));
    end(folder, refused, desk.quarantinePlace(folder));
    return refused;
  }

  private void end(IntakeFolder folder, ReceivedFile ended, String place) {
    List<ReceivedFile> states = new ArrayList<>(List.of(ended));
    states.addAll(replaced(ended));
    desk.outlet().send(states, List.of());
    desk.files().put(ended, false, place);
    desk.sql().commit();
    desk.work().drop(folder, ended);
  }

  /** Ends a file whose content was received before. Only the index tells of it. */
  void repeated(IntakeFolder folder, ReceivedFile file, FileTable.Entry same) {
    ReceivedFile done =
        ReceivedFile.newBuilder(file)
            .setState(FileState.DONE)
            .setReason(
                "The same content was received before as "
                    + same.file().getName()
                    + "; nothing has changed.")
            .setChangedAt(desk.now())
            .build();
    desk.files().put(done, false, null);
    desk.sql().commit();
    desk.work().drop(folder, file);
  }

  /**
   * Gives up a file that was refused.
   *
   * @param by who says so
   */
  void giveUp(FileTable.Entry entry, String by) throws IOException {
    ReceivedFile givenUp =
        ReceivedFile.newBuilder(entry.file())
            .setState(FileState.GIVEN_UP)
            .setChangedAt(desk.now())
            .setBy(by)
            .build();
    String place = Objects.requireNonNull(entry.place());
    Journal journal = new Journal(desk.work().folder(place).archive());
    journal.add(new Journal.Line(givenUp, journal.keep(givenUp.getTenant(), ""), ""));
    desk.outlet().send(givenUp, List.of());
    desk.files().put(givenUp, false, entry.place());
    desk.sql().commit();
  }

  /** Returns which refused files the topic must be told of, because another one came. */
  private List<ReceivedFile> replaced(ReceivedFile file) {
    List<ReceivedFile> all = replaced(desk.files(), file, desk.now());
    // The new record of the same key takes the place of the old one.
    all.removeIf(
        old -> old.getSha256().equals(file.getSha256()) && old.getPart().equals(file.getPart()));
    return all;
  }

  /**
   * Notes that refused files need no more work: the same content was read or refused again, or a
   * file of the same name was read.
   */
  static List<ReceivedFile> replaced(FileTable files, ReceivedFile file, Instant at) {
    List<ReceivedFile> all = new ArrayList<>();
    String name = file.getState() == FileState.DONE ? file.getName() : null;
    for (FileTable.Entry one : files.refused(file, name)) {
      ReceivedFile old =
          ReceivedFile.newBuilder(one.file()).setState(FileState.REPLACED).setChangedAt(at).build();
      files.put(old, false, one.place());
      all.add(old);
    }
    return all;
  }
}
