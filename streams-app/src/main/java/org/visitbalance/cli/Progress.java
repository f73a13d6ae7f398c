package org.visitbalance.cli;

import java.io.PrintWriter;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Says on a terminal how many facts were read, while a long input is being read. */
final class Progress {
  /** Set by bin/visit-balance where standard error is a terminal. */
  private static final String TERMINAL = "visitbalance.terminal";

  private static final long INTERVAL_MILLIS = 500;
  private static final String CLEAR_LINE = "\r\u001b[K";

  private Progress() {}

  /**
   * Does some work.
   *
   * @param facts how many facts were read so far
   */
  static <T> T during(LongSupplier facts, PrintWriter err, Supplier<T> work) {
    if (!Boolean.getBoolean(TERMINAL)) {
      return work.get();
    }
    ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    try {
      ScheduledFuture<?> unused =
          timer.scheduleAtFixedRate(
              () -> {
                err.printf("\r%,d facts read", facts.getAsLong());
                err.flush();
              },
              INTERVAL_MILLIS,
              INTERVAL_MILLIS,
              TimeUnit.MILLISECONDS);
      return work.get();
    } finally {
      timer.shutdownNow();
      err.print(CLEAR_LINE);
      err.flush();
    }
  }
}
