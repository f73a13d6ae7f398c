package org.visitbalance.cli.serve;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import org.visitbalance.cli.ClusterOptions;
import org.visitbalance.cli.ExitStatus;
import org.visitbalance.cli.Logs;
import org.visitbalance.platform.Deadline;
import org.visitbalance.platform.Patience;
import org.visitbalance.platform.serde.ValueSerdes;
import org.visitbalance.query.model.Database;
import org.visitbalance.query.model.Projector;
import org.visitbalance.query.model.Rebuild;
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
      "Fills new tables of the read model from the topics, and replaces the old ones with them.",
      "",
      "The service may keep running. It answers from the old tables until the new ones are as"
          + " current as those; then all of them are replaced at once. With an embedded read model,"
          + " a running serve uses the new tables from its next start on. If the rebuild fails or"
          + " is stopped, the old tables remain. It is safe to run again.",
      ""
    },
    optionListHeading = "%nOptions:%n",
    footer = {
      "",
      "Example:",
      "  bin/visit-balance read-model rebuild --config cluster.properties \\",
      "      --state /var/lib/visit-balance",
      "",
      "Exit status: 0 the tables were replaced, 2 they were not; the old ones remain."
    })
public final class ReadModelCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofHours(12);
  private static final Duration BREATH = Duration.ofSeconds(1);

  /** How long a problem of the cluster or the database may last. */
  private static final Duration TROUBLE = Duration.ofMinutes(1);

  /** How often it says how far it is. */
  private static final Duration WORD = Duration.ofSeconds(10);

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

  private Deadline lastGood = Deadline.in(TROUBLE);
  private Deadline nextWord = Deadline.in(WORD);
  private long total = 1;

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
    if (dryRun) {
      try (Database database = QueryService.database(cluster.environment(), state)) {
        show(database, out);
      }
    } else {
      rebuild(clients, out);
    }
    return ExitStatus.OK;
  }

  private static void show(Database database, PrintWriter out) {
    database.rows().forEach((table, rows) -> out.printf("%-18s %,12d%n", table, rows));
    out.flush();
  }

  private void rebuild(Map<String, Object> clients, PrintWriter out) {
    TopologyOptions.Serdes serdes = ValueSerdes.of(clients)::forClass;
    try (Rebuild rebuild = QueryService.rebuild(cluster.environment(), state);
        Projector filler = new Projector(rebuild.tables(), clients, serdes, cluster.prefix())) {
      filler.start();
      Patience.await("the tables to fill", PATIENCE, BREATH, () -> isFilled(filler, rebuild, out));
      show(rebuild.tables(), out);
      if (!rebuild.finish(filler)) {
        out.println(
            "The new tables are ready. serve has the old ones open; it uses the new ones from its"
                + " next start on.");
        out.flush();
      }
    }
  }

  private boolean isFilled(Projector filler, Rebuild rebuild, PrintWriter out) {
    String problem = filler.problem();
    if (problem == null) {
      lastGood = Deadline.in(TROUBLE);
    } else if (lastGood.isOver()) {
      throw new org.apache.kafka.common.KafkaException(
          "the tables could not be filled (" + problem + "); the old ones remain; run it again");
    }
    long behind = filler.behind();
    total = Math.max(total, behind);
    rebuild.progress(total - behind, total);
    int percent = (int) (100 * (total - behind) / total);
    if (nextWord.isOver()) {
      out.printf("%3d %% of %,d records%n", percent, total);
      out.flush();
      nextWord = Deadline.in(WORD);
    }
    return behind == 0;
  }
}
