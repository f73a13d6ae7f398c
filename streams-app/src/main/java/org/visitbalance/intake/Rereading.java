package org.visitbalance.intake;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.visitbalance.ingest.InputException;
import org.visitbalance.ingest.TenantMapping;
import org.visitbalance.output.FileState;
import org.visitbalance.output.ReceivedFile;

/** Finds the files that are to be read again, and notes that they are; the caller commits. */
final class Rereading {
  /** The most refused files that are looked at again. */
  private static final int MOST_REFUSED = 50;

  private final Desk desk;

  Rereading(Desk desk) {
    this.desk = desk;
  }

  /** See {@link Intake#again}. */
  ReceivedFile again(String tenant, String sha, String by) throws IOException {
    FileTable.Entry entry = desk.files().find(tenant, sha);
    if (entry == null || entry.place() == null) {
      throw new InputException("no file with the SHA-256 " + sha + " was received");
    }
    return again(entry, by);
  }

  private ReceivedFile again(FileTable.Entry entry, String by) throws IOException {
    ReceivedFile file = entry.file();
    if (file.getState() == FileState.RECEIVED || file.getState() == FileState.READ) {
      throw new InputException(file.getName() + ": is being read");
    }
    FileTable.Entry standing = desk.files().standing(file.getTenant(), file.getName());
    if (standing != null
        && standing.file().getReceipt() > file.getReceipt()
        && !standing.file().getSha256().equals(file.getSha256())) {
      throw new InputException(file.getName() + ": a later file of that name stands");
    }
    ReceivedFile again =
        ReceivedFile.newBuilder(file)
            .setReceipt(desk.nextReceipt())
            .setState(FileState.RECEIVED)
            .setReason(null)
            .setSent(0)
            .setToSend(0)
            .setChangedAt(desk.now())
            .setBy(by)
            .build();
    desk.files().put(again, false, entry.place());
    return again;
  }

  /** See {@link Intake#otherZone}. */
  Intake.@Nullable OtherZone otherZone(String tenant) {
    List<FileTable.Zoned> all = inOtherZone(tenant);
    return all.isEmpty() ? null : new Intake.OtherZone(all.size(), all.get(0).zone());
  }

  /** What the mapping says of the zone goes before the settings. */
  private List<FileTable.Zoned> inOtherZone(String tenant) {
    ZoneId zone = desk.plan().zones().apply(tenant);
    Mappings mappings = Mappings.of(desk.plan());
    List<FileTable.Zoned> all = new ArrayList<>();
    for (FileTable.Zoned one : desk.files().zoned(tenant, zone == null ? ZoneOffset.UTC : zone)) {
      IntakeFolder folder = folder(one.entry());
      if (folder != null
          && desk.mapping(folder, one.entry().file().getName(), mappings).zone() == null) {
        all.add(one);
      }
    }
    return all;
  }

  /** See {@link Intake#againInZone}. */
  long againInZone(String tenant, String by) throws IOException {
    Set<String> underway = new HashSet<>();
    desk.files().unfinished().forEach(one -> underway.add(one.file().getSha256()));
    long count = 0;
    for (FileTable.Zoned one : inOtherZone(tenant)) {
      ReceivedFile file = one.entry().file();
      if (file.getState() == FileState.DONE && underway.add(file.getSha256())) {
        ReceivedFile unused = again(one.entry(), by);
        count++;
      }
    }
    return count;
  }

  /** See {@link Intake#readable}. */
  List<ReceivedFile> readable(String tenant) throws IOException {
    CompanyMapping company = Mappings.of(desk.plan()).of(tenant);
    List<ReceivedFile> readable = new ArrayList<>();
    for (FileTable.Entry entry : desk.files().refused(tenant, MOST_REFUSED)) {
      TenantMapping now = changed(company, entry);
      if (now != null && opens(entry, now)) {
        readable.add(entry.file());
      }
    }
    return readable;
  }

  /** Returns what a file is read by now, if that has changed since the file was refused. */
  private @Nullable TenantMapping changed(@Nullable CompanyMapping company, FileTable.Entry entry) {
    ReceivedFile file = entry.file();
    if (company != null && company.mapping().fits(file.getName())) {
      return company.since().isAfter(file.getChangedAt()) ? company.mapping() : null;
    }
    IntakeFolder folder = folder(entry);
    return folder != null && desk.work().mappingSince(folder).isAfter(file.getChangedAt())
        ? desk.work().mapping(folder)
        : null;
  }

  private boolean opens(FileTable.Entry entry, TenantMapping mapping) throws IOException {
    IntakeFolder folder = folder(entry);
    if (folder == null) {
      return false;
    }
    Path content = desk.work().content(folder, entry);
    Path named = desk.work().named(entry.file(), content);
    try {
      return Files.exists(content)
          && Applying.open(desk.request(entry.file(), named, mapping)) != null;
    } catch (InputException e) {
      return false;
    } finally {
      desk.work().unnamed(named);
    }
  }

  /** Returns the folder of a file; null if the intake file no longer names it. */
  private @Nullable IntakeFolder folder(FileTable.Entry entry) {
    return desk.work().find(Objects.requireNonNull(entry.place()));
  }
}
