package org.visitbalance.cli.serve;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.visitbalance.query.model.Freshness;
import org.visitbalance.topology.WrongClock;

/** Checks, from the cluster's point of view, whether the topology makes progress. */
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
    Instant ticked = fresh.tickedAt();
    String minutes = patience.toMinutes() + " minutes";
    if (ticked == null) {
      return "has seen no clock tick yet; run an instance of serve without --no-clock";
    } else if (ticked.isBefore(now.minus(patience))) {
      return "the clock has stopped: no tick for "
          + minutes
          + "; run an instance of serve without --no-clock";
    } else if (fresh.movedAt().isBefore(now.minus(patience))) {
      return "has stalled: "
          + fresh.unread()
          + " facts are waiting and nothing was committed for "
          + minutes
          + "; check the logs of the instances";
    } else if (fresh.asOf() == null || !fresh.isCaughtUp()) {
      return "has not caught up with the clock yet; wait";
    }
    return null;
  }
}
