package org.visitbalance.ingest;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * When files are read, and as of when they are judged.
 *
 * @param asOf the moment as of which a run judges; null if it judges nothing, but passes on all it
 *     reads
 * @param present when the files are read
 */
public record RunTime(@Nullable Instant asOf, Instant present) {
  private static final Duration TOLERANCE = Duration.ofDays(2);

  /** Returns the later of the as-of and the present: no record can be from after it. */
  Instant horizon() {
    return asOf == null || asOf.isBefore(present) ? present : asOf;
  }

  /** Returns whether something cannot have happened yet, clocks and zones allowed for. */
  boolean isFuture(Instant instant) {
    return instant.isAfter(horizon().plus(TOLERANCE));
  }

  /** Returns whether something is known as of the as-of. */
  boolean isKnown(@Nullable Instant instant) {
    return asOf == null || instant == null || !instant.isAfter(asOf);
  }
}
