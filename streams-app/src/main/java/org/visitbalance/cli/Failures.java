package org.visitbalance.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.visitbalance.ingest.InputException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** Says in one sentence why a command could not be done; exit status 2. */
final class Failures implements IExecutionExceptionHandler {
  @Override
  public int handleExecutionException(Exception problem, CommandLine command, ParseResult arguments)
      throws Exception {
    if (problem instanceof InputException
        || problem instanceof IOException
        || problem instanceof UncheckedIOException) {
      command.getErr().println("visit-balance: " + problem.getMessage());
      return Main.UNUSABLE;
    }
    throw problem;
  }
}
