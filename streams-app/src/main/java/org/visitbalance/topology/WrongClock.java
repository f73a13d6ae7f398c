package org.visitbalance.topology;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * A host whose clock is wrong. Ticks that are far ahead are refused; those that are far behind move
 * nothing.
 *
 * @param host as the ticks name it
 * @param first when the broker received the first of them
 * @param last when it received the last
 * @param ticks how many there were, those of all partitions
 * @param ahead how far the last was ahead of the broker's time; negative: behind
 */
public record WrongClock(String host, Instant first, Instant last, long ticks, Duration ahead) {
  private static final int MUCH = 2;

  /** What is wrong, and what to do. */
  public String sentence() {
    return isBehind()
        ? reason() + "; " + action()
        : String.format(
            "the clock of host %s is %s ahead of the broker's: %,d of its ticks were refused since"
                + " %s; %s",
            host, inWords(), ticks, first.truncatedTo(ChronoUnit.SECONDS), action());
  }

  /** What a clock that is behind does; the same words for as long as it is so. */
  public String reason() {
    return "the clock of host "
        + host
        + " is "
        + inWords()
        + " behind the broker's: where no other host sends ticks, no charge becomes missing and"
        + " nothing overdue";
  }

  /** What to do. */
  public String action() {
    return "correct the time on that host (NTP)" + (isBehind() ? ", or stop its instance" : "");
  }

  /** Whether it is behind, and not ahead. */
  public boolean isBehind() {
    return ahead.isNegative();
  }

  /** The same host once more, later; what was wrong the other way is over. */
  WrongClock and(WrongClock next) {
    return isBehind() == next.isBehind()
        ? new WrongClock(host, first, next.last, ticks + next.ticks, next.ahead)
        : next;
  }

  /** How far it is from the broker's, roughly: "511 days". */
  public String inWords() {
    Duration far = ahead.abs();
    if (far.toDays() >= MUCH) {
      return String.format("%,d days", far.toDays());
    } else if (far.toHours() >= MUCH) {
      return far.toHours() + " hours";
    }
    return far.toMinutes() + " minutes";
  }
}
