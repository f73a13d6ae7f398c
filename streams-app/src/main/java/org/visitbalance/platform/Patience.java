package org.visitbalance.platform;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Waits for something that another thread or process does. */
public final class Patience {
  private static final Duration BREATH = Duration.ofMillis(50);

  private Patience() {}

  /**
   * Asks again and again until something is so.
   *
   * @param what in the words of the message when it does not come: "the facts to be read"
   * @throws IllegalStateException after that time, or when interrupted; what the question throws
   *     ends the waiting too
   */
  public static void await(String what, Duration patience, BooleanSupplier done) {
    await(what, patience, BREATH, done);
  }

  /** The same with so much time between two questions. */
  public static void await(String what, Duration patience, Duration breath, BooleanSupplier done) {
    long end = System.nanoTime() + patience.toNanos();
    while (!done.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException(
            "waited for " + what + " for " + patience.toSeconds() + " seconds, in vain");
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
