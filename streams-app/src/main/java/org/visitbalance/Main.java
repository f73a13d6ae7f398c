package org.visitbalance;

import java.time.Instant;
import java.time.LocalDate;
import org.visitbalance.cli.CommandErrors;
import org.visitbalance.cli.Converters;
import org.visitbalance.cli.alerts.AlertsCommand;
import org.visitbalance.cli.audit.AuditCommand;
import org.visitbalance.cli.cluster.SchemasCommand;
import org.visitbalance.cli.cluster.TopicsCommand;
import org.visitbalance.cli.files.BalanceCommand;
import org.visitbalance.cli.files.FactsCommand;
import org.visitbalance.cli.files.ProduceCommand;
import org.visitbalance.cli.serve.ReadModelCommand;
import org.visitbalance.cli.serve.ServeCommand;
import org.visitbalance.lab.ClusterCommand;
import org.visitbalance.lab.GenerateCommand;
import org.visitbalance.lab.bench.BenchAuditCommand;
import org.visitbalance.lab.bench.BenchCommand;
import org.visitbalance.lab.bench.BenchTopologyCommand;
import org.visitbalance.lab.demo.DemoCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The one entry point. */
@Command(
    name = "visit-balance",
    description = "Keeps an EMR and a billing system honest with each other.",
    mixinStandardHelpOptions = true,
    version = "visit-balance 0.1.0",
    subcommands = {
      DemoCommand.class,
      BalanceCommand.class,
      FactsCommand.class,
      GenerateCommand.class,
      TopicsCommand.class,
      SchemasCommand.class,
      ProduceCommand.class,
      ServeCommand.class,
      AuditCommand.class,
      AlertsCommand.class,
      ReadModelCommand.class,
      ClusterCommand.class,
      BenchCommand.class,
      BenchTopologyCommand.class,
      BenchAuditCommand.class
    },
    footer = {
      "",
      "Exit status: 0 all is well, 1 some period is out of balance, or some topic or",
      "schema is not as it should be, 2 unusable arguments or input, or nobody answers.",
      "Help on a command: visit-balance COMMAND --help"
    })
public final class Main implements Runnable {
  /** Everything could be done, and all periods are balanced or explained. */
  static final int OK = 0;

  /** Some period is out of balance. */
  static final int OUT_OF_BALANCE = 1;

  /** Something on a cluster is not as it should be. */
  static final int DIFFERS = 1;

  /** Arguments or input that cannot be used. */
  static final int UNUSABLE = 2;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init")
  Main() {}

  /** Runs a command and leaves with its exit status. */
  public static void main(String[] args) {
    System.exit(run(args));
  }

  /** Runs a command and returns its exit status. */
  public static int run(String... args) {
    CommandErrors failures = new CommandErrors();
    return new CommandLine(new Main())
        .setExecutionExceptionHandler(failures)
        .setParameterExceptionHandler(failures)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .registerConverter(Instant.class, Converters::instant)
        .registerConverter(LocalDate.class, Converters::date)
        .execute(args);
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing command");
  }
}
