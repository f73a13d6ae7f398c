package org.visitbalance.alerts;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the next try: twice as long each time up to a longest, and of that a
 * random part from a half to all, so that many do not come back together.
 */
record Backoff(Duration first, Duration longest, RandomGenerator random) {
  /** The wait after so many failures in a row, at least one. */
  Duration after(int failures) {
    int doublings = Math.min(failures - 1, 30);
    Duration full = first.multipliedBy(1L << doublings);
    long millis = Math.max(1, (full.compareTo(longest) > 0 ? longest : full).toMillis());
    return Duration.ofMillis(millis / 2 + random.nextLong(millis - millis / 2 + 1));
  }
}
