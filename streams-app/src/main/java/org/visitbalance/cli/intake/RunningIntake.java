package org.visitbalance.cli.intake;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.visitbalance.cli.Closeables;
import org.visitbalance.ingest.InputException;
import org.visitbalance.ingest.TenantMapping;
import org.visitbalance.intake.CompanyMapping;
import org.visitbalance.intake.Intake;
import org.visitbalance.intake.IntakeFolder;
import org.visitbalance.intake.IntakeName;
import org.visitbalance.intake.IntakePlan;
import org.visitbalance.intake.IntakeRequests;
import org.visitbalance.intake.IntakeStatus;
import org.visitbalance.intake.KafkaOutlet;
import org.visitbalance.intake.MessageAnswer;
import org.visitbalance.intake.MessageListener;
import org.visitbalance.intake.ReceivedMessage;
import org.visitbalance.intake.hl7.Hl7Listeners;
import org.visitbalance.intake.hl7.Hl7Sink;
import org.visitbalance.intake.sftp.SftpEntry;
import org.visitbalance.intake.sftp.SftpListener;
import org.visitbalance.intake.sftp.SftpPuller;
import org.visitbalance.output.FileSource;
import org.visitbalance.platform.PeriodicTask;
import org.visitbalance.query.request.FileDoor;
import org.visitbalance.service.StoredMappings;
import org.visitbalance.topology.TopologyOptions;

/** An intake that reads until it is closed, in any process. */
public final class RunningIntake implements AutoCloseable {
  private static final Duration PAUSE = Duration.ofSeconds(1);

  /**
   * Shorter than a file needs to settle, so that a file is read with the settings of its moment.
   */
  private static final Duration SETTINGS_PAUSE = Duration.ofSeconds(15);

  /** Messages and people wait for what is asked of Kafka meanwhile. */
  private static final String KAFKA_PATIENCE_MS = "15000";

  /** What is fetched is in the log, and then in the folder. */
  private static final SftpListener NOBODY =
      new SftpListener() {
        @Override
        public void taken(Path file, long size) {}

        @Override
        public void left(String name, String why) {}
      };

  private final Closeables opened = new Closeables();
  private final Intake intake;
  private final PeriodicTask task;
  private final TenantZones zones;
  private final List<SftpPuller> pullers = new CopyOnWriteArrayList<>();
  private final Hl7Listeners listeners;

  /** What people have to correct before files go on; empty for nothing. */
  private volatile String trouble = "";

