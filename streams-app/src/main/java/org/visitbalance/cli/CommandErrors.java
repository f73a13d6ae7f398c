package org.visitbalance.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.function.Consumer;
import org.apache.kafka.common.KafkaException;
import org.visitbalance.audit.AuditException;
import org.visitbalance.ingest.InputException;
import org.visitbalance.platform.Sentences;
import org.visitbalance.text.Printable;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Reports in one sentence why a command failed, and sets exit status 2. */
public final class CommandErrors implements IExecutionExceptionHandler, IParameterExceptionHandler {
  private static final String DEBUG = "DEBUG";

  @Override
  public int handleParseException(ParameterException problem, String[] arguments) {
    CommandLine command = problem.getCommandLine();
    String mistyped = Mistyped.sentence(problem);
    String sentence =
        mistyped == null
            ? problem.getMessage() + Mistyped.help(command.getCommandSpec())
            : mistyped;
    command.getErr().println("visit-balance: " + Printable.line(sentence));
    return ExitStatus.UNUSABLE;
  }

  @Override
  public int handleExecutionException(
      Exception problem, CommandLine command, ParseResult arguments) {
    return say(problem, command.getErr());
  }

  /** Reports why a command failed, whatever the reason. */
  public static int say(Throwable problem, PrintWriter err) {
    err.println("visit-balance: " + Printable.line(sentence(problem)));
    if (DEBUG.equalsIgnoreCase(System.getenv(Setting.LOG_LEVEL.variable()))) {
      problem.printStackTrace(err);
    }
    err.flush();
    return ExitStatus.UNUSABLE;
  }

  /** Returns what prints the notes of a command on standard error, each on one line. */
  public static Consumer<String> notes(PrintWriter err) {
    return note -> {
      err.println("visit-balance: " + Printable.line(note));
      err.flush();
    };
  }

  private static String sentence(Throwable problem) {
    if (problem instanceof OutOfMemoryError) {
      return "out of memory ("
          + problem.getMessage()
          + "); give it more, such as VISIT_BALANCE_OPTS=-Xmx8g";
    }
    boolean isExpected =
        problem instanceof InputException
            || problem instanceof AuditException
            || problem instanceof IOException
            || problem instanceof KafkaException
            || problem instanceof UncheckedIOException;
    return isExpected
        ? Sentences.of(problem)
        : "unexpected fault in the program: "
            + Sentences.unexpected(problem)
            + "; set "
            + Setting.LOG_LEVEL.variable()
            + "=DEBUG to see the stack trace, and report it";
  }
}
