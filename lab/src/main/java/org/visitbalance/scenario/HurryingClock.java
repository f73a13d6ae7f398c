package org.visitbalance.scenario;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * The clock of a simulation, which any thread may read and one thread advances: a given number of
 * times as fast as the wall clock, and faster through nights and weekends, when nothing happens.
 */
public final class HurryingClock implements InstantSource {
  private static final Duration QUIET = Duration.ofHours(1);
  private static final int HURRY = 12;

  /** The longest step; a longer one means that the machine was asleep or the thread did not run. */
  private static final Duration LONGEST_STEP = Duration.ofSeconds(1);

  private final double speed;
  private volatile Instant now;

  /**
   * Creates a clock that stands still until it is advanced.
   *
   * @param speed seconds of simulated time per second of real time; above 0
   */
  public HurryingClock(Instant start, double speed) {
    this.now = start;
    this.speed = speed;
  }

  @Override
  public Instant instant() {
    return now;
  }

  /** Puts the clock forward to a moment. */
  public void set(Instant moment) {
    now = moment;
  }

  /**
   * Advances the clock.
   *
   * @param passed the real time passed; anything beyond a second is ignored
   * @param next when something happens next; the clock does not skip past it
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
