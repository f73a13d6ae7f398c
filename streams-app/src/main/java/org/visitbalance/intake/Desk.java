package org.visitbalance.intake;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.visitbalance.ingest.InputException;
import org.visitbalance.ingest.SingleFile;
import org.visitbalance.ingest.TenantMapping;
import org.visitbalance.output.FileSource;
import org.visitbalance.output.FileState;
import org.visitbalance.output.ReceivedFile;

/** What the parts of an intake share. */
record Desk(
    IntakePlan plan, Outlet outlet, InstantSource time, Work work, Expecting expecting, Sql sql) {

  /** The present, to the millisecond: more is not kept. */
  Instant now() {
    return Instant.ofEpochMilli(time.instant().toEpochMilli());
  }

  FileTable files() {
    return new FileTable(sql);
  }

  long nextReceipt() throws IOException {
    return Math.max(files().newest(), work.newest()) + 1;
  }

  /** Returns where a file of a folder is at work. */
  String workPlace(IntakeFolder folder) {
    return Work.WORK + folder.tag(plan.state());
  }

  String archivePlace(IntakeFolder folder) {
    return Work.ARCHIVE + folder.tag(plan.state());
  }

  String quarantinePlace(IntakeFolder folder) {
    return Work.QUARANTINE + folder.tag(plan.state());
  }

  /** Returns the folder that the files go to which people of a tenant send. */
  IntakeFolder folderOf(String tenant) {
    return plan.folders().stream()
        .filter(folder -> folder.tenant().equals(tenant))
        .findFirst()
        .orElseThrow(() -> new InputException("there is no intake folder of the tenant " + tenant));
  }

  /** Returns a file that was received, of which nothing else is known yet. */
  ReceivedFile received(
      String tenant, String sha, long receipt, String name, long size, FileSource source) {
    return ReceivedFile.newBuilder()
        .setTenant(tenant)
        .setSha256(sha)
        .setPart("")
        .setReceipt(receipt)
        .setName(name)
        .setSize(size)
        .setSource(source)
        .setState(FileState.RECEIVED)
        .setRows(0)
        .setFacts(0)
        .setToSend(0)
        .setSent(0)
        .setUnchanged(0)
        .setDead(0)
        .setSkipped(0)
        .setReceivedAt(now())
        .setChangedAt(now())
        .build();
  }

  /** Notes a file that was claimed; the caller commits. */
  ReceivedFile received(Work.Claimed claimed) throws IOException {
    ReceivedFile file =
        ReceivedFile.newBuilder(
                received(
                    claimed.folder().tenant(),
                    Content.sha256(claimed.content()),
                    claimed.receipt(),
                    Noticing.NAME.apply(claimed.content()),
                    Files.size(claimed.content()),
                    claimed.source()))
            .setReceivedAt(claimed.receivedAt())
            .setBy(claimed.by())
            .build();
    files().put(file, false, workPlace(claimed.folder()));
    return file;
  }

  /** Returns how a file is applied. */
  Applying.Request request(ReceivedFile file, Path content, TenantMapping mapping) {
    return new Applying.Request(
        file.getReceipt(),
        file.getTenant(),
        file.getName(),
        content,
        mapping,
        plan.zones().apply(file.getTenant()),
        file.getReceivedAt());
  }

  /** Returns what a file is read by: the company's mapping if it has an entry for it (ADR 27). */
  TenantMapping mapping(IntakeFolder folder, String name) {
    return mapping(folder, name, Mappings.of(plan));
  }

  TenantMapping mapping(IntakeFolder folder, String name, Mappings mappings) {
    CompanyMapping company = mappings.of(folder.tenant());
    return company != null && company.mapping().fits(name)
        ? company.mapping()
        : work.mapping(folder);
  }

  /** Returns a file with the moment of its report, which is a part of its key. */
  static ReceivedFile withPart(ReceivedFile file, SingleFile opened) {
    if (opened.isIgnored() || opened.hasFacts() || opened.form().moment() == null) {
      return file;
    }
    return ReceivedFile.newBuilder(file).setPart(opened.form().moment().toString()).build();
  }

  /** Returns the standing file with the same content, or null. */
  FileTable.@Nullable Entry same(ReceivedFile file) {
    for (FileTable.Entry one : files().ofContent(file.getTenant(), file.getSha256())) {
      if (one.standing()
          && one.file().getReceipt() != file.getReceipt()
          && one.file().getPart().equals(file.getPart())) {
        return one;
      }
    }
    return null;
  }

  /** Refuses a file of a person that has too many rows. */
  static void refuseTooMany(ReceivedFile file, Applying.Outcome outcome) {
    if (file.getSource() == FileSource.UPLOAD && outcome.read().rows() > Intake.MOST_ROWS) {
      throw new InputException(
          file.getName()
              + String.format(
                  ": has more than %,d rows; put it into the intake folder", Intake.MOST_ROWS));
    }
  }
}
