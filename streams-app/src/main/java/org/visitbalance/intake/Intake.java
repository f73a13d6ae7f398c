package org.visitbalance.intake;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.visitbalance.core.FactKind;
import org.visitbalance.fact.Feed;
import org.visitbalance.fact.FeedSource;
import org.visitbalance.ingest.InputException;
import org.visitbalance.ingest.SingleFile;
import org.visitbalance.ingest.Surveyor;
import org.visitbalance.ingest.TenantMapping;
import org.visitbalance.output.FileSource;
import org.visitbalance.output.FileState;
import org.visitbalance.output.ReceivedFile;
import org.visitbalance.platform.Folders;
import org.visitbalance.platform.Sha256;

/**
 * Takes the files of some folders, each once, and sends their facts (ADR 25). Whatever happens, a
 * call of {@link #look} goes on where the last one stopped, also in another process. Thread-safe.
 */
public final class Intake implements AutoCloseable {
  /** The most bytes of a file that a person may send. */
  public static final int MOST_BYTES = 64 << 20;

  /** The most rows of a file that a person may send. */
  public static final long MOST_ROWS = 500_000;

  /** The most facts in a transaction. */
  static final int CHUNK = 5000;

  /** The most refused files that are looked at again. */
  private static final int MOST_REFUSED = 50;

  private static final String PREVIEW = "preview";

  private final IntakePlan plan;
  private final Outlet outlet;
  private final InstantSource time;
  private final Map<String, IntakeFolder> folders = new LinkedHashMap<>();
  private final Map<String, Noticing> noticing = new LinkedHashMap<>();
  private final Work work;
  private final Expecting expecting;
  private Index index;
  private FileTable files;

  /** How many facts of a file are sent, as far as this process knows. */
  private final Map<Long, Long> sent = new LinkedHashMap<>();

  /** Tenants whose files may have told of something later than what was said to be complete. */
  private final Set<String> told = new HashSet<>();

  /** What was true a moment ago: who asks does not wait for a file that is being read. */
  private volatile IntakeStatus status = new IntakeStatus(0, 0, 0, 0);

  private volatile List<MissingFile> missing = List.of();

  private Intake(IntakePlan plan, Outlet outlet, InstantSource time) throws IOException {
    this.plan = plan;
    this.outlet = outlet;
    this.time = time;
    for (IntakeFolder folder : plan.folders()) {
      folders.put(folder.tag(plan.state()), folder);
      noticing.put(folder.tag(plan.state()), new Noticing(folder));
      if (folder.impliesFeeds()) {
        told.add(folder.tenant());
      }
    }
    Folders.createOwn(plan.state());
    work = new Work(plan.state(), folders);
    expecting = Expecting.open(plan, time.instant());
    index = Index.open(plan.state());
    files = new FileTable(index.sql());
  }

  /**
   * Opens the intake, and brings its index to the state of the archive.
   *
   * @throws InputException if a folder cannot be used
   */
  public static Intake open(IntakePlan plan, Outlet outlet, InstantSource time) throws IOException {
    Intake intake = new Intake(plan, outlet, time);
    try {
      intake.work.check();
      if (intake.index.isOutdated()) {
        intake.rebuild();
      } else {
        intake.catchUp();
      }
      intake.adopt();
      intake.show();
      return intake;
    } catch (IOException | RuntimeException e) {
      intake.index.close();
      throw e;
    }
  }

  /** Deletes the index and makes it from the archive; sends nothing. */
  public synchronized long rebuild() throws IOException {
    index.close();
    Index.delete(plan.state());
    index = Index.open(plan.state());
    files = new FileTable(index.sql());
    sent.clear();
    return catchUp();
  }

