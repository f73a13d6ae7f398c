package org.visitbalance.intake;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.visitbalance.ingest.InputException;
import org.visitbalance.ingest.SingleFile;
import org.visitbalance.ingest.Surveyor;
import org.visitbalance.ingest.TenantMapping;
import org.visitbalance.ingest.hl7.Hl7Batch;
import org.visitbalance.output.FileSource;
import org.visitbalance.output.FileState;
import org.visitbalance.output.ReceivedFile;
import org.visitbalance.platform.Sha256;

/** Looks at files before they are sent, in transactions of the index that are rolled back. */
final class Previews {
  private static final String PREVIEW = "preview";

  private final Desk desk;
  private final MessageFiles messages;

  Previews(Desk desk, MessageFiles messages) {
    this.desk = desk;
    this.messages = messages;
  }

  /** See {@link Intake#preview}. */
  Preview of(IntakeFolder folder, String name, byte[] bytes, @Nullable String draft)
      throws IOException {
    String sha = Sha256.hex(bytes);
    Path content = desk.work().put(PREVIEW, name, bytes);
    // An archive has no columns to choose from, and a file of messages has none.
    boolean isOpened = Archive.is(name) || Hl7Batch.is(content);
    try {
      ReceivedFile file =
          desk.received(
              folder.tenant(), sha, desk.nextReceipt(), name, bytes.length, FileSource.UPLOAD);
      Previewing counting = new Previewing();
      if (Archive.is(name)) {
        List<Path> inner =
            Archive.unpack(content, name, desk.work().unpacking(file), folder::ignores);
        for (Path one : inner) {
          ReceivedFile received = inner(file, one);
          if (Hl7Batch.is(one)) {
            take(folder, received, one, counting);
          } else {
            Applying.Request request =
                desk.request(received, one, desk.mapping(folder, received.getName()));
            take(folder, received, request, Applying.open(request), counting);
          }
          file = ReceivedFile.newBuilder(file).setReceipt(file.getReceipt() + 1).build();
        }
        return counting.of(sha, name, Archive.says(inner.size()));
      }
      if (isOpened) {
        take(folder, file, content, counting);
        return counting.of(sha, name, null);
      }
      Applying.Request request =
          desk.request(
              file, content, draft == null ? desk.mapping(folder, name) : draft(draft, name));
      SingleFile opened = Applying.open(request);
      isOpened = true;
      take(folder, file, request, opened, counting);
      return counting.of(sha, name, null).with(draft == null ? null : Surveyor.of(content, draft));
    } catch (InputException e) {
      return Previewing.refused(sha, name, String.valueOf(e.getMessage()))
          .with(draft == null && isOpened ? null : Surveyor.of(content, draft));
    } finally {
      desk.sql().rollback();
      desk.work().remove(content);
      desk.work().remove(desk.work().unpacking());
    }
  }

  /** Returns a mapping that has one entry. */
  private static TenantMapping draft(String entry, String name) {
    TenantMapping draft = TenantMapping.of("draft", "{\"files\": [\n" + entry + "\n]}");
    if (!draft.fits(name)) {
      throw new InputException(name + ": its name does not fit the pattern of the draft");
    }
    return draft;
  }

  private static ReceivedFile inner(ReceivedFile archive, Path one) throws IOException {
    return ReceivedFile.newBuilder(archive)
        .setSha256(Content.sha256(one))
        .setName(Noticing.NAME.apply(one))
        .setSize(Files.size(one))
        .build();
  }

  private void take(IntakeFolder folder, ReceivedFile file, Path content, Previewing counting)
      throws IOException {
    String same =
        desk.files().ofContent(file.getTenant(), file.getSha256()).stream()
            .map(FileTable.Entry::file)
            .filter(one -> one.getState() == FileState.DONE)
            .map(ReceivedFile::getName)
            .findFirst()
            .orElse(null);
    counting.take(same, messages.preview(folder, file, content, counting));
  }

  private void take(
      IntakeFolder folder,
      ReceivedFile file,
      Applying.Request request,
      SingleFile opened,
      Previewing counting) {
    ReceivedFile whole = Desk.withPart(file, opened);
    FileTable.Entry same = desk.same(whole);
    desk.files().put(whole, false, desk.workPlace(folder));
    Applying.Outcome outcome = new Applying(desk.sql()).apply(request, opened, counting);
    Desk.refuseTooMany(whole, outcome);
    counting.take(same == null ? null : same.file().getName(), Previewing.Part.of(outcome));
  }
}
