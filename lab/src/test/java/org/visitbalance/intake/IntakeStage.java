package org.visitbalance.intake;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.h2.engine.SessionLocal;
import org.h2.jdbc.JdbcConnection;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVStoreException;
import org.jspecify.annotations.Nullable;
import org.visitbalance.core.Facts;
import org.visitbalance.output.AccessEntry;
import org.visitbalance.output.FileState;
import org.visitbalance.output.ReceivedFile;
import org.visitbalance.platform.Folders;

/** An intake with one folder, a clock that a test sets, and topics in memory. */
final class IntakeStage implements AutoCloseable {
  static final String TENANT = "T1";

  /** What the topics have. */
  static final class Topics implements Outlet {
    final List<SpecificRecord> facts = new ArrayList<>();
    final Map<String, ReceivedFile> files = new HashMap<>();
    final List<ReceivedFile> told = new ArrayList<>();
    final List<AccessEntry> entries = new ArrayList<>();

    /** How many facts each call had. */
    final List<Integer> sizes = new ArrayList<>();

    /** So many more calls succeed; then one fails, before or after it has reached the topics. */
    int good = Integer.MAX_VALUE;

    boolean failsAfterwards;

    @Override
    public void send(List<ReceivedFile> states, List<SpecificRecord> more) {
      boolean fails = good-- == 0;
      if (fails && !failsAfterwards) {
        throw new IllegalStateException("the cluster is away");
      }
      facts.addAll(more);
      sizes.add(more.size());
      states.forEach(file -> files.put(key(file), file));
      told.addAll(states);
      if (fails) {
        throw new IllegalStateException("the answer is lost");
      }
    }

    @Override
    public void send(List<ReceivedFile> states, List<SpecificRecord> more, List<AccessEntry> said) {
      send(states, more);
      entries.addAll(said);
    }

    @Override
    public @Nullable ReceivedFile last(ReceivedFile file) {
      return files.get(key(file));
    }

    private static String key(ReceivedFile file) {
      return file.getTenant() + "|" + file.getSha256() + "|" + file.getPart();
    }

    @Override
    public void close() {}
  }

  final Topics topics = new Topics();
  final Path root;
  final Path inbox;
  final Path archive;
  final Path quarantine;
  final String tenant;
  private final Path mapping;
  @Nullable ZoneId zone;
  private final List<Expectation> expectations;
  boolean impliesFeeds;
  boolean isMappingOptional;
  IntakeFolder.@Nullable Messages messages;
  Instant now;

  /** The company's mapping on its topic. */
  @Nullable CompanyMapping company;

  Intake intake;

  IntakeStage(Path root, String tenant, @Nullable ZoneId zone, String mapping) throws IOException {
    this(root, tenant, zone, mapping, List.of());
  }

  IntakeStage(
      Path root,
      String tenant,
      @Nullable ZoneId zone,
      String mapping,
      List<Expectation> expectations)
      throws IOException {
    this(root, tenant, zone, mapping, expectations, Instant.parse("2027-01-15T12:00:00Z"));
  }

  IntakeStage(
      Path root,
      String tenant,
      @Nullable ZoneId zone,
      String mapping,
      List<Expectation> expectations,
      Instant now)
      throws IOException {
    this.now = now;
    this.root = root;
    this.tenant = tenant;
    this.zone = zone;
    this.expectations = expectations;
    inbox = Files.createDirectories(root.resolve("inbox"));
    archive = root.resolve("archive");
    quarantine = root.resolve("quarantine");
    this.mapping = Files.writeString(root.resolve("mapping.yaml"), mapping);
    intake = opened();
  }

  private Intake opened() throws IOException {
    IntakeFolder folder =
        new IntakeFolder(
            inbox,
            tenant,
            mapping,
            Duration.ZERO,
            IntakeFolder.IGNORED,
            null,
            archive,
            quarantine,
            expectations,
            impliesFeeds,
            isMappingOptional,
            messages);
    return Intake.open(
        new IntakePlan(root.resolve("state"), List.of(folder), any -> zone, any -> company),
        topics,
        () -> now);
  }

  void mapping(String text) throws IOException {
    Files.writeString(mapping, text);
  }

  /** Delivers a file and lets intake do all it can. */
  void deliver(String name, String text) throws IOException {
    put(name, text);
    intake.look();
  }

  void put(String name, String text) throws IOException {
    Files.writeString(inbox.resolve(name), text);
  }

  /** Ends the process and begins another one. */
  void restart() throws IOException {
    intake.close();
    intake = opened();
  }

  /**
   * Ends the process as kill -9 does, so that only what is in files is left; begins another one.
   */
  void kill() throws IOException {
    Path state = root.resolve("state");
    Path left = root.resolve("left");
    try (Stream<Path> all = Files.walk(state)) {
      for (Path one : all.toList()) {
        Path unused = Files.copy(one, left.resolve(state.relativize(one)));
      }
    }
    intake.close();
    Folders.delete(state);
    Path unused = Files.move(left, state);
    intake = opened();
  }

  /** Lets the file of the index fail at the next use, as a full disk does. */
  @SuppressWarnings("PMD.CloseResource") // To close it would let H2 go on.
  void failToWriteTheIndex() throws SQLException {
    Connection connection =
        DriverManager.getConnection("jdbc:h2:file:" + root.resolve("state/index"));
    SessionLocal session = (SessionLocal) connection.unwrap(JdbcConnection.class).getSession();
    MVStoreException full = new MVStoreException(DataUtils.ERROR_WRITING_FAILED, "full");
    full.initCause(new IOException("No space left on device"));
    try {
      session.getDatabase().getStore().getMvStore().panic(full);
    } catch (MVStoreException e) {
      // So it begins.
    }
  }

  /** The newest state of a file. */
  ReceivedFile file(String name) throws IOException {
    return intake.files(tenant, 1000).stream()
        .filter(file -> file.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  FileState state(String name) throws IOException {
    return file(name).getState();
  }

  /** What stands on the topics. */
  Map<String, SpecificRecord> standing() {
    return standing(topics.facts);
  }

  static Map<String, SpecificRecord> standing(List<SpecificRecord> facts) {
    Map<String, SpecificRecord> standing = new TreeMap<>();
    for (SpecificRecord fact : facts) {
      standing.merge(
          FactTables.entity(fact), fact, (old, one) -> Facts.stands(one, old) ? one : old);
    }
    return standing;
  }

  @Override
  public void close() {
    intake.close();
  }
}
