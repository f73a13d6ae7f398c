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
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
      "A made-up company's files of a week are put into the folder at once. Then the time"
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

  /** A Monday. */
  private static final LocalDate FIRST_DAY = LocalDate.of(2026, 3, 2);

  private static final int DAYS_PER_WEEK = 7;
  private static final String PATIENTS = "patients.csv";
  private static final String FEEDS = "feeds.csv";
  private static final Pattern NIGHT = Pattern.compile("\\d{4}-\\d{2}-\\d{2}");

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
      description = "Days with visits of each week (default: 5)")
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
      description = "Rounds, each with the files of the next week (default: 3)")
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
    Path root = Measuring.folder("intake");
    try (BrokerProcess broker = BrokerProcess.start(PARTITIONS)) {
      Map<String, Object> clients = broker.clients();
      TopologyOptions.Serdes serdes = ValueSerdes.of(clients)::forClass;
      TopicProvisioner.create(clients, "", PARTITIONS, Topic.Time.SIMULATION);
      Path folder = Files.createDirectories(root.resolve("in"));
      Path company = Files.createDirectories(root.resolve("company"));
      List<Path> deliveries = deliveries(company);
      IntakeFolder place =
          new IntakeFolder(
              folder,
              TENANT,
              company.resolve("mapping.yaml"),
              Duration.ofSeconds(1),
              IntakeFolder.IGNORED,
              null,
              Files.createDirectories(root.resolve("archive")),
              Files.createDirectories(root.resolve("quarantine")),
              List.of(),
              false,
              false);
      try (FactProducer producer = new FactProducer(clients, serdes, "")) {
        producer.settings(company().settings().get(0));
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

  /** A company of as many weeks as there are rounds, with visits on some days of each. */
  private Scenario company() {
    return new Scenario(
        Preset.CLINIC
            .options()
            .with()
            .clinics(clinics, 2)
            .firstDay(FIRST_DAY)
            .days(rounds * DAYS_PER_WEEK)
            .daysPerWeek(nights)
            .visitsPerDay(visits)
            .exportable()
            .build());
  }

  /** The files of each round, in a folder of its own. */
  private List<Path> deliveries(Path company) throws IOException {
    ExtractFiles.write(company(), company, ExtractStyle.USUAL);
    List<Path> deliveries = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      deliveries.add(Files.createDirectory(company.resolve("round-" + round)));
    }
    for (Path file : csvFiles(company)) {
      String name = String.valueOf(file.getFileName());
      Matcher night = NIGHT.matcher(name);
      if (night.find()) {
        long week = FIRST_DAY.until(LocalDate.parse(night.group()), ChronoUnit.WEEKS);
        if (week < rounds) {
          Files.move(file, deliveries.get((int) week).resolve(name));
        }
      }
    }
    grow(company, deliveries);
    return deliveries;
  }

  /**
   * Lists that are complete each time keep their names: the patients of all files so far, and how
   * far each system was complete on each day so far.
   */
  private static void grow(Path company, List<Path> deliveries) throws IOException {
    List<String> patients = Files.readAllLines(company.resolve(PATIENTS));
    List<String> feeds = Files.readAllLines(company.resolve(FEEDS));
    Set<String> cells = new HashSet<>(Set.of(cell(patients.get(0))));
    for (int round = 0; round < deliveries.size(); round++) {
      Path delivery = deliveries.get(round);
      for (Path file : csvFiles(delivery)) {
        for (String line : Files.readAllLines(file)) {
          cells.addAll(List.of(line.split(",")));
        }
      }
      Files.write(
          delivery.resolve(PATIENTS),
          patients.stream().filter(line -> cells.contains(cell(line))).toList());
      int known = (feeds.size() - 1) * (round + 1) / deliveries.size();
      Files.write(delivery.resolve(FEEDS), feeds.subList(0, 1 + known));
    }
  }

  private static String cell(String line) {
    return line.substring(0, line.indexOf(','));
  }

  private static List<Path> csvFiles(Path folder) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(file -> file.toString().endsWith(".csv")).sorted().toList();
    }
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
    List<Path> delivered = csvFiles(from);
    for (Path file : delivered) {
      try (Stream<String> lines = Files.lines(file)) {
        rows += lines.count() - 1;
      }
    }
    long begun = System.nanoTime();
    long worked = Measuring.cpuNanos();
    for (Path file : delivered) {
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
    page.askWhetherFilled();
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
