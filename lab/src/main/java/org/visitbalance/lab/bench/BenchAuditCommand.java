package org.visitbalance.lab.bench;

import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.visitbalance.audit.InputLog;
import org.visitbalance.audit.Question;
import org.visitbalance.audit.Replay;
import org.visitbalance.cli.ExitStatus;
import org.visitbalance.core.Scope;
import org.visitbalance.platform.serde.ValueSerdes;
import org.visitbalance.scenario.TimedFact;
import org.visitbalance.service.FactProducer;
import org.visitbalance.topology.TopologyOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures an audit replay against a plain reader. */
@Command(
    name = "bench-audit",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Measures an audit replay.",
      "",
      "It is compared with a consumer that only polls and decodes the same topics. The two take"
          + " turns; the broker runs in its own process on this machine.",
      ""
    })
public final class BenchAuditCommand implements Callable<Integer> {
  private static final int ROUNDS = 3;
  private static final int DAYS = 90;
  private static final double NANOS = 1e9;

  /** The facts become known in the time of their company. */
  private static final Instant AFTER_ALL = Instant.parse("2100-01-01T00:00:00Z");

  @Spec private CommandSpec spec;

  @Option(
      names = "--facts",
      paramLabel = "N",
      defaultValue = "1000000",
      description = "Facts on the topics (default: 1000000)")
  private int facts;

  @Option(
      names = "--partitions",
      paramLabel = "N",
      defaultValue = "6",
      description = "Partitions per topic (default: 6)")
  private int partitions;

  @SuppressWarnings("NullAway.Init")
  BenchAuditCommand() {}

  @Override
  public Integer call() throws IOException {
    try (BrokerProcess broker = BrokerProcess.start(partitions)) {
      Map<String, Object> clients = broker.clients();
      TopologyOptions.Serdes serdes = ValueSerdes.of(clients)::forClass;
      String tenant = produce(clients, serdes);
      int threads = Runtime.getRuntime().availableProcessors();
      for (int round = 1; round <= ROUNDS; round++) {
        InputLog log = InputLog.upToNow(clients, "");
        long begun = System.nanoTime();
        long read = log.readOnly(serdes, threads);
        double raw = (System.nanoTime() - begun) / NANOS;
        Replay replay = new Replay(log, serdes, "bench", question(tenant));
        begun = System.nanoTime();
        replay.run(threads);
        double audit = (System.nanoTime() - begun) / NANOS;
        spec.commandLine()
            .getOut()
            .printf(
                "round %d: plain read %,.0f records/s, audit %,.0f facts/s, ratio %.2f%n",
                round, read / raw, replay.counts().read() / audit, raw / audit);
        spec.commandLine().getOut().flush();
      }
    }
    return ExitStatus.OK;
  }

  private static Question question(String tenant) {
    Scope month = new Scope(LocalDate.parse("2026-11-01"), LocalDate.parse("2026-11-30"), null);
    return new Question(tenant, month, List.of(AFTER_ALL), null);
  }

  private String produce(Map<String, Object> clients, TopologyOptions.Serdes serdes) {
    BenchCompany company = new BenchCompany(facts, DAYS);
    try (FactProducer producer = new FactProducer(clients, serdes, "");
        Stream<TimedFact> all = company.facts()) {
      company.settings().forEach(producer::settings);
      all.limit(facts).forEach(timed -> producer.fact(timed.fact(), timed.knownAt()));
      producer.flush();
    }
    return company.settings().get(0).getTenant();
  }
}
