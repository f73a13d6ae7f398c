package org.visitbalance.lab.bench;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** Whether answers have the visits that were produced: all of them in time, and no others. */
final class SoakAnswers {
  private static final double NANOS = 1e9;

  /** Visits that were produced by a moment, in nanoseconds. */
  private record Produced(long visits, long at) {}

  private final Duration within;
  private final Deque<Produced> unseen = new ArrayDeque<>();
  private long visits;
  private long seen;
  private double latest;

  /**
   * Begins before there are any visits.
   *
   * @param within how soon answers must have what was produced
   */
  SoakAnswers(Duration within) {
    this.within = within;
  }

  /** Takes note of how many visits there are. */
  void produced(long now, long at) {
    if (now > visits) {
      visits = now;
      unseen.add(new Produced(now, at));
    }
  }

  /** Takes note of how many visits an answer has; returns what is wrong with it, or null. */
  @Nullable String seen(long now, long at) {
    seen = now;
    while (!unseen.isEmpty() && unseen.getFirst().visits <= seen) {
      latest = Math.max(latest, (at - unseen.removeFirst().at) / NANOS);
    }
    if (seen > visits) {
      return String.format("answers have %,d visits, and only %,d were produced", seen, visits);
    }
    return unseen.isEmpty() || at - unseen.getFirst().at <= within.toNanos()
        ? null
        : String.format(
            "answers have %,d of %,d visits that were produced %d s ago",
            seen, unseen.getFirst().visits, within.toSeconds());
  }

  /** Returns what the last answer still lacks; null if it has what there is. */
  @Nullable String missing() {
    return seen == visits
        ? null
        : String.format("answers have %,d of %,d visits at the end", seen, visits);
  }

  long visits() {
    return visits;
  }

  /** Returns after how many seconds a visit was in an answer, at most. */
  double latest() {
    return latest;
  }
}
