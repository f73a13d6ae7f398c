package org.visitbalance.scenario;

import org.visitbalance.fact.FeedSource;

/**
 * When a system's feed is silent: from noon of a day until the morning of the first, second or
 * third day after. What the system records in that time becomes known at the end. Computed from the
 * day alone, so that facts of the future can be asked about too.
 */
final class Outages {
  private static final int LONGEST_DAYS = 3;
  private static final long BEGINS = 12 * WallClock.HOUR;
  private static final long ENDS = 6 * WallClock.HOUR;

  private final long seed;
  private final int tenant;
  private final double rate;

  Outages(long seed, int tenant, double rate) {
    this.seed = seed;
    this.tenant = tenant;
    this.rate = rate;
  }

  /** Returns when a feed is heard of again; the same time if it is not silent then. */
  long endOf(FeedSource source, long wall) {
    if (rate == 0) {
      return wall;
    }
    long end = wall;
    long day = Math.floorDiv(wall, WallClock.DAY);
    for (long first = day - LONGEST_DAYS; first <= day; first++) {
      SeededRandom random =
          SeededRandom.of(seed, tenant, source == FeedSource.EMR ? -10 : -11, first);
      if (random.chance(rate)) {
        long speaksAgain = (first + random.between(1, LONGEST_DAYS)) * WallClock.DAY + ENDS;
        if (wall >= first * WallClock.DAY + BEGINS && wall < speaksAgain) {
          end = Math.max(end, speaksAgain);
        }
      }
    }
    return end;
  }
}
