package org.visitbalance.cli.serve;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.visitbalance.query.model.Freshness;
import org.visitbalance.topology.WrongClock;

/** Whether the topology, as its cluster sees it, is getting on. */
public final class StallCheck {
  private StallCheck() {}

  /**
   * What is wrong, and what to do; null while all moves.
   *
   * @param wrong hosts whose ticks were refused lately
   */
  public static @Nullable String trouble(
      Freshness fresh, List<WrongClock> wrong, Instant now, Duration patience) {
    String trouble = trouble(fresh, now, patience);
    return trouble == null || wrong.isEmpty() ? trouble : trouble + "; " + wrongClocks(wrong);
  }

  /** Which hosts have a wrong clock; null: none. */
  public static @Nullable String wrongClocks(List<WrongClock> wrong) {
    return wrong.isEmpty()
        ? null
        : wrong.stream().map(WrongClock::sentence).collect(Collectors.joining("; "));
  }

  private static @Nullable String trouble(Freshness fresh, Instant now, Duration patience) {
    Instant ticked = fresh.tickedAt();
    String minutes = patience.toMinutes() + " minutes";
    if (ticked == null) {
      return "has seen no tick of the clock yet; an instance of serve without --no-clock sends them";
    } else if (ticked.isBefore(now.minus(patience))) {
      return "the clock has stopped: no tick for "
          + minutes
          + "; an instance of serve without --no-clock must run";
    } else if (fresh.movedAt().isBefore(now.minus(patience))) {
      return "has stalled: "
          + fresh.unread()
          + " facts wait and nothing was committed for "
          + minutes
          + "; look at the instances' logs";
    } else if (fresh.asOf() == null) {
      return "has not caught up with the clock yet; wait";
    }
    return null;
  }
}
