package org.visitbalance.ingest;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.Arrays;

/**
 * The wall clock of a time zone. A time in the gap of a clock change moves on by the length of the
 * gap; a time that occurs twice means the earlier one. Caches the offsets of days without a clock
 * change. Not thread-safe.
 */
final class LocalClock {
  private static final int DAYS = 1024;
  private static final int SECONDS_A_DAY = 86_400;
  private static final int CHANGES = Integer.MIN_VALUE;

  private final ZoneRules rules;
  private final long[] days = new long[DAYS];
  private final int[] offsets = new int[DAYS];

  LocalClock(ZoneId zone) {
    rules = zone.getRules();
    Arrays.fill(days, Long.MIN_VALUE);
  }

  /** Returns the last second of a day. */
  Instant endOf(long epochDay) {
    return at(epochDay, SECONDS_A_DAY - 1, 0);
  }

  /** Returns the instant of a time of day. */
  Instant at(long epochDay, int secondOfDay, int nano) {
    int place = (int) (epochDay & (DAYS - 1));
    if (days[place] != epochDay) {
      offsets[place] = offset(epochDay);
      days[place] = epochDay;
    }
    int offset = offsets[place];
    if (offset != CHANGES) {
      return Instant.ofEpochSecond(epochDay * SECONDS_A_DAY + secondOfDay - offset, nano);
    }
    return slowly(epochDay, LocalTime.ofSecondOfDay(secondOfDay).withNano(nano));
  }

  private Instant slowly(long epochDay, LocalTime time) {
    LocalDateTime local = LocalDate.ofEpochDay(epochDay).atTime(time);
    ZoneOffsetTransition transition = rules.getTransition(local);
    // The offset before the change: moves a time in a gap on by its length, and picks the earlier
    // one in an overlap.
    ZoneOffset offset = transition == null ? rules.getOffset(local) : transition.getOffsetBefore();
    return local.toInstant(offset);
  }

  /**
   * Returns the offset of a day, or CHANGES if it has more than one; counts the hours around the
   * day too, to be safe.
   */
  private int offset(long epochDay) {
    LocalDate date = LocalDate.ofEpochDay(epochDay);
    Instant before = date.minusDays(1).atStartOfDay().toInstant(ZoneOffset.UTC);
    Instant after = date.plusDays(2).atStartOfDay().toInstant(ZoneOffset.UTC);
    ZoneOffsetTransition next = rules.nextTransition(before);
    if (next != null && next.getInstant().isBefore(after)) {
      return CHANGES;
    }
    return rules.getOffset(before).getTotalSeconds();
  }
}
