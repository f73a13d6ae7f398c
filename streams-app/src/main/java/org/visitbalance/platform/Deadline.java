package org.visitbalance.platform;

import java.time.Duration;

/** A moment up to which something may take, by the clock that only runs forward. */
public final class Deadline {
  private final long end;

  private Deadline(long end) {
    this.end = end;
  }

  /** From now on so long. */
  public static Deadline in(Duration patience) {
    return new Deadline(System.nanoTime() + patience.toNanos());
  }

  /** Whether it has passed. */
  public boolean isOver() {
    return System.nanoTime() - end > 0;
  }
}
