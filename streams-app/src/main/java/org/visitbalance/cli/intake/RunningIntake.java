package org.visitbalance.cli.intake;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.visitbalance.cli.Closeables;
import org.visitbalance.ingest.InputException;
import org.visitbalance.intake.Intake;
import org.visitbalance.intake.IntakeName;
import org.visitbalance.intake.IntakePlan;
import org.visitbalance.intake.IntakeRequests;
import org.visitbalance.intake.KafkaOutlet;
import org.visitbalance.intake.sftp.SftpEntry;
import org.visitbalance.intake.sftp.SftpListener;
import org.visitbalance.intake.sftp.SftpPuller;
import org.visitbalance.output.FileSource;
import org.visitbalance.platform.PeriodicTask;
import org.visitbalance.query.request.FileDoor;
import org.visitbalance.service.TopicReader;
import org.visitbalance.settings.Settings;
import org.visitbalance.topology.Topics;
import org.visitbalance.topology.TopologyOptions;

/** An intake that reads until it is closed, in any process. */
public final class RunningIntake implements AutoCloseable {
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final Duration SETTINGS_PAUSE = Duration.ofMinutes(1);

  /** How an intake looks at its folders. */
  @FunctionalInterface
  interface Look {
    void at(Intake intake) throws IOException;
  }

  private final Closeables opened = new Closeables();
  private final Intake intake;
  private final PeriodicTask task;
  private final List<SftpPuller> pullers = new CopyOnWriteArrayList<>();

  private RunningIntake(
      Map<String, Object> clients,
      TopologyOptions.Serdes serdes,
      String prefix,
      IntakeFile file,
      Path state,
      Look look) {
    try {
      Map<String, ZoneId> zones = new ConcurrentHashMap<>();
      TopicReader settings = new TopicReader(clients, serdes, prefix);
      readZones(settings, zones);
      KafkaOutlet outlet =
          opened.open(() -> new KafkaOutlet(clients, serdes, prefix, IntakeName.of(state)));
      IntakePlan plan = new IntakePlan(state, file.folders(), zones::get, this::source);
      Intake begun = opened.open(() -> open(plan, outlet));
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
                requests.carryOut(begun);
                look.at(begun);
              });
      opened.open(task::start);
      PeriodicTask reading =
          new PeriodicTask("intake-settings", SETTINGS_PAUSE, () -> readZones(settings, zones));
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
    return start(clients, serdes, prefix, IntakeFile.read(file), state, Intake::look);
  }

  /** The same with a file that was read before, and its own way to look. */
  static RunningIntake start(
      Map<String, Object> clients,
      TopologyOptions.Serdes serdes,
      String prefix,
      IntakeFile file,
      Path state,
      Look look) {
    return new RunningIntake(clients, serdes, prefix, file, state, look);
  }

  private static SftpPuller puller(SftpEntry entry, Path state) {
    try {
      return SftpPuller.start(entry, System.getenv(), state.resolve("sftp"), NOBODY);
    } catch (IllegalArgumentException e) {
      throw new InputException("sftp " + entry.name() + ": " + e.getMessage(), e);
    }
  }

  /** What is fetched is in the log, and then in the folder. */
  private static final SftpListener NOBODY =
      new SftpListener() {
        @Override
        public void taken(Path file, long size) {}

        @Override
        public void left(String name, String why) {}
      };

  private FileSource source(Path folder, String name, long size) {
    return pullers.stream().anyMatch(one -> one.hasPut(folder, name, size))
        ? FileSource.SFTP
        : FileSource.FOLDER;
  }

  /** Returns what fetches the files of servers. */
  List<SftpPuller> pullers() {
    return pullers;
  }

  /** Returns what is wrong, in a sentence; null if nothing is. */
  @Nullable String problem() {
    PeriodicTask.Status status = task.status();
    List<String> problems = new ArrayList<>();
    if (status.problem() != null) {
      problems.add(status.sentence());
    }
    for (SftpPuller one : pullers) {
      String trouble = one.trouble();
      if (trouble != null) {
        problems.add("sftp " + one.name() + ": " + trouble);
      }
    }
    return problems.isEmpty() ? null : String.join("; ", problems);
  }

  private static Intake open(IntakePlan plan, KafkaOutlet outlet) {
    try {
      return Intake.open(plan, outlet, InstantSource.system());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void readZones(TopicReader reader, Map<String, ZoneId> zones) {
    reader.read(
        List.of(Topics.SETTINGS),
        (topic, key, value) -> {
          if (value instanceof Settings settings && settings.getZone() != null) {
            zones.put(settings.getTenant(), ZoneId.of(settings.getZone()));
          }
        });
  }

  /** Returns what takes the files that people send. */
  public FileDoor door() {
    return new IntakeDoor(intake);
  }

  Intake intake() {
    return intake;
  }

  /** How its looks go. */
  PeriodicTask task() {
    return task;
  }

  @Override
  public void close() {
    opened.close();
  }
}
