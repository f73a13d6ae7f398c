package org.visitbalance.cli.serve;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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
import org.visitbalance.platform.Sentences;
import org.visitbalance.platform.registry.RegistryException;
import org.visitbalance.platform.serde.ValueSerdes;
import org.visitbalance.service.BalancingService;
import org.visitbalance.service.FactProducer;
import org.visitbalance.service.NewestVisitIds;
import org.visitbalance.service.TopicProvisioner;
import org.visitbalance.topology.ProgressListener;
import org.visitbalance.topology.TopologyOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The service on a cluster. */
@Command(
    name = "serve",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Balances continuously: facts on Kafka topics in, balances and discrepancies out.",
      "",
      "Runs until it is stopped; a stop or a crash at any moment loses and doubles nothing. Several"
          + " instances share the partitions. The topics have to be there: see the command topics.",
      ""
    },
    optionListHeading = "%nOptions:%n",
    footer = {
      "",
      "VISIT_BALANCE_TOKEN_KEY must be set to the secret key of the tokens that stand for visits;",
      "bin/visit-balance token-key makes one.",
      "The page and the API are on http://127.0.0.1:8080 unless VISIT_BALANCE_HTTP_PORT says",
      "something else; docs/operating.md has all that can be set.",
      "",
      "Exit status: 0 stopped, 2 it cannot run, or it could not go on."
    })
public final class ServeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ClusterOptions cluster;

  @Option(
      names = "--state",
      paramLabel = "DIR",
      required = true,
      description =
          "Where this instance keeps its state; what is lost there comes from the topics.")
  private Path state;

  @Option(
      names = "--retention",
      paramLabel = "DAYS",
      defaultValue = "400",
      description = "How long business dates are kept in state. Default: 400.")
  private int retentionDays;

  @Option(
      names = "--no-clock",
      description = "Send no ticks: another instance, or a simulation, does.")
  private boolean noClock;

  @Option(
      names = "--present-from",
      paramLabel = "INSTANT",
      description =
          "Ticks before this moment are history: nothing is judged at them. Default: the start.")
  private @Nullable Instant presentFrom;

  @SuppressWarnings("NullAway.Init")
  ServeCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    Environment environment = cluster.environment();
    Logs.begin(environment);
    QueryService.Plan plan = QueryService.plan(environment, ServeCommand::heard);
    Map<String, Object> clients = cluster.clients();
    ValueSerdes values = ValueSerdes.of(clients);
    TopologyOptions.Serdes serdes = values::forClass;
    int partitions = TopicProvisioner.partitions(clients, cluster.prefix());
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
              presentFrom == null ? Instant.now() : presentFrom,
              Duration.ofDays(retentionDays),
              false,
              TopologyOptions.DATES_PER_TICK,
              ProgressListener.NONE);
      BalancingService service =
          opened.open(
              () ->
                  BalancingService.prepare(
                      options,
                      clients,
                      state,
                      (problem, goesOn) -> heard(problem, goesOn, stopped)));
      FactProducer producer =
          opened.open(() -> new FactProducer(clients, serdes, cluster.prefix()));
      // A port that is taken is noticed before other instances give up partitions.
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
                          service));
      service.begin();
      ClockTicker unused =
          opened.open(() -> noClock ? ClockTicker.NONE : ClockTicker.start(producer, partitions));
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
      // It was told to end while it started.
    }
    return ExitStatus.OK;
  }

  /** Waits for the schema registry, without which nothing shows whose the key is. */
  private String tokenKey(
      Environment environment, Map<String, Object> clients, TopologyOptions.Serdes serdes)
      throws InterruptedException {
    for (boolean isSaid = false; ; isSaid = true) {
      try {
        return TokenKey.ofInstallation(
            environment,
            "visits are named by tokens of this secret key",
            () -> NewestVisitIds.read(clients, serdes, cluster.prefix()),
            log()::warn);
      } catch (RegistryException e) {
        if (!isSaid) {
          log().warn("{}; trying again", Sentences.of(e));
        }
        TimeUnit.SECONDS.sleep(1);
      }
    }
  }

  /**
   * Not a constant: a command is made for every call of the program, and logs take time to wake.
   */
  private static Logger log() {
    return LoggerFactory.getLogger(ServeCommand.class);
  }

  private static void heard(Exception problem) {
    // Where it happened, not what it says: a message may hold what was asked for.
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
            goesOn ? "trying again, nothing is lost" : "the service stops");
    if (!goesOn) {
      stopped.countDown();
    }
  }
}
