package org.visitbalance.lab.bench;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.visitbalance.cli.ExitStatus;
import org.visitbalance.cli.serve.QueryService;
import org.visitbalance.platform.Folders;
import org.visitbalance.platform.serde.ValueSerdes;
import org.visitbalance.query.access.Authenticator;
import org.visitbalance.query.http.ApiServer;
import org.visitbalance.query.model.Database;
import org.visitbalance.scenario.TimedFact;
import org.visitbalance.service.BalancingService;
import org.visitbalance.service.FactProducer;
import org.visitbalance.topology.TopologyOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures the topology against a broker in its own process. */
@Command(
    name = "bench-topology",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Measures the topology, with exactly-once processing.",
      "",
      "The broker runs in its own process on this machine.",
      "",
      "The facts are put on their topics; then the service starts and reads, evaluates and commits"
          + " all of them, the first ones to warm up, the rest measured. After that, facts arrive"
          + " at a steady rate, and a read-committed consumer measures how long probe facts take to"
          + " reach their balance. Finally the state is deleted and restored.",
      ""
    })
public final class BenchTopologyCommand implements Callable<Integer> {
  private static final double NANOS = 1e9;
  private static final double MICROS = 1e3;

  /** A company of twice as many days has these facts. */
  static final int DAYS = 90;

  private static final Duration PATIENCE = Duration.ofMinutes(15);

  /** Asking too often would slow the service down. */
  private static final Duration BREATH = Duration.ofMillis(300);

  @Spec private CommandSpec spec;

  @Option(
      names = "--facts",
      paramLabel = "N",
      defaultValue = "1000000",
      description = "Facts on the topics (default: 1000000)")
  private int facts;

  @Option(
      names = "--warm-up",
      paramLabel = "N",
      defaultValue = "500000",
      description =
          "Facts to process first, in the same processes, while Java compiles (default: 500000)")
  private int warmUp;

  @Mixin private PlanOptions options;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "2000",
      description = "Facts per second while latency is measured; 0 skips it (default: 2000)")
  private int rate;

  @Option(
      names = "--page",
      description =
          "Measure latency up to what the page shows, with an embedded read model, instead of up to"
              + " the committed balance")
  private boolean page;

  @Option(
      names = "--peer",
      paramLabel = "ROUNDS",
      defaultValue = "0",
      description =
          "Take turns with a page of plain Kafka Streams that only counts visits and charges by day"
              + " and location, in so many rounds, each on fresh topics, instead of the rest"
              + " (default: 0)")
  private int peer;

  @SuppressWarnings("NullAway.Init")
  BenchTopologyCommand() {}

  @Override
  public Integer call() throws Exception {
    Path state = Measuring.folder("bench");
    TopologyRun.Plan plan = options.plan();
    try (BrokerProcess broker = BrokerProcess.start(plan.partitions())) {
      if (peer > 0) {
        new PeerRounds(broker.clients(), plan, warmUp, facts, text -> say("%s", text))
            .run(peer, state);
      } else {
        measure(broker.clients(), new TopologyRun(broker.clients(), "", plan), state);
      }
    } finally {
      Folders.delete(state);
    }
    return ExitStatus.OK;
  }

  private void measure(Map<String, Object> clients, TopologyRun run, Path state) {
    TopologyOptions.Serdes serdes = ValueSerdes.of(clients)::forClass;
    BenchCompany company = new BenchCompany((long) facts + warmUp, 2 * DAYS);
    try (FactProducer producer = new FactProducer(clients, serdes, "");
        Stream<TimedFact> all = company.facts()) {
      company.settings().forEach(producer::settings);
      Iterator<TimedFact> next = all.iterator();
      if (warmUp > 0) {
        Instant end = produce(run, producer, next, warmUp);
        serve(run, state, producer, end, warmUp, "not measured: ").close();
      }
      Instant end = produce(run, producer, next, facts);
      try (BalancingService service = serve(run, state, producer, end, facts, "")) {
        if (rate > 0) {
          out().println(latency(clients, serdes, service, end));
        }
      }
      restore(run, state, end);
    }
  }

  private String latency(
      Map<String, Object> clients,
      TopologyOptions.Serdes serdes,
      BalancingService service,
      Instant end) {
    LatencyProbe probe = new LatencyProbe(clients, serdes, options.plan().partitions(), rate);
    if (!page) {
      return probe.run(end, service, "committed balance", LatencyProbe.onTopic(clients));
    }
    QueryService.Plan plan =
        new QueryService.Plan(
            new ApiServer.Place("127.0.0.1", 0, null, null),
            Authenticator.NONE,
            PATIENCE,
            problem -> say("a request failed: %s", problem));
    try (QueryService web =
        QueryService.start(
            plan,
            new QueryService.Cluster(clients, serdes, ""),
            Database.temporary(),
            service,
            null,
            () -> end)) {
      web.askWhetherFilled();
      Measuring.await(service, PATIENCE, BREATH, web::isFilled);
      return probe.run(
          end,
          service,
          "what the page shows",
          new PageLatencyProbe(web.port(), LocalDate.ofInstant(end, ZoneOffset.UTC)));
    }
  }

  /**
   * Starts the service again with an empty state folder and prints how long restoring the state
   * takes.
   */
  private void restore(TopologyRun run, Path state, Instant end) {
    Folders.delete(state);
    long begun = System.nanoTime();
    try (BalancingService service = run.start(state, end)) {
      Measuring.await(
          service,
          PATIENCE,
          BREATH,
          () -> service.counts().ofPatientFacts("facts-read") >= (long) warmUp + facts);
      say("state restored from the topics in %.1f s", (System.nanoTime() - begun) / NANOS);
    }
  }

  /** Starts the service, waits until it has processed all facts, and prints how long that took. */
  private BalancingService serve(
      TopologyRun run, Path state, FactProducer producer, Instant end, long taken, String remark) {
    WrittenRecords records = new WrittenRecords(run.clients(), "");
    WrittenRecords.Amount before = records.now();
    long worked = Measuring.cpuNanos();
    BalancingService service =
        run.serve(
            state,
            producer,
            end,
            taken,
            took -> {
              TopologyRun.Plan plan = options.plan();
              say("%sservice started after %.1f s", remark, took.started());
              say("%sall facts read after %.1f s more", remark, took.read());
              say(
                  "%s%,d facts read, evaluated and booked in %.1f s: %,.0f facts/s (commit %s ms,"
                      + " %s threads, %d partitions), %,d days live",
                  remark,
                  taken,
                  took.all(),
                  taken / took.all(),
                  plan.commitMs(),
                  plan.threads(),
                  plan.partitions(),
                  took.days());
            });
    say(
        "%sCPU time of this process: %.1f us a fact; state on disk: %,d MB",
        remark, (Measuring.cpuNanos() - worked) / MICROS / taken, Measuring.size(state) >> 20);
    WrittenRecords.Amount after = records.now();
    say(
        "%swritten to the broker: %.2f records and %.0f bytes a fact",
        remark,
        (after.records() - before.records()) / (double) taken,
        (after.bytes() - before.bytes()) / (double) taken);
    return service;
  }

  private Instant produce(
      TopologyRun run, FactProducer producer, Iterator<TimedFact> next, int count) {
    long begun = System.nanoTime();
    Instant end = run.produce(producer, next, count);
    say("%,d facts produced in %.1f s", count, (System.nanoTime() - begun) / NANOS);
    return end;
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  @SuppressWarnings("AnnotateFormatMethod")
  private void say(String text, Object... values) {
    out().printf(text + "%n", values);
    out().flush();
  }
}
