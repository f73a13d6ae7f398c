package org.visitbalance.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.visitbalance.platform.PeriodicTask;

/** Shows on a terminal how many facts have been read so far. */
public final class Progress {
  /** Set by bin/visit-balance when standard error is a terminal. */
  private static final String TERMINAL = "visitbalance.terminal";

  private static final Duration PAUSE = Duration.ofMillis(500);
  private static final String CLEAR_LINE = "\r\u001b[K";

  private Progress() {}

  /**
   * Runs some work.
   *
   * @param facts returns how many facts have been read so far
   */
  public static <T> T during(LongSupplier facts, PrintWriter err, Supplier<T> work) {
    return during(facts, 0, err, work);
  }

  /**
   * Runs some work whose total is known.
   *
   * @param all how many facts there may be; 0 if unknown
   */
  public static <T> T during(LongSupplier facts, long all, PrintWriter err, Supplier<T> work) {
    if (!Boolean.getBoolean(TERMINAL)) {
      return work.get();
    }
    long begun = System.nanoTime();
    PeriodicTask task =
        new PeriodicTask(
            "progress",
            PAUSE,
            () -> {
              err.print(CLEAR_LINE + said(facts.getAsLong(), all, System.nanoTime() - begun));
              err.flush();
            });
    try {
      task.startLater();
      return work.get();
    } finally {
      task.close();
      err.print(CLEAR_LINE);
      err.flush();
    }
  }

  private static String said(long facts, long all, long nanos) {
    if (all == 0 || facts == 0) {
      return String.format("%,d facts read", facts);
    }
    long left = TimeUnit.NANOSECONDS.toSeconds((long) ((double) nanos / facts * (all - facts)));
    return String.format("%,d of %,d facts read, about %d s left", facts, all, Math.max(0, left));
  }
}
