package org.visitbalance.naive;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;

/**
 * When is judged: now, the tenant's today, and how far the two sources have told us everything (now
 * where a source never says, or says a later moment).
 */
record Moment(Instant now, LocalDate today, Instant billingTold, Instant emrTold) {

  static Moment of(Instant now, ZoneId zone, Instant billingFeed, Instant emrFeed) {
    return new Moment(
        now, now.atZone(zone).toLocalDate(), earlier(now, billingFeed), earlier(now, emrFeed));
  }

  private static Instant earlier(Instant now, Instant feed) {
    return feed != null && feed.isBefore(now) ? feed : now;
  }
}
