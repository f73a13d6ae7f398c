package org.visitbalance.core;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The time at which a tenant's visits are evaluated, and how far its two sources are complete
 * (rules.md#now).
 *
 * @param now the as-of, or the last tick of the clock topic
 * @param emrUntil the EMR feed's completeUntil; null if the EMR never sent one
 * @param billingUntil the billing feed's completeUntil; null if billing never sent one
 */
public record JudgingTime(Instant now, @Nullable Instant emrUntil, @Nullable Instant billingUntil) {
  /** Creates a present in which no source has sent a feed. */
  public JudgingTime(Instant now) {
    this(now, null, null);
  }

  /** Returns another moment with the same feeds. */
  public JudgingTime at(Instant moment) {
    return new JudgingTime(moment, emrUntil, billingUntil);
  }
}