  private RunningIntake(
      Map<String, Object> given,
      TopologyOptions.Serdes serdes,
      String prefix,
      IntakeFile file,
      Path state,
      InstantSource time) {
    Map<String, Object> clients = new HashMap<>(given);
    clients.putIfAbsent("default.api.timeout.ms", KAFKA_PATIENCE_MS);
    zones = new TenantZones(clients, serdes, prefix);
    try {
      zones.read();
      KafkaOutlet outlet =
          opened.open(() -> new KafkaOutlet(clients, serdes, prefix, IntakeName.of(state), time));
      StoredMappings mappings = opened.open(() -> new StoredMappings(clients, serdes, prefix));
      IntakePlan plan =
          new IntakePlan(
              state,
              file.folders(),
              zones::of,
              tenant -> mapping(mappings.of(tenant)),
              this::source);
      Intake begun = opened.open(() -> open(plan, outlet, time));
      for (SftpEntry entry : file.sftp()) {
        pullers.add(opened.open(() -> puller(entry, state)));
      }
      IntakeRequests requests = new IntakeRequests(state);
      intake = begun;
      task =
          new PeriodicTask(
              "intake",
              PAUSE,
              () -> {
                // Of what is on the disk, in a simulation too.
                requests.carryOut(begun, InstantSource.system().instant());
                look(begun);
              });
      opened.open(task::start);
      listeners =
          opened.open(
              () ->
                  Hl7Listeners.start(
                      file.hl7(),
                      System.getenv(),
                      zones::of,
                      accepting(begun),
                      InstantSource.system()));
      PeriodicTask reading = new PeriodicTask("intake-settings", SETTINGS_PAUSE, zones::read);
      opened.open(reading::startLater);
    } catch (RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  /**
   * Starts an intake.
   *
   * @param file the intake file
   * @param state the folder of its index
   */
  public static RunningIntake start(
      Map<String, Object> clients,
      TopologyOptions.Serdes serdes,
      String prefix,
      Path file,
      Path state) {
    return start(clients, serdes, prefix, IntakeFile.read(file), state);
  }

  /**
   * The same with folders instead of an intake file.
   *
   * @param time when files come and what is late; in a simulation also when facts become known
   */
  public static RunningIntake start(
      Map<String, Object> clients,
      TopologyOptions.Serdes serdes,
      String prefix,
      List<IntakeFolder> folders,
      Path state,
      InstantSource time) {
    IntakeFile file = new IntakeFile(folders, List.of(), List.of());
    return new RunningIntake(clients, serdes, prefix, file, state, time);
  }

  /** The same with a file that was read before. */
  static RunningIntake start(
      Map<String, Object> clients,
      TopologyOptions.Serdes serdes,
      String prefix,
      IntakeFile file,
      Path state) {
    return new RunningIntake(clients, serdes, prefix, file, state, InstantSource.system());
  }

  private static Hl7Sink accepting(Intake intake) {
    return new Hl7Sink() {
      @Override
      public List<MessageAnswer> accept(MessageListener listener, List<ReceivedMessage> messages)
          throws IOException {
        return intake.accept(listener, messages);
      }

      @Override
      public void check() throws IOException {
        intake.checkMessages();
      }
    };
  }

  private static SftpPuller puller(SftpEntry entry, Path state) {
    try {
      return SftpPuller.start(entry, System.getenv(), state.resolve("sftp"), NOBODY);
    } catch (IllegalArgumentException e) {
      throw new InputException("sftp " + entry.name() + ": " + e.getMessage(), e);
    }
  }

  private FileSource source(Path folder, String name, long size) {
    return pullers.stream().anyMatch(one -> one.hasPut(folder, name, size))
        ? FileSource.SFTP
        : FileSource.FOLDER;
  }

  /** Looks once; says what people have to correct, when it changes. */
  private void look(Intake intake) throws IOException {
    try {
      intake.look();
      trouble = "";
    } catch (InputException e) {
      letWait(String.valueOf(e.getMessage()));
      throw e;
    } catch (IOException e) {
      letWait(IntakeDoor.UNWRITABLE);
      throw e;
    }
  }

  private void letWait(String says) {
    if (!says.equals(trouble)) {
      trouble = says;
      LoggerFactory.getLogger(RunningIntake.class)
          .atWarn()
          .addKeyValue("problem", says)
          .log("Files wait: {}", says);
    }
  }

  /** Returns a mapping that is on its topic; whoever wrote it may not have checked it. */
  private static @Nullable CompanyMapping mapping(StoredMappings.@Nullable Stored stored) {
    return stored == null
        ? null
        : new CompanyMapping(
            TenantMapping.of("company mapping", stored.document().getText()), stored.at());
  }

  private static Intake open(IntakePlan plan, KafkaOutlet outlet, InstantSource time) {
    try {
      return Intake.open(plan, outlet, time);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Looks now, and does not wait for the next second; when it returns, what was in the folders is
   * on the topics.
   */
  public void look() throws IOException {
    look(intake);
  }

  /** Returns what takes the files that people send. They are read with the newest settings. */
  public FileDoor door() {
    return new IntakeDoor(intake, zones::read);
  }

  /** Returns how it stands as of the last look. */
  public IntakeStatus status() {
    return intake.status();
  }

  Intake intake() {
    return intake;
  }

  /** Returns what fetches the files of servers. */
  List<SftpPuller> pullers() {
    return pullers;
  }

  /** Returns the port on which a listener waits for messages. */
  public int port(String listener) {
    return listeners.port(listener);
  }

  /** Returns what listens for messages. */
  Hl7Listeners listeners() {
    return listeners;
  }

  /** Returns why it does not go on, in words that show no content of a file; null if it does. */
  public @Nullable String problem() {
    PeriodicTask.Status status = task.status();
    List<String> problems = new ArrayList<>();
    if (status.problem() != null) {
      String waits = trouble;
      problems.add(waits.isEmpty() ? status.sentence() : "lets files wait: " + waits);
    }
    for (SftpPuller one : pullers) {
      String away = one.trouble();
      if (away != null) {
        problems.add("sftp " + one.name() + ": " + away);
      }
    }
    String messages = listeners.trouble();
    if (messages != null) {
      problems.add(messages);
    }
    return problems.isEmpty() ? null : String.join("; ", problems);
  }

  @Override
  public void close() {
    opened.close();
  }
}
