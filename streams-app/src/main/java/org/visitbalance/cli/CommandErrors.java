package org.visitbalance.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.kafka.common.KafkaException;
import org.visitbalance.audit.AuditException;
import org.visitbalance.ingest.InputException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Reports in one sentence why a command failed, and sets exit status 2. */
public final class CommandErrors implements IExecutionExceptionHandler, IParameterExceptionHandler {
  @Override
  public int handleParseException(ParameterException problem, String[] arguments) {
    CommandLine command = problem.getCommandLine();
    command
        .getErr()
        .printf(
            "visit-balance: %s; see %s --help%n",
            problem.getMessage(), command.getCommandSpec().qualifiedName());
    return ExitStatus.UNUSABLE;
  }

  @Override
  public int handleExecutionException(Exception problem, CommandLine command, ParseResult arguments)
      throws Exception {
    if (problem instanceof InputException
        || problem instanceof AuditException
        || problem instanceof IOException
        || problem instanceof KafkaException
        || problem instanceof UncheckedIOException) {
      command.getErr().println("visit-balance: " + problem.getMessage());
      return ExitStatus.UNUSABLE;
    }
    throw problem;
  }
}
