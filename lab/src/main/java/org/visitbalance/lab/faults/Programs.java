package org.visitbalance.lab.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Programs of this machine. */
final class Programs {
  private static final int PATIENCE_SECONDS = 60;

  private Programs() {}

  /** Runs a program; returns whether it went well. */
  static boolean tries(String... command) {
    try {
      Process process =
          new ProcessBuilder(List.of(command))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /**
   * Runs a program.
   *
   * @throws UncheckedIOException if it does not go well
   */
  static void run(String... command) {
    if (!tries(command)) {
      throw new UncheckedIOException(new IOException(String.join(" ", command) + " failed"));
    }
  }

  static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }
}
