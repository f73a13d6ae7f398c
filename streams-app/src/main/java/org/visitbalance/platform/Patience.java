package org.visitbalance.platform;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Waits for something that another thread or process does. */
public final class Patience {
  private static final Duration BREATH = Duration.ofMillis(50);

  private Patience() {}

  /**
   * Checks a condition again and again until it is true.
   *
   * @param what what is awaited, in the words of the timeout message: "the facts to be read"
   * @throws IllegalStateException after the timeout, or when interrupted; an exception of the
   *     condition also ends the wait
   */
  public static void await(String what, Duration patience, BooleanSupplier done) {
    await(what, patience, BREATH, done);
  }

  /** Waits with the given pause between two checks. */
  public static void await(String what, Duration patience, Duration breath, BooleanSupplier done) {
    long end = System.nanoTime() + patience.toNanos();
    while (!done.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException(
            "waited for " + what + " for " + patience.toSeconds() + " seconds without success");
      }
      try {
        TimeUnit.MILLISECONDS.sleep(breath.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while waiting for " + what, e);
      }
    }
  }
}
