package org.visitbalance.intake;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.visitbalance.ingest.InputException;
import org.visitbalance.output.FileSource;
import org.visitbalance.output.FileState;
import org.visitbalance.output.ReceivedFile;
import org.visitbalance.platform.Folders;

/**
 * Takes the files of some folders, each once, and sends their facts (ADR 25). Whatever happens, a
 * call of {@link #look} goes on where the last one stopped, also in another process. Thread-safe.
 */
public final class Intake implements AutoCloseable {
  /** What a message and its place in the index take, and more. */
  private static final int ROOM = 1 << 20;

  /** The most bytes of a file that a person may send. */
  public static final int MOST_BYTES = 64 << 20;

  /** The most rows of a file that a person may send. */
  public static final long MOST_ROWS = 500_000;

  /** So many looks at most may come between two that give back space. */
  private static final int MOST_UNTIDY = 10;

  private final IntakePlan plan;
  private final Outlet outlet;
  private final InstantSource time;
  private final Map<String, IntakeFolder> folders = new LinkedHashMap<>();
  private final Map<String, Noticing> noticing = new LinkedHashMap<>();
  private final Work work;
  private final Expecting expecting;
  private Index index;
  private Desk desk;
  private Advancing advancing;
  private Telling telling;
  private MessageLogs logs;
  private MessageDesk messages;

  /** Messages so far, and looks since the index has given back space. */
  private long tidied;

  private int untidied;
  private MessageFiles files;

  /** Whether the index has to be opened again before it is used. */
  private boolean isBroken;

  /** Whether a file may have been claimed that the index does not know. */
  private boolean isAstray;

  /** What was true a moment ago: who asks does not wait for a file that is being read. */
  private volatile IntakeStatus status = new IntakeStatus(0, 0, 0, 0, 0);

  private volatile List<MissingFile> missing = List.of();

  private Intake(IntakePlan plan, Outlet outlet, InstantSource time) throws IOException {
    this.plan = plan;
    this.outlet = outlet;
    this.time = time;
    for (IntakeFolder folder : plan.folders()) {
      folders.put(folder.tag(plan.state()), folder);
      noticing.put(folder.tag(plan.state()), new Noticing(folder, plan.state()));
    }
    Folders.createOwn(plan.state());
    work = new Work(plan.state(), folders);
    expecting = Expecting.open(plan, time.instant());
    index = Index.open(plan.state());
    begin();
  }

  /** Begins with an index that was opened just now. */
  private void begin() throws IOException {
    desk = new Desk(plan, outlet, time, work, expecting, index.sql());
    logs = new MessageLogs(desk);
    messages = new MessageDesk(desk, logs);
    files = new MessageFiles(desk, messages);
    advancing = new Advancing(desk, files);
    telling = new Telling(desk);
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
        long unused = intake.catchUp();
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
    begin();
    return catchUp();
  }

  private long catchUp() throws IOException {
    return new Replaying(desk, logs).catchUp(folders.values());
  }

  /** Takes up files that were claimed before something failed, or the process ended. */
  private void adopt() throws IOException {
    for (Work.Claimed claimed : work.claimed()) {
      if (desk.files().get(claimed.receipt()) == null) {
        ReceivedFile unused = desk.received(claimed);
      }
    }
    desk.sql().commit();
  }

  /** Something that is done with the index. */
  private interface Use<T> {
    T of() throws IOException;
  }

  /**
   * Uses the index. If its file cannot be written, as on a full disk, the next use opens it again
   * and brings it to the state of the archive, as a new process would.
   */
  private <T> T using(Use<T> use) throws IOException {
    try {
      if (isBroken) {
        index.end();
        index = Index.open(plan.state());
        begin();
        long unused = catchUp();
        adopt();
        isBroken = false;
      }
      return use.of();
    } catch (Sql.Failure e) {
      if (!e.isOfFile()) {
        throw e;
      }
      isBroken = true;
      throw new IOException("the index in the state folder cannot be written", e);
    }
  }

  /**
   * Looks once: takes the files that are whole, and does what there is to do.
   *
   * @return whether a file was taken or came further
   */
  public synchronized boolean look() throws IOException {
    return using(this::lookOnce);
  }

  private boolean lookOnce() throws IOException {
    logs.settle();
    if (isAstray) {
      adopt();
      isAstray = false;
    }
    boolean moved = false;
    IOException trouble = null;
    for (Map.Entry<String, Noticing> one : noticing.entrySet()) {
      IntakeFolder folder = Objects.requireNonNull(folders.get(one.getKey()));
      try {
        moved |= take(folder, one.getValue());
      } catch (IOException e) {
        trouble = e;
        isAstray = true;
      }
      desk.sql().commit();
    }
    show();
    try {
      moved |= advancing.all(this::ended);
    } finally {
      // Also while a mapping is bad and files wait.
      telling.sayMissing();
    }
    telling.sayComplete();
    show();
    if (!moved && !isBusy()) {
      desk.sql().tidy();
    }
    if (trouble != null) {
      throw trouble;
    }
    return moved;
  }

  /** Returns whether messages come, which must not wait for space; after a while, they have to. */
  private boolean isBusy() {
    long now = messages.accepted();
    boolean isBusy = now > tidied && untidied < MOST_UNTIDY;
    untidied = isBusy ? untidied + 1 : 0;
    tidied = now;
    return isBusy;
  }