  /** Replays the receipts that the index does not know; returns how many. */
  private long catchUp() throws IOException {
    long replayed = 0;
    Map<Path, Journal> journals = new LinkedHashMap<>();
    folders.values().forEach(one -> journals.put(one.archive(), new Journal(one.archive())));
    List<Replay> all = new ArrayList<>();
    for (IntakeFolder folder : folders.values()) {
      Journal journal = journals.remove(folder.archive());
      if (journal != null) {
        journal.lines().forEach(line -> all.add(new Replay(folder, journal, line)));
      }
    }
    all.sort(java.util.Comparator.comparingLong(one -> one.line.file().getReceipt()));
    for (Replay one : all) {
      if (files.get(one.line.file().getReceipt()) == null) {
        replay(one);
        replayed++;
      } else if (one.line.file().getState() == FileState.GIVEN_UP) {
        files.put(one.line.file(), false, Work.QUARANTINE + one.folder.tag(plan.state()));
        index.sql().commit();
      }
    }
    return replayed;
  }

  private record Replay(IntakeFolder folder, Journal journal, Journal.Line line) {}

  private void replay(Replay one) throws IOException {
    ReceivedFile file = one.line.file();
    boolean isDone = file.getState() == FileState.DONE;
    String place = (isDone ? Work.ARCHIVE : Work.QUARANTINE) + one.folder.tag(plan.state());
    files.put(file, false, place);
    Path content = one.journal.content(file);
    Path claimed = work.claimed(one.folder, file);
    if (isDone && !Files.exists(content) && Files.exists(claimed)) {
      work.move(claimed, content);
    }
    if (isDone && Files.exists(content) && !Archive.is(file.getName())) {
      TenantMapping mapping =
          TenantMapping.of(
              "mapping.yaml", one.journal.mapping(file.getTenant(), one.line.mapping()));
      Path named = work.named(file, content);
      try {
        Applying.Request request =
            new Applying.Request(
                file.getReceipt(),
                file.getTenant(),
                file.getName(),
                named,
                mapping,
                one.line.zone().isEmpty() ? null : java.time.ZoneId.of(one.line.zone()),
                file.getReceivedAt());
        new Applying(index.sql()).apply(request, Applying.open(request), (fact, isNew) -> {});
      } catch (InputException e) {
        // An earlier form of the program could read it. It is left out, and can be read again.
        index.sql().rollback();
        files.put(file, false, place);
      } finally {
        work.unnamed(named);
      }
    }
    replaced(file, file.getChangedAt());
    index.sql().commit();
  }

  /** Takes up files that were claimed by a process that has ended since. */
  private void adopt() throws IOException {
    for (Work.Claimed claimed : work.claimed()) {
      if (files.get(claimed.receipt()) == null) {
        received(claimed);
      }
    }
  }

  /**
   * Looks once: takes the files that are whole, and does what there is to do.
   *
   * @return whether a file was taken or came further
   */
  public synchronized boolean look() throws IOException {
    boolean moved = false;
    IOException trouble = null;
    for (Map.Entry<String, Noticing> one : noticing.entrySet()) {
      IntakeFolder folder = Objects.requireNonNull(folders.get(one.getKey()));
      try {
        for (Path file : one.getValue().look(time.instant())) {
          FileSource source =
              plan.arrivals().of(folder.path(), Noticing.NAME.apply(file), Files.size(file));
          received(work.claim(folder, file, source, nextReceipt(), now()));
          one.getValue().taken(file);
          if (folder.doneFile() != null) {
            Files.deleteIfExists(one.getValue().companion(Noticing.NAME.apply(file)));
          }
          moved = true;
        }
      } catch (IOException e) {
        trouble = e;
      }
    }
    show();
    try {
      moved |= advanceAll();
    } finally {
      // Also while a mapping is bad and files wait.
      sayMissing();
    }
    sayComplete();
    show();
    if (trouble != null) {
      throw trouble;
    }
    return moved;
  }

  /** Says on the topic which expected files are late, and which are no more. */
  private void sayMissing() throws IOException {
    Instant now = now();
    for (MissingFile one : expecting.untold(now)) {
      outlet.send(one.as(FileState.MISSING, now, null), List.of());
      expecting.told(one);
    }
    for (Expecting.End end : expecting.ends(now)) {
      outlet.send(end.file().as(end.state(), now, end.by()), List.of());
      expecting.over(end.file());
    }
  }

