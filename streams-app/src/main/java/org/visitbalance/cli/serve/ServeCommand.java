package org.visitbalance.cli.serve;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.visitbalance.cli.Closeables;
import org.visitbalance.cli.ClusterOptions;
import org.visitbalance.cli.Environment;
import org.visitbalance.cli.ExitStatus;
import org.visitbalance.cli.Logs;
import org.visitbalance.cli.Stopping;
import org.visitbalance.cli.TokenKey;
import org.visitbalance.cli.intake.RunningIntake;
import org.visitbalance.platform.PeriodicTask;
import org.visitbalance.platform.Sentences;
import org.visitbalance.platform.registry.RegistryException;
import org.visitbalance.platform.serde.ValueSerdes;
import org.visitbalance.service.Access;
import org.visitbalance.service.BalancingService;
import org.visitbalance.service.BoundedStores;
import org.visitbalance.service.FactProducer;
import org.visitbalance.service.NewestVisitIds;
import org.visitbalance.service.RunStart;
import org.visitbalance.service.TopicProvisioner;
import org.visitbalance.topology.ProgressListener;
import org.visitbalance.topology.TopologyOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs the service on a cluster. */
@Command(
    name = "serve",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Balances continuously: reads facts from Kafka topics and writes balances and discrepancies.",
      "",
      "Runs until it is stopped; a stop or a crash at any moment neither loses nor duplicates"
          + " anything. Several instances share the partitions. The topics must exist: see the"
          + " topics command.",
      ""
    },
    optionListHeading = "%nOptions:%n",
    footer = {
      "",
      "Set VISIT_BALANCE_TOKEN_KEY to the secret key that turns visits into tokens;"
          + " bin/visit-balance token-key makes one. The page and the API are at"
          + " http://127.0.0.1:8080; docs/operating.md lists the settings that change this and more.",
      "",
      "Exit status: 0 stopped, 2 cannot run or could not go on."
    })
