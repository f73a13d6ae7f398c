package org.visitbalance.service;

import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/** When the run of an instance began, as its topology asks for it. */
public final class RunStart {
  private RunStart() {}

  /**
   * The run begins now. If the clock was ahead and is set back, it begins then: until the old
   * moment, which may be a year away, nothing would be evaluated, and nobody would notice.
   */
  public static Supplier<Instant> now(InstantSource clock) {
    AtomicReference<Instant> from = new AtomicReference<>(clock.instant());
    return () -> from.accumulateAndGet(clock.instant(), (a, b) -> b.isBefore(a) ? b : a);
  }
}
