package org.visitbalance.cli;

import java.io.PrintWriter;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Shows on a terminal how many facts have been read so far. */
public final class Progress {
  /** Set by bin/visit-balance when standard error is a terminal. */
  private static final String TERMINAL = "visitbalance.terminal";

  private static final long INTERVAL_MILLIS = 500;
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
    ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    try {
      ScheduledFuture<?> unused =
          timer.scheduleAtFixedRate(
              () -> {
                err.print(CLEAR_LINE + said(facts.getAsLong(), all, System.nanoTime() - begun));
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

  private static String said(long facts, long all, long nanos) {
    if (all == 0 || facts == 0) {
      return String.format("%,d facts read", facts);
    }
    long left = TimeUnit.NANOSECONDS.toSeconds((long) ((double) nanos / facts * (all - facts)));
    return String.format("%,d of %,d facts read, about %d s left", facts, all, Math.max(0, left));
  }
}