  private long nextReceipt() throws IOException {
    return Math.max(files.newest(), work.newest()) + 1;
  }

  /** The present, to the millisecond: more is not kept. */
  private Instant now() {
    return Instant.ofEpochMilli(time.instant().toEpochMilli());
  }

  private ReceivedFile received(Work.Claimed claimed) throws IOException {
    ReceivedFile file =
        ReceivedFile.newBuilder()
            .setTenant(claimed.folder().tenant())
            .setSha256(Content.sha256(claimed.content()))
            .setPart("")
            .setReceipt(claimed.receipt())
            .setName(Noticing.NAME.apply(claimed.content()))
            .setSize(Files.size(claimed.content()))
            .setSource(claimed.source())
            .setState(FileState.RECEIVED)
            .setRows(0)
            .setFacts(0)
            .setToSend(0)
            .setSent(0)
            .setUnchanged(0)
            .setDead(0)
            .setSkipped(0)
            .setReceivedAt(claimed.receivedAt())
            .setChangedAt(now())
            .setBy(claimed.by())
            .build();
    files.put(file, false, Work.WORK + claimed.folder().tag(plan.state()));
    index.sql().commit();
    return file;
  }

  /** Goes on with all files, by their receipts; those of a folder whose mapping is bad wait. */
  private boolean advanceAll() throws IOException {
    boolean moved = false;
    InputException trouble = null;
    Set<String> waiting = new HashSet<>();
    long newest = files.newest();
    for (FileTable.Entry entry : files.unfinished()) {
      String place = Objects.requireNonNull(entry.place()).substring(Work.WORK.length());
      if (!waiting.contains(place)) {
        try {
          advance(entry);
          show();
          moved = true;
        } catch (InputException e) {
          waiting.add(place);
          trouble = e;
        }
      }
    }
    if (trouble != null) {
      throw trouble;
    }
    // An archive has given new files.
    return files.newest() > newest ? advanceAll() : moved;
  }

  /** Sends a feed for each system of which the expected files of another day have come. */
  private void sayComplete() throws IOException {
    Instant now = now();
    FactTables facts = new FactTables(index.sql());
    for (Expecting.Complete one : expecting.complete(now)) {
      Instant until = one.until();
      sayComplete(
          one.tenant(),
          one.source(),
          until == null ? latest(facts, one.tenant(), one.source(), now) : until);
    }
    for (String tenant : Set.copyOf(told)) {
      for (FeedSource source : List.of(FeedSource.EMR, FeedSource.BILLING)) {
        if (!facts.hasFeed(tenant, source)) {
          sayComplete(tenant, source, latest(facts, tenant, source, now));
        }
      }
      told.remove(tenant);
    }
  }

  private static @Nullable Instant latest(
      FactTables facts, String tenant, FeedSource source, Instant now) {
    FactKind kind = source == FeedSource.EMR ? FactKind.VISIT : FactKind.CHARGE;
    return facts.latest(tenant, kind, now);
  }

  private void sayComplete(String tenant, FeedSource source, @Nullable Instant until)
      throws IOException {
    Instant said = expecting.said(tenant, source);
    ReceivedFile last = files.lastDone(tenant);
    if (until == null || last == null || (said != null && !until.isAfter(said))) {
      return;
    }
    String id = "feed:" + source + "@" + until;
    outlet.send(last, List.of(new Feed(tenant, id, until, source, until)));
    expecting.said(tenant, source, until);
  }

  private void advance(FileTable.Entry entry) throws IOException {
    ReceivedFile file = entry.file();
    IntakeFolder folder = work.folder(Objects.requireNonNull(entry.place()));
    if (Archive.is(file.getName())) {
      unpack(folder, entry);
      return;
    } else if (file.getState() == FileState.RECEIVED) {
      file = read(folder, entry, mapping(folder, file.getName()));
    }
    if (file.getState() == FileState.READ) {
      send(file);
      archive(folder, file);
    }
  }