public final class ServeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ClusterOptions cluster;

  @Option(
      names = "--state",
      paramLabel = "DIR",
      required = true,
      description = "Folder for the state of this instance; rebuilt from the topics if it is lost")
  private Path state;

  @Option(
      names = "--retention",
      paramLabel = "DAYS",
      defaultValue = "400",
      description = "Days of business dates to keep in state (default: 400)")
  private int retentionDays;

  @Option(
      names = "--store-memory",
      paramLabel = "MIB",
      defaultValue = "256",
      description =
          "Memory for the stores of this instance, in MiB, besides Java's heap (default: 256)")
  private int storeMemory;

  @Option(
      names = "--no-clock",
      description = "Do not send clock ticks, because another instance or a simulation sends them")
  private boolean noClock;

  @Option(
      names = "--present-from",
      paramLabel = "INSTANT",
      description =
          "Treat ticks before INSTANT as history, at which nothing is evaluated (default: the start"
              + " of this run)")
  private @Nullable Instant presentFrom;

  @Option(
      names = "--intake",
      paramLabel = "FILE",
      description =
          "Also read the files of the folders that this intake file names, and take files in the"
              + " browser (default: off)")
  private @Nullable Path intake;

  @Option(
      names = "--intake-state",
      paramLabel = "DIR",
      description =
          "Folder for the index of --intake and for files at work, on the file system of its folders"
              + " (required with --intake)")
  private @Nullable Path intakeState;

  @SuppressWarnings("NullAway.Init")
  ServeCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    if (retentionDays < 1) {
      throw new ParameterException(
          spec.commandLine(),
          "--retention must be at least 1 day, or everything would leave at once");
    }
    if (presentFrom != null && !noClock && presentFrom.isAfter(Instant.now())) {
      throw new ParameterException(
          spec.commandLine(),
          "--present-from is in the future, and nothing would be evaluated until then; only with"
              + " --no-clock can the present be another one");
    }
    Environment environment = cluster.environment();
    Logs.begin(environment);
    QueryService.Plan wanted = QueryService.plan(environment, ServeCommand::heard);
    if ((intake == null) != (intakeState == null)) {
      throw new ParameterException(
          spec.commandLine(), "--intake=FILE and --intake-state=DIR require each other");
    }
    if (storeMemory < BoundedStores.LEAST_BYTES >> 20) {
      throw new ParameterException(
          spec.commandLine(),
          "--store-memory must be at least " + (BoundedStores.LEAST_BYTES >> 20) + " (MiB)");
    }
    Map<String, Object> clients = cluster.clients();
    Map<String, Object> streams = new HashMap<>(clients);
    streams.put(BoundedStores.BYTES, Long.toString((long) storeMemory << 20));
    ValueSerdes values = ValueSerdes.of(clients);
    TopologyOptions.Serdes serdes = values::forClass;
    int partitions =
        TopicProvisioner.partitions(cluster.clientsSoon(), cluster.prefix(), Access.SERVE);
    CountDownLatch stopped = new CountDownLatch(1);
    PrintWriter out = spec.commandLine().getOut();
    try (Closeables opened = new Closeables()) {
      Stopping.closes(opened);
      String key = tokenKey(environment, clients, serdes);
      TopologyOptions options =
          new TopologyOptions(
              cluster.prefix(),
              serdes,
              key,
              partitions,
              presentFrom(),
              Duration.ofDays(retentionDays),
              false,
              TopologyOptions.DATES_PER_TICK,
              ProgressListener.NONE,
              null);
      BalancingService service =
          opened.open(
              () ->
                  BalancingService.prepare(
                      options,
                      streams,
                      state,
                      (problem, goesOn) -> heard(problem, goesOn, stopped)));
      FactProducer producer =
          opened.open(() -> new FactProducer(clients, serdes, cluster.prefix()));
      PeriodicTask clock =
          noClock ? null : ClockTicker.of(producer, service, HostName.of(System.getenv()));
      RunningIntake files = intake(opened, clients, serdes);
      QueryService.Plan plan = wanted == null ? null : wanted.with(files);
      // The web parts start first: if the port is taken, other instances keep their partitions.
      QueryService web =
          plan == null
              ? null
              : opened.open(
                  () ->
                      QueryService.start(
                          plan,
                          new QueryService.Cluster(
                              clients, serdes, cluster.prefix(), values::trouble),
                          QueryService.database(environment, state),
                          service,
                          clock));
      String heap = HeapCheck.problem();
      if (heap != null) {
        out.println("visit-balance: warning: " + heap);
        log().warn("{}", heap);
      }
      service.begin();
      AutoCloseable unused = opened.open(() -> started(clock, producer));
      out.printf("visit-balance: serving %d partitions%n", partitions);
      if (plan != null && web != null) {
        out.printf(
            "visit-balance: http%s://%s:%d/%n",
            plan.place().keystore() == null ? "" : "s", plan.place().host(), web.port());
      }
      out.flush();
      log().atInfo().addKeyValue("partitions", partitions).log("serving");
      stopped.await();
      service.check();
    } catch (CancellationException e) {
      // It was stopped while it was starting.
    }
    return ExitStatus.OK;
  }

  private Supplier<Instant> presentFrom() {
    Instant given = presentFrom;
    return given == null ? RunStart.now(InstantSource.system()) : () -> given;
  }

  private @Nullable RunningIntake intake(
      Closeables opened, Map<String, Object> clients, TopologyOptions.Serdes serdes) {
    Path file = intake;
    Path folder = intakeState;
    return file == null || folder == null
        ? null
        : opened.open(() -> RunningIntake.start(clients, serdes, cluster.prefix(), file, folder));
  }

  /** Starts the clock. At the end, its last tick does not wait for a cluster that is gone. */
  private static AutoCloseable started(@Nullable PeriodicTask clock, FactProducer producer) {
    if (clock != null) {
      clock.start();
    }
    return () -> {
      log().info("stopping");
      if (clock != null) {
        clock.stop();
      }
      producer.close();
      if (clock != null) {
        clock.close();
      }
    };
  }

  /** Waits for the schema registry, because a stored token cannot be checked without it. */
  private String tokenKey(
      Environment environment, Map<String, Object> clients, TopologyOptions.Serdes serdes)
      throws InterruptedException {
    for (boolean isSaid = false; ; isSaid = true) {
      try {
        return TokenKey.ofInstallation(
            environment,
            "visit tokens are derived from this secret key; anyone who knows the key can trace"
                + " tokens back to visits",
            () -> NewestVisitIds.read(clients, serdes, cluster.prefix()),
            log()::warn);
      } catch (RegistryException e) {
        if (!isSaid) {
          log().warn("{}; retrying", Sentences.of(e));
        }
        TimeUnit.SECONDS.sleep(1);
      }
    }
  }

  /**
   * Not a constant: every call of the program creates this command, and starting the log takes
   * time.
   */
  private static Logger log() {
    return LoggerFactory.getLogger(ServeCommand.class);
  }

  private static void heard(Exception problem) {
    // Log the place and not the message: a message may contain what was requested.
    String where =
        Arrays.stream(problem.getStackTrace())
            .filter(frame -> frame.getClassName().startsWith("org.visitbalance."))
            .findFirst()
            .map(StackTraceElement::toString)
            .orElse("");
    log()
        .atError()
        .addKeyValue("problem", problem.getClass().getSimpleName())
        .addKeyValue("where", where)
        .log("a request could not be answered");
  }

  private static void heard(Throwable problem, boolean goesOn, CountDownLatch stopped) {
    Throwable cause = problem.getCause() == null ? problem : problem.getCause();
    log()
        .atLevel(goesOn ? Level.WARN : Level.ERROR)
        .addKeyValue("problem", cause.getClass().getSimpleName())
        .log(
            "{}; {}",
            Sentences.of(problem),
            goesOn ? "retrying; nothing is lost" : "the service stops");
    if (!goesOn) {
      stopped.countDown();
    }
  }
}
