package org.visitbalance.cli.intake;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.visitbalance.cli.Closeables;
import org.visitbalance.cli.ClusterOptions;
import org.visitbalance.cli.ExitStatus;
import org.visitbalance.cli.HealthOptions;
import org.visitbalance.cli.Logs;
import org.visitbalance.cli.Stopping;
import org.visitbalance.intake.Intake;
import org.visitbalance.intake.IntakeFolder;
import org.visitbalance.intake.IntakePlan;
import org.visitbalance.intake.IntakeRequests;
import org.visitbalance.intake.hl7.Hl7Entry;
import org.visitbalance.intake.sftp.SftpEntry;
import org.visitbalance.platform.serde.ValueSerdes;
import org.visitbalance.service.Access;
import org.visitbalance.service.TopicProvisioner;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Reads what systems deliver; see docs/intake.md. */
@Command(
    name = "intake",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Reads the files that systems deliver into folders, each once, and sends their facts.",
      "",
      "Runs beside serve until it is stopped. A crash loses nothing and sends nothing twice. Files"
          + " that cannot be read go to the quarantine with a text that says why; the others go"
          + " on.",
      "",
      "A first intake file:",
      "",
      "  folders:",
      "    - path: /srv/intake/harbor",
      "      tenant: HARBOR",
      "      mapping: /etc/visit-balance/harbor-mapping.yaml",
      "      archive: /srv/intake/archive",
      "      quarantine: /srv/intake/quarantine",
      ""
    },
    optionListHeading = "%nOptions:%n",
    commandListHeading = "%nCommands:%n",
    footer = {
      "",
      "Examples:",
      "  bin/visit-balance intake check intake.yaml",
      "  bin/visit-balance intake --config cluster.properties --intake intake.yaml --state"
          + " /srv/intake/state",
      "  bin/visit-balance intake again 3fa9c0d1 --tenant HARBOR --state /srv/intake/state",
      "",
      "docs/intake.md describes the intake file and what happens to a file.",
      "",
      "Exit status: 0 stopped, 2 cannot run."
    })