  private boolean take(IntakeFolder folder, Noticing noticed) throws IOException {
    boolean moved = false;
    for (Path file : work.inOrder(folder, noticed.look(time.instant()))) {
      FileSource source =
          plan.arrivals().of(folder.path(), Noticing.NAME.apply(file), Files.size(file));
      ReceivedFile unused =
          desk.received(work.claim(folder, file, source, desk.nextReceipt(), desk.now()));
      noticed.taken(file);
      if (folder.doneFile() != null) {
        Files.deleteIfExists(noticed.companion(Noticing.NAME.apply(file)));
      }
      moved = true;
    }
    return moved;
  }

  private void ended(List<ReceivedFile> all) {
    all.forEach(telling::ended);
    show();
  }

  /** The topics cannot be reached: no fault of a file. */
  public static final class Away extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public Away(RuntimeException cause) {
      super(cause.getMessage(), cause);
    }
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
    IntakeFolder folder = desk.folderOf(tenant);
    return using(() -> new Previews(desk, files).of(folder, checked(name, bytes), bytes, draft));
  }

  /**
   * Receives a file that a person sends; the next {@link #look} reads it.
   *
   * @param by the user
   */
  public synchronized ReceivedFile submit(String tenant, String name, byte[] bytes, String by)
      throws IOException {
    IntakeFolder folder = desk.folderOf(tenant);
    return using(
        () -> {
          ReceivedFile file =
              desk.received(
                  work.upload(
                      folder, checked(name, bytes), bytes, desk.nextReceipt(), desk.now(), by));
          desk.sql().commit();
          return file;
        });
  }

  private static String checked(String name, byte[] bytes) {
    if (bytes.length > MOST_BYTES) {
      throw new InputException("the file is larger than 64 MiB; put it into the intake folder");
    } else if (!Archive.isUsable(name)) {
      throw new InputException("the name of the file cannot be used; rename the file");
    }
    return name;
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
    return using(
        () -> {
          ReceivedFile again = new Rereading(desk).again(tenant, sha, by);
          desk.sql().commit();
          return again;
        });
  }

  /**
   * Files whose times were read in another time zone than they would be now.
   *
   * @param zone the other one; of several, that of the oldest file
   */
  public record OtherZone(long files, ZoneId zone) {}

  /** Returns which standing files were read in another time zone; null for none. */
  public synchronized @Nullable OtherZone otherZone(String tenant) throws IOException {
    return using(() -> Optional.ofNullable(new Rereading(desk).otherZone(tenant))).orElse(null);
  }

  /**
   * Reads all files again that were read in another time zone; the next {@link #look} does so.
   *
   * @param by who wants it
   * @return how many
   */
  public synchronized long againInZone(String tenant, String by) throws IOException {
    return using(
        () -> {
          long count = new Rereading(desk).againInZone(tenant, by);
          desk.sql().commit();
          return count;
        });
  }

  /**
   * Returns the refused files that can be read again: what they are read by, the company's mapping
   * or that of the folder, has changed since, and fits them now. Only the newest are looked at.
   */
  public synchronized List<ReceivedFile> readable(String tenant) throws IOException {
    return using(() -> new Rereading(desk).readable(tenant));
  }

  /**
   * Accepts messages that were received together: they are in the archive, and their facts on the
   * topics, when this returns.
   *
   * @return the answers, in the order of the messages
   * @throws Away if the topics cannot be reached; nothing is accepted then
   */
  public synchronized List<MessageAnswer> accept(
      MessageListener listener, List<ReceivedMessage> all) throws IOException {
    return using(() -> messages.accept(listener, all));
  }

  /**
   * Asks again what accepting messages needs: the index, the archive of each folder, and, where
   * something was left open, the topics. Accepts nothing.
   *
   * @throws Away if the topics cannot be reached
   */
  public synchronized void checkMessages() throws IOException {
    boolean unused =
        using(
            () -> {
              logs.settle();
              return true;
            });
    requireRoom(plan.state());
    for (IntakeFolder folder : plan.folders()) {
      requireRoom(folder.archive());
    }
  }

  /** A full disk lets files be opened and cut, so something is written. */
  private static void requireRoom(Path folder) throws IOException {
    Path probe = Files.createTempFile(folder, ".room", "");
    try {
      Files.write(probe, new byte[ROOM]);
    } finally {
      Files.delete(probe);
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
    if (!expecting.giveUp(tenant, match, day, by, desk.now())) {
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
    boolean unused =
        using(
            () -> {
              FileTable.Entry entry = desk.files().find(tenant, sha);
              if (entry == null || entry.file().getState() != FileState.QUARANTINED) {
                throw new InputException("no file with the SHA-256 " + sha + " stands refused");
              }
              new Ending(desk).giveUp(entry, by);
              return true;
            });
  }

  /** Returns the newest files, of one tenant or of all. */
  public synchronized List<ReceivedFile> files(@Nullable String tenant, int most)
      throws IOException {
    return using(
        () -> desk.files().newest(tenant, most).stream().map(FileTable.Entry::file).toList());
  }

  /** Returns how it stood at the last look. */
  public IntakeStatus status() {
    return status;
  }

  private void show() {
    missing = expecting.missing(desk.now());
    status =
        new IntakeStatus(
            noticing.values().stream().mapToInt(Noticing::waiting).sum(),
            noticing.values().stream().mapToInt(Noticing::others).sum(),
            desk.files().unfinished().size(),
            desk.files().count(FileState.DONE),
            desk.files().count(FileState.QUARANTINED));
  }

  /** Returns the tenants whose files are read here. */
  public SortedSet<String> tenants() {
    SortedSet<String> tenants = new TreeSet<>();
    plan.folders().forEach(folder -> tenants.add(folder.tenant()));
    return tenants;
  }

  @Override
  public synchronized void close() {
    index.close();
  }
}
