package org.visitbalance.scenario;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * The time of a simulation, which any thread may ask for and one moves on: so many times as fast as
 * that of the wall, and faster through nights and weekends, when there is nothing to see.
 */
public final class HurryingClock implements InstantSource {
  private static final Duration QUIET = Duration.ofHours(1);
  private static final int HURRY = 12;

  /** Of a machine that was asleep, or of a thread that was not let run. */
  private static final Duration LONGEST_STEP = Duration.ofSeconds(1);

  private final double speed;
  private volatile Instant now;

  /**
   * A clock that stands until it is moved on.
   *
   * @param speed seconds of the simulation in one of the wall; above 0
   */
  public HurryingClock(Instant start, double speed) {
    this.now = start;
    this.speed = speed;
  }

  @Override
  public Instant instant() {
    return now;
  }

  /**
   * Moves on.
   *
   * @param passed by the wall's clock; of more than a second the rest did not happen
   * @param next when something happens next; the clock does not hurry past it
   */
  public Instant advance(Duration passed, Instant next) {
    Duration wall = passed.compareTo(LONGEST_STEP) > 0 ? LONGEST_STEP : passed;
    Instant usual = now.plusNanos((long) (wall.toNanos() * speed));
    if (next.isAfter(now.plus(QUIET)) && next.isAfter(usual)) {
      Instant hurried = now.plusNanos((long) (wall.toNanos() * speed * HURRY));
      now = hurried.isBefore(next) ? hurried : next;
    } else {
      now = usual;
    }
    return now;
  }
}
