package org.visitbalance.lab.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.visitbalance.cli.ExitStatus;
import org.visitbalance.cli.intake.RunningIntake;
import org.visitbalance.cli.serve.ClockTicker;
import org.visitbalance.cli.serve.QueryService;
import org.visitbalance.intake.IntakeFolder;
import org.visitbalance.platform.Folders;
import org.visitbalance.platform.PeriodicTask;
import org.visitbalance.platform.serde.ValueSerdes;
import org.visitbalance.query.access.Authenticator;
import org.visitbalance.query.http.ApiServer;
import org.visitbalance.query.model.Database;
import org.visitbalance.scenario.ExtractFiles;
import org.visitbalance.scenario.ExtractStyle;
import org.visitbalance.scenario.Preset;
import org.visitbalance.scenario.Scenario;
import org.visitbalance.service.BalancingService;
import org.visitbalance.service.FactProducer;
import org.visitbalance.service.TopicProvisioner;
import org.visitbalance.topology.ProgressListener;
import org.visitbalance.topology.Topic;
import org.visitbalance.topology.TopologyOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures the way of files from a folder into the tables of the page. */
@Command(
    name = "bench-intake",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Measures how long files take from the intake folder to the page.",
      "",
      "A made-up company's files of several nights are put into the folder at once. Then the time"
          + " is measured until all of them are read, their facts are balanced, and the tables of"
          + " the page have the results; and what intake costs while nothing comes. The broker"
          + " runs in its own process on this machine.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {"  bench-intake", "  bench-intake --clinics 10 --nights 3"})
public final class BenchIntakeCommand implements Callable<Integer> {
  private static final String TENANT = "T1";
  private static final String KEY = "bench-intake-has-no-secrets-to-keep-0123456789";
  private static final double NANOS = 1e9;
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final Duration BREATH = Duration.ofMillis(50);
  private static final int PARTITIONS = 4;

  @Spec private CommandSpec spec;

  @Option(
      names = "--clinics",
      paramLabel = "N",
      defaultValue = "60",
      description = "Clinics (default: 60)")
  private int clinics;

  @Option(
      names = "--nights",
      paramLabel = "N",
      defaultValue = "5",
      description = "Nights whose files come at once (default: 5)")
  private int nights;

  @Option(
      names = "--visits",
      paramLabel = "N",
      defaultValue = "20",
      description = "Average visits per clinic and day (default: 20)")
  private int visits;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "3",
      description = "Rounds, each with files of later nights (default: 3)")
  private int rounds;

  @Option(
      names = "--idle",
      paramLabel = "SECONDS",
      defaultValue = "30",
      description = "How long to measure while nothing comes (default: 30)")
  private int idle;

  @SuppressWarnings("NullAway.Init")
  BenchIntakeCommand() {}

  @Override
  public Integer call() throws Exception {
    Path root = Files.createTempDirectory("visit-balance-intake");
    try (BrokerProcess broker = BrokerProcess.start(PARTITIONS)) {
      Map<String, Object> clients = broker.clients();
      TopologyOptions.Serdes serdes = ValueSerdes.of(clients)::forClass;
      TopicProvisioner.create(clients, "", PARTITIONS, Topic.Time.SIMULATION);
      Path folder = Files.createDirectories(root.resolve("in"));
      List<Path> deliveries = deliveries(root);
      IntakeFolder place =
          new IntakeFolder(
              folder,
              TENANT,
              deliveries.get(0).resolve("mapping.yaml"),
              Duration.ofSeconds(1),
              IntakeFolder.IGNORED,
              null,
              Files.createDirectories(root.resolve("archive")),
              Files.createDirectories(root.resolve("quarantine")),
              List.of(),
              false,
              false);
      try (FactProducer producer = new FactProducer(clients, serdes, "")) {
        producer.settings(company(0).settings().get(0));
        producer.flush();
        try (BalancingService service = service(clients, serdes, root.resolve("state"));
            PeriodicTask clock = ClockTicker.of(producer, service, "bench");
            QueryService page = page(clients, serdes, service, clock);
            RunningIntake intake =
                RunningIntake.start(
                    clients,
                    serdes,
                    "",
                    List.of(place),
                    root.resolve("index"),
                    InstantSource.system())) {
          clock.start();
          Measuring.await(service, PATIENCE, BREATH, () -> service.trouble() == null);
          long files = 0;
          for (Path delivery : deliveries) {
            files = deliver(delivery, folder, files, service, page, intake);
          }
          idle();
        }
      }
    } finally {
      Folders.delete(root);
    }
    return ExitStatus.OK;
  }

  private Scenario company(int round) {
    return new Scenario(
        Preset.CLINIC
            .options()
            .with()
            .seed(round + 1L)
            .clinics(clinics, 2)
            .firstDay(LocalDate.of(2026, 3, 2).plusWeeks(round))
            .days(nights)
            .visitsPerDay(visits)
            .exportable()
            .build());
  }

  private List<Path> deliveries(Path root) throws IOException {
    List<Path> deliveries = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      Path folder = Files.createDirectories(root.resolve("company-" + round));
      ExtractFiles.write(company(round), folder, ExtractStyle.USUAL);
      deliveries.add(folder);
    }
    return deliveries;
  }

  /** Moves the files of a round into the folder; returns how many were delivered so far. */
  private long deliver(
      Path from,
      Path to,
      long before,
      BalancingService service,
      QueryService page,
      RunningIntake intake)
      throws IOException {
    long rows = 0;
    long files = before;
    List<Path> delivered;
    try (Stream<Path> all = Files.list(from)) {
      delivered = all.filter(file -> file.toString().endsWith(".csv")).sorted().toList();
    }
    for (Path file : delivered) {
      try (Stream<String> lines = Files.lines(file)) {
        rows += lines.count() - 1;
      }
    }
    long begun = System.nanoTime();
    long worked = Measuring.cpuNanos();
    for (Path file : delivered) {
      // A list that is complete each time keeps its name
      Files.move(file, to.resolve(file.getFileName()), StandardCopyOption.ATOMIC_MOVE);
      files++;
    }
    long wanted = files;
    Measuring.await(
        service,
        PATIENCE,
        BREATH,
        () -> intake.status().done() + intake.status().quarantined() >= wanted);
    double read = (System.nanoTime() - begun) / NANOS;
    Measuring.await(service, PATIENCE, BREATH, service::isBooked);
    Measuring.await(service, PATIENCE, BREATH, page::isFilled);
    say(
        "%d files, %,d rows: read and sent after %.1f s, on the page after %.1f s"
            + " (1 s of it to settle), %.1f s of CPU time in this process",
        delivered.size(),
        rows,
        read,
        (System.nanoTime() - begun) / NANOS,
        (Measuring.cpuNanos() - worked) / NANOS);
    return files;
  }

  private void idle() throws InterruptedException {
    long worked = intakeThreads();
    Thread.sleep(Duration.ofSeconds(idle).toMillis());
    say(
        "idle: the threads of intake used %.2f %% of a core in %d s",
        100 * (intakeThreads() - worked) / NANOS / idle, idle);
  }

  /** The CPU time of the threads of intake so far. */
  private static long intakeThreads() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long sum = 0;
    for (long id : threads.getAllThreadIds()) {
      ThreadInfo info = threads.getThreadInfo(id);
      if (info != null && info.getThreadName().startsWith("intake")) {
        sum += Math.max(0, threads.getThreadCpuTime(id));
      }
    }
    return sum;
  }

  private static BalancingService service(
      Map<String, Object> clients, TopologyOptions.Serdes serdes, Path state) {
    TopologyOptions options =
        new TopologyOptions(
            "",
            serdes,
            KEY,
            PARTITIONS,
            Instant.now(),
            TopologyOptions.RETENTION,
            false,
            TopologyOptions.DATES_PER_TICK,
            ProgressListener.NONE);
    return BalancingService.start(options, clients, state, (problem, goesOn) -> {});
  }

  private QueryService page(
      Map<String, Object> clients,
      TopologyOptions.Serdes serdes,
      BalancingService service,
      PeriodicTask clock) {
    QueryService.Plan plan =
        new QueryService.Plan(
            new ApiServer.Place("127.0.0.1", 0, null, null),
            Authenticator.NONE,
            PATIENCE,
            problem -> say("a request failed: %s", problem));
    return QueryService.start(
        plan, new QueryService.Cluster(clients, serdes, ""), Database.temporary(), service, clock);
  }

  @SuppressWarnings("AnnotateFormatMethod")
  private void say(String text, Object... values) {
    spec.commandLine().getOut().printf(text + "%n", values);
    spec.commandLine().getOut().flush();
  }
}
