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

/** The entry point of the program. */
@Command(
    name = "visit-balance",
    description = "Balances the visits in an EMR against the charges in a billing system.",
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
      "Exit status: 0 all is well; 1 a period is out of balance, or a topic or schema is not as it"
          + " should be; 2 the arguments or the input cannot be used, or a system does not answer.",
      "Help on a command: visit-balance COMMAND --help"
    })
public final class Main implements Runnable {
  /** Everything was done, and no period is out of balance. */
  static final int OK = 0;

  /** A period is out of balance. */
  static final int OUT_OF_BALANCE = 1;

  /** Something on the cluster is not as it should be. */
  static final int DIFFERS = 1;

  /** The arguments or the input cannot be used. */
  static final int UNUSABLE = 2;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init")
  Main() {}

  /** Runs a command and exits with its status. */
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
