package org.visitbalance.platform;

import java.time.Duration;

/** A time limit, measured with the monotonic clock. */
public final class Deadline {
  private final long end;

  private Deadline(long end) {
    this.end = end;
  }

  /**
   * Returns a deadline that begins now.
   *
   * @param patience the time until it is over
   */
  public static Deadline in(Duration patience) {
    return new Deadline(System.nanoTime() + patience.toNanos());
  }

  /** Returns whether the deadline has passed. */
  public boolean isOver() {
    return System.nanoTime() - end > 0;
  }
}
