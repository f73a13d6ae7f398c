package org.visitbalance.cli.serve;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import org.visitbalance.cli.ClusterOptions;
import org.visitbalance.cli.ExitStatus;
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

/** Maintains the read model; see docs/read-model.md. */
@Command(
    name = "read-model",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Empties the tables of the read model and fills them again from the topics.",
      "",
      "Nothing is lost: everything in the tables comes from the topics. On PostgreSQL the service"
          + " may keep running; its answers are incomplete until the tables are full again. An"
          + " embedded read model can be open in one process only, so stop serve first. It is safe"
          + " to run again.",
      ""
    },
    optionListHeading = "%nOptions:%n",
    footer = {
      "",
      "Example:",
      "  bin/visit-balance read-model rebuild --config cluster.properties \\",
      "      --state /var/lib/visit-balance",
      "",
      "Exit status: 0 the tables are up to date with the topics, 2 they could not be filled."
    })
public final class ReadModelCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofHours(12);

  @Spec private CommandSpec spec;
  @Mixin private ClusterOptions cluster;

  @Parameters(paramLabel = "rebuild", description = "The action; rebuild is the only one")
  private String what;

  @Option(
      names = "--state",
      paramLabel = "DIR",
      required = true,
      description =
          "State folder of serve; its embedded read model is rebuilt unless"
              + " VISIT_BALANCE_READ_MODEL_URL is set")
  private Path state;

  @Option(names = "--dry-run", description = "Show the row counts of the tables and change nothing")
  private boolean dryRun;

  @SuppressWarnings("NullAway.Init")
  ReadModelCommand() {}

  @Override
  public Integer call() {
    if (!what.equals("rebuild")) {
      throw new ParameterException(spec.commandLine(), "unknown action; the only one is 'rebuild'");
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
    return ExitStatus.OK;
  }

  private void fill(Database database, Map<String, Object> clients) {
    TopologyOptions.Serdes serdes = ValueSerdes.of(clients)::forClass;
    database.empty();
    try (Projector projector = new Projector(database, clients, serdes, cluster.prefix())) {
      projector.start();
      Patience.await(
          "the tables to fill",
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
