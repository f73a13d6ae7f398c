package org.visitbalance.core;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The time at which a tenant's visits are judged, and how far its two sources have told us
 * everything (rules.md#now).
 *
 * @param now the as-of, or the last tick of the clock topic
 * @param emrUntil the EMR feed's completeUntil, or null where it never sent one
 * @param billingUntil the billing feed's completeUntil, or null where it never sent one
 */
public record JudgingTime(Instant now, @Nullable Instant emrUntil, @Nullable Instant billingUntil) {
  /** A present in which no source has sent a feed. */
  public JudgingTime(Instant now) {
    this(now, null, null);
  }
}
