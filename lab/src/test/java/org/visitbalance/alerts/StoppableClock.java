package org.visitbalance.alerts;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;

/** The system's time until a test stops it; from then on only the test moves it. */
final class StoppableClock implements InstantSource {
  private volatile Instant stopped;

  void stop() {
    stopped = Instant.now().truncatedTo(ChronoUnit.MILLIS);
  }

  void set(Instant at) {
    stopped = at;
  }

  void move(Duration by) {
    stopped = stopped.plus(by);
  }

  @Override
  public Instant instant() {
    Instant now = stopped;
    return now == null ? Instant.now() : now;
  }
}
