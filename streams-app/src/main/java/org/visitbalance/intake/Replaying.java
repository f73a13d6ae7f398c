package org.visitbalance.intake;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.visitbalance.ingest.InputException;
import org.visitbalance.ingest.TenantMapping;
import org.visitbalance.ingest.hl7.Hl7Batch;
import org.visitbalance.output.FileState;
import org.visitbalance.output.ReceivedFile;

/** Brings the index to the state of the archive; sends nothing. */
final class Replaying {
  /** About so many rows are replayed in a transaction. */
  private static final long SOME = 5000;

  private final Desk desk;
  private final MessageLogs messages;
  private long rows;

  Replaying(Desk desk, MessageLogs messages) {
    this.desk = desk;
    this.messages = messages;
  }

  private record Replay(IntakeFolder folder, Journal journal, Journal.Line line) {}

  /** Replays the receipts that the index does not know; returns how many. */
  long catchUp(Collection<IntakeFolder> folders) throws IOException {
    long replayed = 0;
    Map<Path, Journal> journals = new LinkedHashMap<>();
    folders.forEach(one -> journals.put(one.archive(), new Journal(one.archive())));
    List<Replay> all = new ArrayList<>();
    for (IntakeFolder folder : folders) {
      Journal journal = journals.remove(folder.archive());
      if (journal != null) {
        journal.lines().forEach(line -> all.add(new Replay(folder, journal, line)));
      }
    }
    all.sort(Comparator.comparingLong(one -> one.line.file().getReceipt()));
    for (Replay one : all) {
      ReceivedFile file = one.line.file();
      if (desk.files().get(file.getReceipt()) == null) {
        messages.replay(file.getReceipt());
        replay(one);
        replayed++;
        rows += 1 + file.getRows();
        if (rows >= SOME) {
          desk.sql().commit();
          rows = 0;
        }
      } else if (file.getState() == FileState.GIVEN_UP) {
        desk.files().put(file, false, desk.quarantinePlace(one.folder));
      }
    }
    messages.replay(Long.MAX_VALUE);
    desk.sql().commit();
    return replayed;
  }

  private void replay(Replay one) throws IOException {
    ReceivedFile file = one.line.file();
    boolean isDone = file.getState() == FileState.DONE;
    String place = isDone ? desk.archivePlace(one.folder) : desk.quarantinePlace(one.folder);
    desk.files().put(file, false, place);
    Path content = one.journal.content(file);
    Path claimed = desk.work().claimed(one.folder, file);
    if (isDone && !Files.exists(content) && Files.exists(claimed)) {
      desk.work().move(claimed, content);
    }
    if (isDone && Files.exists(content) && !Archive.is(file.getName()) && !Hl7Batch.is(content)) {
      apply(one, content);
    }
    List<ReceivedFile> unused = Ending.replaced(desk.files(), file, file.getChangedAt());
  }

  private void apply(Replay one, Path content) throws IOException {
    ReceivedFile file = one.line.file();
    TenantMapping mapping =
        TenantMapping.of("mapping.yaml", one.journal.mapping(file.getTenant(), one.line.mapping()));
    Path named = desk.work().named(file, content);
    var before = desk.sql().savepoint();
    try {
      Applying.Request request =
          new Applying.Request(
              file.getReceipt(),
              file.getTenant(),
              file.getName(),
              named,
              mapping,
              one.line.zone().isEmpty() ? null : ZoneId.of(one.line.zone()),
              file.getReceivedAt());
      new Applying(desk.sql()).apply(request, Applying.open(request), (fact, isNew) -> {});
    } catch (InputException e) {
      // An earlier form of the program could read it. It is left out, and can be read again.
      desk.sql().back(before);
    } finally {
      desk.work().unnamed(named);
    }
  }
}
