package org.visitbalance.alerts;

import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.visitbalance.output.Severity;

/**
 * What a route sends, and when. An empty set does not limit the route, but insights are only for
 * routes that name them. Limits on tenants and locations do not apply to matters without one,
 * because these concern everyone.
 *
 * @param settle a matter resolved within this time is not reported
 * @param olderThan a matter is reported only when it has been open this long
 */
public record RouteFilter(
    Set<String> tenants,
    Set<String> locations,
    Set<String> kinds,
    Set<Severity> severities,
    Duration settle,
    Duration olderThan) {

  /** Whether it is limited to companies or locations, which may not exist. */
  boolean isLimited() {
    return !tenants.isEmpty() || !locations.isEmpty();
  }

  boolean wants(AlertSubject subject) {
    return (subject.tenant() == null || fits(tenants, subject.tenant()))
        && (subject.location() == null || fits(locations, subject.location()))
        && (subject.isInsight() ? kinds.contains(subject.kind()) : fits(kinds, subject.kind()))
        && fits(severities, subject.severity());
  }

  private static <T> boolean fits(Set<T> asked, T value) {
    return asked.isEmpty() || asked.contains(value);
  }

  /** When a matter that stands open is to be told. */
  Instant pending(AlertSubject subject) {
    return subject.openedAt().plus(settle.compareTo(olderThan) > 0 ? settle : olderThan);
  }

  /** Whether a matter stood open for long enough to be told of, by a moment or by its end. */
  boolean isDue(AlertSubject subject, Instant now) {
    Instant end = subject.resolvedAt() == null ? now : subject.resolvedAt();
    return wants(subject) && !end.isBefore(pending(subject));
  }
}
