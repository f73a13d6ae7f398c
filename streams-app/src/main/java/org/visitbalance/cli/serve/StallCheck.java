package org.visitbalance.cli.serve;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.visitbalance.query.model.Freshness;
import org.visitbalance.query.model.Stopped;
import org.visitbalance.topology.WrongClock;

/** Checks, from the cluster's point of view, whether the topology and the tables make progress. */
public final class StallCheck {
  private StallCheck() {}

  /**
   * Returns what is wrong and what to do; null if everything moves.
   *
   * @param wrong hosts whose ticks were refused lately
   */
  public static @Nullable String trouble(
      Freshness fresh, List<WrongClock> wrong, Instant now, Duration patience) {
    String trouble = trouble(fresh, now, patience);
    return trouble == null || wrong.isEmpty() ? trouble : trouble + "; " + wrongClocks(wrong);
  }

  /** Returns which hosts have a wrong clock; null if none. */
  public static @Nullable String wrongClocks(List<WrongClock> wrong) {
    return wrong.isEmpty()
        ? null
        : wrong.stream().map(WrongClock::sentence).collect(Collectors.joining("; "));
  }

  private static @Nullable String trouble(Freshness fresh, Instant now, Duration patience) {
    if (fresh.tickedAt() == null) {
      return "has seen no clock tick yet; run an instance of serve without --no-clock";
    }
    Stopped stopped = stopped(fresh, null, now, patience);
    if (stopped != null) {
      return stopped.reason() + "; " + stopped.action();
    } else if (fresh.asOf() == null || !fresh.isCaughtUp()) {
      return "has not caught up with the clock yet; wait";
    }
    return null;
  }

  /**
   * Returns why figures no longer move on, whatever answers look like; null if they do.
   *
   * @param refused why the tables take no rows at the moment; null if they do
   */
  public static @Nullable Stopped stopped(
      Freshness fresh, @Nullable String refused, Instant now, Duration patience) {
    if (refused != null) {
      return new Stopped(
          "the tables take no rows (" + refused + ")",
          "check the database and its log; the service tries again by itself, and a restart helps if"
              + " nothing is wrong there");
    }
    Instant ticked = fresh.tickedAt();
    Instant bound = now.minus(patience);
    String minutes = patience.toMinutes() + " minutes";
    if (ticked == null) {
      return null;
    } else if (ticked.isBefore(bound)) {
      return new Stopped(
          "the clock has stopped: no tick for " + minutes,
          "run an instance of serve without --no-clock");
    } else if (fresh.movedAt().isBefore(bound)) {
      return new Stopped(
          "processing has stalled: "
              + fresh.unread()
              + " facts are waiting and nothing was committed for "
              + minutes,
          "check the logs of the instances");
    } else if (fresh.reachedAt().isBefore(bound) && !fresh.isCatchingUp()) {
      return new Stopped(
          "the figures reflect no newer tick since "
              + minutes
              + " or more although the clock goes on",
          "check the database, its log, and the logs of the instances");
    }
    return null;
  }
}