public final class IntakeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ClusterOptions cluster;

  @Option(
      names = "--intake",
      paramLabel = "FILE",
      description = "Intake file: which folders are read and how (required)")
  private @Nullable Path intake;

  @Option(
      names = "--state",
      paramLabel = "DIR",
      description =
          "Folder for the index and for files at work, on the file system of the folders"
              + " (required)")
  private @Nullable Path state;

  @Mixin private HealthOptions health;

  @SuppressWarnings("NullAway.Init")
  IntakeCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    IntakeFile file = IntakeFile.read(needed(intake, "--intake=FILE"));
    Path folder = needed(state, "--state=DIR");
    Logs.begin(cluster.environment());
    Map<String, Object> clients = cluster.clients();
    TopicProvisioner.partitions(cluster.clientsSoon(), cluster.prefix(), Access.INTAKE);
    CountDownLatch stopped = new CountDownLatch(1);
    try (Closeables opened = new Closeables()) {
      Stopping.closes(opened);
      IntakeHealth door = opened.open(() -> IntakeHealth.at(health.host(), health.port()));
      RunningIntake running =
          opened.open(
              () ->
                  RunningIntake.start(
                      clients, ValueSerdes.of(clients)::forClass, cluster.prefix(), file, folder));
      door.begin(running);
      PrintWriter out = spec.commandLine().getOut();
      out.printf(
          "visit-balance: reading the files of %s and %s, and %s%n",
          Hl7Command.counted(file.folders().size(), "folder"),
          Hl7Command.counted(file.sftp().size(), "SFTP server"),
          Hl7Command.counted(file.hl7().size(), "HL7 listener"));
      out.flush();
      stopped.await();
    } catch (CancellationException e) {
      // It was stopped while it was starting.
    }
    return ExitStatus.OK;
  }

  private <T> T needed(@Nullable T value, String option) {
    if (value == null) {
      throw new ParameterException(spec.commandLine(), "Missing required option: '" + option + "'");
    }
    return value;
  }

  /** Checks an intake file. */
  @Command(
      name = "check",
      mixinStandardHelpOptions = true,
      description = {
        "Checks an intake file. Reports an error with its file, line, key and the allowed values;"
            + " lists keys and files that fetching by SFTP needs and that are not here.",
        "",
        "Exit status: 0 the file is valid, 2 it is not."
      })
  int check(@Parameters(paramLabel = "FILE", description = "Intake file") Path file) {
    PrintWriter out = spec.commandLine().getOut();
    IntakeFile read = IntakeFile.read(file);
    for (IntakeFolder folder : read.folders()) {
      out.printf("%s: tenant %s%n", folder.path(), folder.tenant());
    }
    PrintWriter err = spec.commandLine().getErr();
    for (Hl7Entry entry : read.hl7()) {
      Hl7Command.profile(entry.mapping()).check(entry.tenant());
      out.printf(
          "hl7 %s: tenant %s, %s, listens at %s:%d%n",
          entry.name(), entry.tenant(), entry.source(), entry.host(), entry.port());
    }
    for (SftpEntry entry : read.sftp()) {
      out.printf(
          "sftp %s: %s:%d into %s%n", entry.name(), entry.host(), entry.port(), entry.into());
      String missing = entry.missing(System.getenv());
      if (missing != null) {
        err.printf("visit-balance: sftp %s: %s%n", entry.name(), missing);
      }
    }
    out.flush();
    err.flush();
    return ExitStatus.OK;
  }

  /** What every request to a running intake needs. */
  static final class Asking {
    private static final String BY = System.getProperty("user.name", "operator");

    @Option(names = "--tenant", paramLabel = "NAME", required = true, description = "Its tenant")
    private String tenant;

    @Option(names = "--state", paramLabel = "DIR", required = true, description = "State folder")
    private Path state;

    @Option(
        names = "--wait",
        paramLabel = "SECONDS",
        defaultValue = "10",
        description = "Longest time to wait for the intake's answer (default: 10)")
    private int wait;

    @SuppressWarnings("NullAway.Init")
    private Asking() {}
  }

  /** Asks a running intake to read a file again. */
  @Command(
      name = "again",
      mixinStandardHelpOptions = true,
      description = {
        "Reads a file again that was read or refused before, after its mapping has changed. The"
            + " running intake does so within a second or two; one that is not running does so when"
            + " it is started.",
        "",
        "Exit status: 0 done, or written for an intake that is not running; 2 it cannot be done."
      })
  int again(
      @Parameters(paramLabel = "SHA", description = "SHA-256 of the file, or its first 8 digits")
          String sha,
      @Mixin Asking asking)
      throws IOException, InterruptedException {
    IntakeRequests requests = new IntakeRequests(asking.state);
    return told(requests.again(asking.tenant, sha, Asking.BY), asking.wait);
  }

  /** Asks a running intake to give up a file. */
  @Command(
      name = "accept-gap",
      mixinStandardHelpOptions = true,
      description = {
        "Gives up a file that is missing, so that its system counts as complete without it; or a"
            + " file that was refused and that nobody will correct, so that its alert ends. The"
            + " running intake does so within a second or two; one that is not running does so when"
            + " it is started.",
        "",
        "Exit status: 0 done, or written for an intake that is not running; 2 it cannot be done."
      })
  int acceptGap(
      @Parameters(
              paramLabel = "FILE",
              description =
                  "Of a missing file: its pattern in the intake file. Of a refused file: its"
                      + " SHA-256, or the first 8 digits")
          String match,
      @Parameters(
              paramLabel = "DAY",
              arity = "0..1",
              description = "Of a missing file: the day on which it was expected")
          @Nullable LocalDate day,
      @Mixin Asking asking)
      throws IOException, InterruptedException {
    IntakeRequests requests = new IntakeRequests(asking.state);
    return told(
        day == null
            ? requests.giveUp(asking.tenant, match, Asking.BY)
            : requests.acceptGap(asking.tenant, match, day, Asking.BY),
        asking.wait);
  }

  private int told(IntakeRequests.Asked asked, int seconds)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (!asked.isAnswered() && System.nanoTime() < end) {
      TimeUnit.MILLISECONDS.sleep(100);
    }
    boolean isDone = asked.isAnswered();
    if (isDone) {
      asked.take();
    }
    PrintWriter out = spec.commandLine().getOut();
    out.println(
        isDone
            ? "visit-balance: the intake has accepted it"
            : "visit-balance: no intake has answered yet; the request stays in the state folder,"
                + " and the intake does it when it is started, or when it has finished the file"
                + " that it reads now");
    out.flush();
    return ExitStatus.OK;
  }

  /** Makes the index from the archive. */
  @Command(
      name = "rebuild",
      mixinStandardHelpOptions = true,
      description = {
        "Deletes the index in the state folder and makes it again from the archives. Sends nothing."
            + " Stop the intake first.",
        "",
        "Exit status: 0 done, 2 the folders cannot be used."
      })
  int rebuild(
      @Option(names = "--intake", paramLabel = "FILE", required = true, description = "Intake file")
          Path file,
      @Option(names = "--state", paramLabel = "DIR", required = true, description = "State folder")
          Path folder)
      throws IOException {
    IntakePlan plan =
        new IntakePlan(folder, IntakeFile.read(file).folders(), any -> null, any -> null);
    try (Intake opened = Intake.open(plan, IntakeRequests.NOWHERE, InstantSource.system())) {
      long files = opened.rebuild();
      PrintWriter out = spec.commandLine().getOut();
      out.printf("receipts read from the archives: %,d%n", files);
      out.flush();
    }
    return ExitStatus.OK;
  }
}
