package org.visitbalance.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.visitbalance.platform.serde.ValueSerdes;
import org.visitbalance.service.BalancingService;
import org.visitbalance.service.FactProducer;
import org.visitbalance.service.TopicProvisioner;
import org.visitbalance.topology.Observer;
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
      "VISIT_BALANCE_TOKEN_KEY must be set to the key of the tokens that stand for visits.",
      "",
      "Exit status: 0 stopped, 2 it cannot run, or it could not go on."
    })
final class ServeCommand implements Callable<Integer> {
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
    Map<String, Object> clients = cluster.clients();
    TopologyOptions.Serdes serdes = ValueSerdes.of(clients)::forClass;
    int partitions = TopicProvisioner.partitions(clients, cluster.prefix());
    TopologyOptions options =
        new TopologyOptions(
            cluster.prefix(),
            serdes,
            TokenKey.required(),
            partitions,
            presentFrom == null ? Instant.now() : presentFrom,
            Duration.ofDays(retentionDays),
            false,
            TopologyOptions.DATES_PER_TICK,
            Observer.NONE);
    CountDownLatch stopped = new CountDownLatch(1);
    PrintWriter out = spec.commandLine().getOut();
    try (BalancingService service =
            BalancingService.start(
                options, clients, state, (problem, goesOn) -> heard(problem, goesOn, stopped));
        FactProducer producer = new FactProducer(clients, serdes, cluster.prefix());
        Clock clock = noClock ? Clock.NONE : Clock.start(producer, partitions)) {
      Thread hook = new Thread(() -> close(clock, producer, service), "stop");
      Runtime.getRuntime().addShutdownHook(hook);
      out.printf("visit-balance: serving %d partitions%n", partitions);
      out.flush();
      stopped.await();
      service.check();
    }
    return Main.OK;
  }

  private void heard(Throwable problem, boolean goesOn, CountDownLatch stopped) {
    PrintWriter err = spec.commandLine().getErr();
    Throwable cause = problem.getCause() == null ? problem : problem.getCause();
    err.printf(
        "visit-balance: %s; %s%n",
        cause.getMessage(), goesOn ? "trying again, nothing is lost" : "the service stops");
    err.flush();
    if (!goesOn) {
      stopped.countDown();
    }
  }

  private static void close(Clock clock, FactProducer producer, BalancingService service) {
    clock.close();
    producer.close();
    service.close();
  }
}