  /** Returns what a file is read by: the company's mapping if it has an entry for it (ADR 27). */
  private TenantMapping mapping(IntakeFolder folder, String name) {
    CompanyMapping company = companyMapping(folder.tenant());
    return company != null && company.mapping().fits(name)
        ? company.mapping()
        : work.mapping(folder);
  }

  private @Nullable CompanyMapping companyMapping(String tenant) {
    CompanyMapping company;
    try {
      company = plan.mappings().apply(tenant);
    } catch (InputException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new Away(e);
    }
    if (company != null) {
      company.mapping().check(tenant);
    }
    return company;
  }

  /**
   * Receives the files that are in an archive. If it is done twice because of a crash, they have
   * been received before, and nothing changes.
   */
  private void unpack(IntakeFolder folder, FileTable.Entry entry) throws IOException {
    ReceivedFile file = entry.file();
    Path content = work.content(folder, entry);
    Path place = work.unpacking(file);
    try {
      List<Path> inner = Archive.unpack(content, file.getName(), place, folder::ignores);
      for (Path one : inner) {
        received(work.unpacked(folder, one, file, nextReceipt()));
      }
      ReceivedFile done =
          ReceivedFile.newBuilder(file)
              .setState(FileState.DONE)
              .setEntry("archive")
              .setReason(inArchive(inner.size()))
              .setChangedAt(now())
              .build();
      Journal journal = new Journal(folder.archive());
      journal.add(new Journal.Line(done, journal.keep(file.getTenant(), ""), ""));
      work.move(content, journal.content(file));
      outlet.send(done, List.of());
      sayReplaced(done);
      files.put(done, false, Work.ARCHIVE + folder.tag(plan.state()));
      index.sql().commit();
      work.drop(folder, file);
    } catch (InputException e) {
      ReceivedFile unused = quarantine(folder, file, content, String.valueOf(e.getMessage()));
    } finally {
      work.remove(place);
    }
  }

  private static String inArchive(int inner) {
    return inner == 1
        ? "An archive with one file, which is read by itself."
        : "An archive with " + inner + " files, which are read one by one.";
  }

  /** Reads a file and applies it; returns its new state. */
  private ReceivedFile read(IntakeFolder folder, FileTable.Entry entry, TenantMapping mapping)
      throws IOException {
    ReceivedFile file = entry.file();
    Path content = work.content(folder, entry);
    Path named = work.named(file, content);
    try {
      Applying.Request request = request(file, named, mapping);
      SingleFile opened = Applying.open(request);
      file = withPart(file, opened);
      FileTable.Entry same = again(entry) ? null : same(file);
      if (same != null) {
        LocalDate day = otherDay(file, same);
        if (day == null) {
          return repeated(folder, entry, same);
        }
        file = ReceivedFile.newBuilder(file).setPart(day.toString()).build();
      }
      tell(file);
      files.put(file, false, entry.place());
      FactTables facts = new FactTables(index.sql());
      long receipt = file.getReceipt();
      long[] n = {0};
      Applying.Outcome outcome =
          new Applying(index.sql())
              .apply(request, opened, (fact, isNew) -> facts.enqueue(receipt, n[0]++, fact));
      refuseTooMany(file, outcome);
      ReceivedFile read = read(file, outcome);
      FileTable.Entry applied = Objects.requireNonNull(files.get(file.getReceipt()));
      files.put(read, applied.standing(), entry.place());
      index.sql().commit();
      sent.put(file.getReceipt(), 0L);
      return read;
    } catch (InputException e) {
      index.sql().rollback();
      return quarantine(folder, file, content, String.valueOf(e.getMessage()));
    } catch (Sql.Failure | Away e) {
      index.sql().rollback();
      throw e;
    } catch (RuntimeException | StackOverflowError e) {
      // A mistake of the program, but no reason to stop: the other files go on.
      index.sql().rollback();
      return quarantine(
          folder, file, content, file.getName() + ": cannot be read (" + kind(e) + ")");
    } finally {
      work.unnamed(named);
    }
  }

