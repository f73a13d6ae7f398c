package org.visitbalance.scenario;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.zone.ZoneRules;

/**
 * Business time: seconds since 1970 as shown by the clock on the clinic's wall. A day's offset is
 * that of its noon, so times before 3 a.m. are never used.
 */
final class WallClock {
  static final long DAY = 86_400;
  static final long HOUR = 3_600;
  static final long MINUTE = 60;

  private final ZoneRules rules;
  private final int grid;
  private long cachedDay = Long.MIN_VALUE;
  private long cachedOffset;

  WallClock(ZoneId zone, int grid) {
    this.rules = zone.getRules();
    this.grid = grid;
  }

  Instant instant(long wall) {
    long day = Math.floorDiv(wall, DAY);
    if (day != cachedDay) {
      cachedDay = day;
      cachedOffset = rules.getOffset(date(wall).atTime(12, 0)).getTotalSeconds();
    }
    long epoch = wall - cachedOffset;
    return Instant.ofEpochSecond(epoch - Math.floorMod(epoch, grid));
  }

  static LocalDate date(long wall) {
    return LocalDate.ofEpochDay(Math.floorDiv(wall, DAY));
  }

  static long endOfDay(long wall) {
    return Math.floorDiv(wall, DAY) * DAY + DAY - 1;
  }

  /** Returns a time in office hours some days later. */
  static long inOffice(long wall, int daysLater, SeededRandom random) {
    return (Math.floorDiv(wall, DAY) + daysLater) * DAY + 8 * HOUR + random.below(9 * (int) HOUR);
  }
}
