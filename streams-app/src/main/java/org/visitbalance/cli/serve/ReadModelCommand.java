package org.visitbalance.cli.serve;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import org.visitbalance.Main;
import org.visitbalance.cli.ClusterOptions;
import org.visitbalance.cli.Logs;
import org.visitbalance.platform.Patience;
import org.visitbalance.platform.serde.ValueSerdes;
import org.visitbalance.query.model.Database;
import org.visitbalance.query.model.Projector;
import org.visitbalance.topology.TopologyOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The read model: docs/read-model.md. */
@Command(
    name = "read-model",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Empties the tables of the read model and fills them from the topics again.",
      "",
      "Nothing is lost by it: all that stands in the tables comes from the topics. On PostgreSQL the"
          + " service may go on meanwhile, and its answers grow complete again; an embedded read model"
          + " is open in one process only, so stop serve first. Safe to run again.",
      ""
    },
    optionListHeading = "%nOptions:%n",
    footer = {
      "",
      "Example:",
      "  bin/visit-balance read-model rebuild --config cluster.properties --state /var/lib/visit-balance",
      "",
      "Exit status: 0 the tables have all that is on the topics, 2 they could not be filled."
    })
final class ReadModelCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofHours(12);

  @Spec private CommandSpec spec;
  @Mixin private ClusterOptions cluster;

  @Parameters(paramLabel = "rebuild", description = "What to do; there is only this.")
  private String what;

  @Option(
      names = "--state",
      paramLabel = "DIR",
      required = true,
      description =
          "The folder of serve; its embedded read model is meant unless"
              + " VISIT_BALANCE_READ_MODEL_URL names another.")
  private Path state;

  @Option(names = "--dry-run", description = "Show what is in the tables, and change nothing.")
  private boolean dryRun;

  @SuppressWarnings("NullAway.Init")
  ReadModelCommand() {}

  @Override
  public Integer call() {
    if (!what.equals("rebuild")) {
      throw new ParameterException(spec.commandLine(), "only 'rebuild' can be done");
    }
    Logs.begin(cluster.environment());
    Map<String, Object> clients = cluster.clientsSoon();
    PrintWriter out = spec.commandLine().getOut();
    try (Database database = QueryService.database(cluster.environment(), state)) {
      if (!dryRun) {
        fill(database, clients);
      }
      database.rows().forEach((table, rows) -> out.printf("%-18s %,12d%n", table, rows));
      out.flush();
    }
    return Main.OK;
  }

  private void fill(Database database, Map<String, Object> clients) {
    TopologyOptions.Serdes serdes = ValueSerdes.of(clients)::forClass;
    database.empty();
    try (Projector projector = new Projector(database, clients, serdes, cluster.prefix())) {
      projector.start();
      Patience.await(
          "the tables to be filled",
          PATIENCE,
          () -> projector.behind() == 0 || projector.problem() != null);
      String problem = projector.problem();
      if (problem != null) {
        throw new org.apache.kafka.common.KafkaException(
            "the tables could not be filled (" + problem + "); run it again");
      }
    }
  }
}