  /** The topics cannot be reached: no fault of a file. */
  public static final class Away extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Away(RuntimeException cause) {
      super(cause.getMessage(), cause);
    }
  }

  private void tell(ReceivedFile file) {
    try {
      outlet.send(file, List.of());
    } catch (RuntimeException e) {
      throw new Away(e);
    }
  }

  private static String kind(Throwable problem) {
    StackTraceElement[] trace = problem.getStackTrace();
    return problem.getClass().getSimpleName() + (trace.length == 0 ? "" : " in " + trace[0]);
  }

  private Applying.Request request(ReceivedFile file, Path content, TenantMapping mapping) {
    return new Applying.Request(
        file.getReceipt(),
        file.getTenant(),
        file.getName(),
        content,
        mapping,
        plan.zones().apply(file.getTenant()),
        file.getReceivedAt());
  }

  private static void refuseTooMany(ReceivedFile file, Applying.Outcome outcome) {
    if (file.getSource() == FileSource.UPLOAD && outcome.read().rows() > MOST_ROWS) {
      throw new InputException(
          file.getName()
              + String.format(
                  ": has more than %,d rows; put it into the intake folder", MOST_ROWS));
    }
  }

  /** Whether a file is read again that was read before. */
  private static boolean again(FileTable.Entry entry) {
    return !Objects.requireNonNull(entry.place()).startsWith(Work.WORK);
  }

  private static ReceivedFile withPart(ReceivedFile file, SingleFile opened) {
    if (opened.isIgnored() || opened.hasFacts() || opened.form().moment() == null) {
      return file;
    }
    return ReceivedFile.newBuilder(file).setPart(opened.form().moment().toString()).build();
  }

  /** Returns the day whose expectation a file answers that looks like an earlier one, or null. */
  private @Nullable LocalDate otherDay(ReceivedFile file, FileTable.Entry same) {
    return !file.getPart().isEmpty() || same.file().getName().equals(file.getName())
        ? null
        : expecting.opens(file.getTenant(), file.getName(), now());
  }

  /** Returns the standing file with the same content, or null. */
  private FileTable.@Nullable Entry same(ReceivedFile file) {
    for (FileTable.Entry one : files.ofContent(file.getTenant(), file.getSha256())) {
      if (one.standing()
          && one.file().getReceipt() != file.getReceipt()
          && one.file().getPart().equals(file.getPart())) {
        return one;
      }
    }
    return null;
  }

  /** Ends a file whose content was received before. Only the index tells of it. */
  private ReceivedFile repeated(IntakeFolder folder, FileTable.Entry entry, FileTable.Entry same)
      throws IOException {
    ReceivedFile file = entry.file();
    ReceivedFile done =
        ReceivedFile.newBuilder(file)
            .setState(FileState.DONE)
            .setReason(
                "The same content was received before as "
                    + same.file().getName()
                    + "; nothing has changed.")
            .setChangedAt(now())
            .build();
    files.put(done, false, null);
    index.sql().commit();
    work.drop(folder, file);
    return done;
  }

  private ReceivedFile read(ReceivedFile file, Applying.Outcome outcome) {
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
        .setChangedAt(now())
        .build();
  }

  /** Sends what is left to be sent of a file. */
  private void send(ReceivedFile file) {
    long receipt = file.getReceipt();
    if (!sent.containsKey(receipt)) {
      ReceivedFile last = outlet.last(file);
      sent.put(receipt, last != null && last.getReceipt() == receipt ? last.getSent() : 0);
    }
    long from = Objects.requireNonNull(sent.remove(receipt));
    FactTables facts = new FactTables(index.sql());
    while (from < file.getToSend()) {
      List<org.apache.avro.specific.SpecificRecord> next = facts.next(receipt, from, CHUNK);
      // If this fails, nobody knows whether it is on the topics, and the topic is asked.
      outlet.send(
          ReceivedFile.newBuilder(file).setSent(from + next.size()).setChangedAt(now()).build(),
          next);
      from += next.size();
    }
    sent.put(receipt, from);
  }

  private void archive(IntakeFolder folder, ReceivedFile file) throws IOException {
    FileTable.Entry entry = Objects.requireNonNull(files.get(file.getReceipt()));
    ReceivedFile done =
        ReceivedFile.newBuilder(file)
            .setState(FileState.DONE)
            .setSent(file.getToSend())
            .setChangedAt(now())
            .build();
    Journal journal = new Journal(folder.archive());
    String mapping = journal.keep(file.getTenant(), mappingOf(folder, file));
    java.time.ZoneId zone = plan.zones().apply(file.getTenant());
    // The line is first: a file in the archive without one would be forgotten by a rebuild.
    journal.add(new Journal.Line(done, mapping, zone == null ? "" : zone.getId()));
    work.move(work.content(folder, entry), journal.content(file));
    outlet.send(done, List.of());
    sayReplaced(done);
    expecting.answer(file.getTenant(), file.getName(), file.getReceipt(), now());
    files.put(done, entry.standing(), Work.ARCHIVE + folder.tag(plan.state()));
    new FactTables(index.sql()).dequeue(file.getReceipt());
    index.sql().commit();
    work.drop(folder, file);
    sent.remove(file.getReceipt());
    if (folder.impliesFeeds()) {
      told.add(file.getTenant());
    }
  }

  /** Returns the mapping that a file was read by. */
  private String mappingOf(IntakeFolder folder, ReceivedFile file) {
    org.visitbalance.ingest.FactMaker.StoredFile stored = files.stored(file.getReceipt());
    return stored == null ? mapping(folder, file.getName()).text() : stored.form().mapping();
  }

  private ReceivedFile quarantine(
      IntakeFolder folder, ReceivedFile file, Path content, String reason) throws IOException {
    ReceivedFile refused =
        ReceivedFile.newBuilder(file)
            .setState(FileState.QUARANTINED)
            .setReason(reason)
            .setChangedAt(now())
            .build();
    Path place = folder.quarantine().resolve(Journal.place(file));
    if (content.startsWith(folder.archive())) {
      // It stands as it was read before, and a rebuild must find it there.
      work.copy(content, place);
    } else {
      work.move(content, place);
    }
    Files.writeString(place.resolveSibling(place.getFileName() + ".reason.txt"), reason + "\n");
    Journal journal = new Journal(folder.archive());
    journal.add(new Journal.Line(refused, journal.keep(file.getTenant(), ""), ""));
    outlet.send(refused, List.of());
    sayReplaced(refused);
    files.put(refused, false, Work.QUARANTINE + folder.tag(plan.state()));
    index.sql().commit();
    work.drop(folder, file);
    return refused;
  }

  /** Says on the topic which refused files need no more work, because another one came. */
  private void sayReplaced(ReceivedFile file) {
    for (ReceivedFile old : replaced(file, now())) {
      // The new record of the same key has taken the place of the old one.
      if (!old.getSha256().equals(file.getSha256()) || !old.getPart().equals(file.getPart())) {
        outlet.send(old, List.of());
      }
    }
  }

  /**
   * Notes that refused files need no more work: the same content was read or refused again, or a
   * file of the same name was read.
   */
  private List<ReceivedFile> replaced(ReceivedFile file, Instant at) {
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

  /**
   * Says what a file is and what it would change, and changes nothing.
   *
   * @param name its name, without a folder
   * @param draft an entry of a mapping that is being written, by which the file is read; null: it
   *     is read as it would be if it came
   */
  public synchronized Preview preview(
      String tenant, String name, byte[] bytes, @Nullable String draft) throws IOException {
    IntakeFolder folder = folderOf(tenant);
    String sha = Sha256.hex(bytes);
    Path content = work.put(PREVIEW, checked(name, bytes), bytes);
    // An archive has no columns to choose from
    boolean isOpened = Archive.is(name);
    try {
      ReceivedFile file =
          ReceivedFile.newBuilder()
              .setTenant(tenant)
              .setSha256(sha)
              .setPart("")
              .setReceipt(nextReceipt())
              .setName(name)
              .setSize(bytes.length)
              .setSource(FileSource.UPLOAD)
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
      Previewing counting = new Previewing();
      if (Archive.is(name)) {
        List<Path> inner = Archive.unpack(content, name, work.unpacking(file), folder::ignores);
        for (Path one : inner) {
          ReceivedFile received = inner(file, one);
          Applying.Request request = request(received, one, mapping(folder, received.getName()));
          preview(folder, received, request, Applying.open(request), counting);
          file = ReceivedFile.newBuilder(file).setReceipt(file.getReceipt() + 1).build();
        }
        return counting.of(sha, name, inArchive(inner.size()));
      }
      Applying.Request request =
          request(file, content, draft == null ? mapping(folder, name) : draft(draft, name));
      SingleFile opened = Applying.open(request);
      isOpened = true;
      preview(folder, file, request, opened, counting);
      return counting.of(sha, name, null).with(draft == null ? null : Surveyor.of(content, draft));
    } catch (InputException e) {
      return Previewing.refused(sha, name, String.valueOf(e.getMessage()))
          .with(draft == null && isOpened ? null : Surveyor.of(content, draft));
    } finally {
      index.sql().rollback();
      work.remove(content);
      work.remove(work.unpacking());
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

  private void preview(
      IntakeFolder folder,
      ReceivedFile file,
      Applying.Request request,
      SingleFile opened,
      Previewing counting) {
    ReceivedFile whole = withPart(file, opened);
    FileTable.Entry same = same(whole);
    files.put(whole, false, Work.WORK + folder.tag(plan.state()));
    Applying.Outcome outcome = new Applying(index.sql()).apply(request, opened, counting);
    refuseTooMany(whole, outcome);
    counting.take(same == null ? null : same.file().getName(), outcome);
  }

  /**
   * Receives a file that a person sends; the next {@link #look} reads it.
   *
   * @param by the user
   */
  public synchronized ReceivedFile submit(String tenant, String name, byte[] bytes, String by)
      throws IOException {
    IntakeFolder folder = folderOf(tenant);
    return received(work.upload(folder, checked(name, bytes), bytes, nextReceipt(), now(), by));
  }

  private static String checked(String name, byte[] bytes) {
    if (bytes.length > MOST_BYTES) {
      throw new InputException("the file is larger than 64 MiB; put it into the intake folder");
    } else if (!Archive.isUsable(name)) {
      throw new InputException("the name of the file cannot be used; rename the file");
    }
    return name;
  }

  private IntakeFolder folderOf(String tenant) {
    return plan.folders().stream()
        .filter(folder -> folder.tenant().equals(tenant))
        .findFirst()
        .orElseThrow(() -> new InputException("there is no intake folder of the tenant " + tenant));
  }

  /**
   * Reads a file again that was read or refused before, after its mapping has changed; the next
   * {@link #look} does so.
   *
   * @param sha its SHA-256, or the first 8 or more digits of it
   * @param by who wants it
   * @throws InputException if there is no such file, or a later version of it stands
   */
  public synchronized ReceivedFile again(String tenant, String sha, String by) throws IOException {
    FileTable.Entry entry = files.find(tenant, sha);
    if (entry == null || entry.place() == null) {
      throw new InputException("no file with the SHA-256 " + sha + " was received");
    }
    ReceivedFile file = entry.file();
    if (file.getState() == FileState.RECEIVED || file.getState() == FileState.READ) {
      throw new InputException(file.getName() + ": is being read");
    }
    FileTable.Entry standing = files.standing(tenant, file.getName());
    if (standing != null
        && standing.file().getReceipt() > file.getReceipt()
        && !standing.file().getSha256().equals(file.getSha256())) {
      throw new InputException(file.getName() + ": a later file of that name stands");
    }
    ReceivedFile again =
        ReceivedFile.newBuilder(file)
            .setReceipt(nextReceipt())
            .setState(FileState.RECEIVED)
            .setReason(null)
            .setSent(0)
            .setToSend(0)
            .setChangedAt(now())
            .setBy(by)
            .build();
    files.put(again, false, entry.place());
    index.sql().commit();
    return again;
  }

  /**
   * Returns the refused files that can be read again: the company's mapping has changed since, and
   * fits them now. Only the newest are looked at.
   */
  public synchronized List<ReceivedFile> readable(String tenant) throws IOException {
    CompanyMapping company = companyMapping(tenant);
    List<ReceivedFile> readable = new ArrayList<>();
    if (company == null) {
      return readable;
    }
    for (FileTable.Entry entry : files.refused(tenant, MOST_REFUSED)) {
      ReceivedFile file = entry.file();
      if (company.since().isAfter(file.getChangedAt())
          && company.mapping().fits(file.getName())
          && opens(entry, company.mapping())) {
        readable.add(file);
      }
    }
    return readable;
  }

  private boolean opens(FileTable.Entry entry, TenantMapping mapping) throws IOException {
    IntakeFolder folder =
        folders.get(Objects.requireNonNull(entry.place()).substring(Work.QUARANTINE.length()));
    if (folder == null) {
      return false;
    }
    Path content = work.content(folder, entry);
    Path named = work.named(entry.file(), content);
    try {
      return Files.exists(content) && Applying.open(request(entry.file(), named, mapping)) != null;
    } catch (InputException e) {
      return false;
    } finally {
      work.unnamed(named);
    }
  }

  /** Returns the files that should have come as of the last look, the oldest first. */
  public List<MissingFile> missing() {
    return missing;
  }

  /**
   * Gives up a file that will not come, so that what waits for it goes on.
   *
   * @param match the pattern of its name, as the intake file has it
   * @param by who says so
   * @throws InputException if it is not expected, or has come
   */
  public synchronized void acceptGap(String tenant, String match, LocalDate day, String by)
      throws IOException {
    if (!expecting.giveUp(tenant, match, day, by, now())) {
      throw new InputException("no file " + match + " is missing for " + day);
    }
    show();
  }

  /**
   * Gives up a file that was refused and that nobody will correct.
   *
   * @param sha its SHA-256, or the first 8 or more digits of it
   * @param by who says so
   * @throws InputException if no such file stands refused
   */
  public synchronized void giveUp(String tenant, String sha, String by) throws IOException {
    FileTable.Entry entry = files.find(tenant, sha);
    if (entry == null || entry.file().getState() != FileState.QUARANTINED) {
      throw new InputException("no file with the SHA-256 " + sha + " stands refused");
    }
    ReceivedFile givenUp =
        ReceivedFile.newBuilder(entry.file())
            .setState(FileState.GIVEN_UP)
            .setChangedAt(now())
            .setBy(by)
            .build();
    Journal journal = new Journal(work.folder(Objects.requireNonNull(entry.place())).archive());
    journal.add(new Journal.Line(givenUp, journal.keep(tenant, ""), ""));
    outlet.send(givenUp, List.of());
    files.put(givenUp, false, entry.place());
    index.sql().commit();
  }

  /** Returns the newest files, of one tenant or of all. */
  public synchronized List<ReceivedFile> files(@Nullable String tenant, int most) {
    return files.newest(tenant, most).stream().map(FileTable.Entry::file).toList();
  }

  /** Returns how it stood at the last look. */
  public IntakeStatus status() {
    return status;
  }

  private void show() {
    missing = expecting.missing(now());
    status =
        new IntakeStatus(
            noticing.values().stream().mapToInt(Noticing::waiting).sum(),
            files.unfinished().size(),
            files.count(FileState.DONE),
            files.count(FileState.QUARANTINED));
  }

  /** Returns the tenants whose files are read here. */
  public java.util.SortedSet<String> tenants() {
    java.util.SortedSet<String> tenants = new java.util.TreeSet<>();
    plan.folders().forEach(folder -> tenants.add(folder.tenant()));
    return tenants;
  }

  @Override
  public synchronized void close() {
    index.close();
  }
}
