package org.visitbalance;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import org.visitbalance.cli.CommandErrors;
import org.visitbalance.cli.CommandProvider;
import org.visitbalance.cli.Converters;
import org.visitbalance.cli.ExitStatus;
import org.visitbalance.cli.Invocation;
import org.visitbalance.cli.StandardOutput;
import org.visitbalance.cli.TokenKeyCommand;
import org.visitbalance.cli.alerts.AlertsCommand;
import org.visitbalance.cli.audit.AuditCommand;
import org.visitbalance.cli.cluster.SchemasCommand;
import org.visitbalance.cli.cluster.TopicsCommand;
import org.visitbalance.cli.files.BalanceCommand;
import org.visitbalance.cli.files.FactsCommand;
import org.visitbalance.cli.files.ProduceCommand;
import org.visitbalance.cli.intake.Hl7Command;
import org.visitbalance.cli.intake.IntakeCommand;
import org.visitbalance.cli.letters.DeadLettersCommand;
import org.visitbalance.cli.serve.ReadModelCommand;
import org.visitbalance.cli.serve.ServeCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The entry point of the program. */
@Command(
    name = "visit-balance",
    description = "Balances the visits in an EMR against the charges in a billing system.",
    mixinStandardHelpOptions = true,
    version = "visit-balance 0.1.0",
    footer = {
      "",
      "Exit status: 0 all is well; 1 a period is out of balance, or a topic or schema is not as it"
          + " should be; 2 the arguments or the input cannot be used, or a system does not answer.",
      "Help on a command: visit-balance COMMAND --help"
    })
public final class Main implements Callable<Integer> {
  private static final String START = "start";
  private static final String DEMO = "demo";

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init")
  Main() {}

  /** Runs a command and exits with its status. */
  public static void main(String[] args) {
    Thread.setDefaultUncaughtExceptionHandler((thread, problem) -> fault(problem));
    System.exit(run(args));
  }

  private static void fault(Throwable problem) {
    int unused = CommandErrors.say(problem, new CommandLine(new Main()).getErr());
  }

  /** Runs a command and returns its exit status. */
  public static int run(String... given) {
    String[] args = asked(given);
    CommandErrors failures = new CommandErrors();
    CommandLine program = new CommandLine(new Main());
    called(args).forEach(program::addSubcommand);
    Invocation.show(program);
    program
        .setExecutionExceptionHandler(failures)
        .setParameterExceptionHandler(failures)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .registerConverter(Instant.class, Converters::instant)
        .registerConverter(LocalDate.class, Converters::date);
    try {
      return StandardOutput.checked(
          program.execute(args),
          System.out,
          new FileOutputStream(FileDescriptor.out),
          program.getErr());
    } catch (Error e) {
      // Whatever it is: the memory, the stack, a class that is not there.
      return CommandErrors.say(e, program.getErr());
    }
  }

  /** As other programs do, "help balance" asks what "balance --help" asks. */
  private static String[] asked(String... args) {
    if (args.length == 0 || !args[0].equals("help")) {
      return args;
    }
    String[] asked = Arrays.copyOfRange(args, 1, args.length + 1);
    asked[args.length - 1] = "--help";
    return asked;
  }

  /**
   * Returns the command that is called, or all of them if none is: to read the options of all takes
   * longer than to balance a small folder.
   */
  private static List<Class<?>> called(String... args) {
    List<Class<?>> commands = commands();
    List<Class<?>> called =
        commands.stream()
            .filter(
                command ->
                    args.length > 0 && command.getAnnotation(Command.class).name().equals(args[0]))
            .toList();
    return called.isEmpty() ? commands : called;
  }

  /** In the order in which the help lists them; each is named by its annotation. */
  private static List<Class<?>> commands() {
    List<Class<?>> commands = new ArrayList<>();
    List<Class<?>> rest = new ArrayList<>();
    for (CommandProvider provider : ServiceLoader.load(CommandProvider.class)) {
      commands.addAll(provider.first());
      rest.addAll(provider.last());
    }
    commands.addAll(
        List.of(
            BalanceCommand.class,
            FactsCommand.class,
            TopicsCommand.class,
            SchemasCommand.class,
            ProduceCommand.class,
            ServeCommand.class,
            AuditCommand.class,
            AlertsCommand.class,
            IntakeCommand.class,
            Hl7Command.class,
            DeadLettersCommand.class,
            ReadModelCommand.class,
            TokenKeyCommand.class));
    commands.addAll(rest);
    return commands;
  }

  /** Says what one can do: no command was given. */
  @Override
  public Integer call() {
    CommandLine program = spec.commandLine();
    Map<String, String> ways = new LinkedHashMap<>();
    ways.put("Balance a folder of files", "balance --input FOLDER --open");
    if (program.getSubcommands().containsKey(START)) {
      ways.put("Run it on this computer", START);
    }
    if (program.getSubcommands().containsKey(DEMO)) {
      ways.put("See the demo", DEMO);
    }
    ways.put("Run the service", "serve --config FILE --state FOLDER");
    PrintWriter err = program.getErr();
    err.println("visit-balance: no command was given. You can:");
    err.println();
    ways.forEach((what, how) -> err.printf("  %-26s  %s %s%n", what, Invocation.name(), how));
    err.println();
    err.println("For all commands: " + Invocation.name() + " --help");
    err.flush();
    return ExitStatus.UNUSABLE;
  }
}
