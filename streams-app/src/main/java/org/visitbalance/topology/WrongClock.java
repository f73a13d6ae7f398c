package org.visitbalance.topology;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * A host whose ticks are refused.
 *
 * @param host as the ticks name it
 * @param first when the broker received the first of them
 * @param last when it received the last
 * @param ticks how many there were, those of all partitions
 * @param ahead how far the last was ahead of the broker's time
 */
public record WrongClock(String host, Instant first, Instant last, long ticks, Duration ahead) {
  private static final int MUCH = 2;

  /** What is wrong, and what to do. */
  public String sentence() {
    return String.format(
        "the clock of host %s is %s ahead of the broker's: %,d of its ticks were refused since %s;"
            + " correct the time on that host (NTP)",
        host, aheadInWords(), ticks, first.truncatedTo(ChronoUnit.SECONDS));
  }

  /** The same host once more, later. */
  WrongClock and(WrongClock next) {
    return new WrongClock(host, first, next.last, ticks + next.ticks, next.ahead);
  }

  /** How far it is ahead, roughly: "511 days". */
  public String aheadInWords() {
    if (ahead.toDays() >= MUCH) {
      return String.format("%,d days", ahead.toDays());
    } else if (ahead.toHours() >= MUCH) {
      return ahead.toHours() + " hours";
    }
    return ahead.toMinutes() + " minutes";
  }
}
