package org.visitbalance.alerts;

import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.visitbalance.output.Severity;

/**
 * What a route wants to hear of, and when. An empty set asks for nothing; a tenant or a location is
 * not asked for where a matter has none, because what concerns everybody concerns each of them.
 *
 * @param settle what is resolved within that time is never told
 * @param olderThan what is younger is not told yet
 */
public record RouteFilter(
    Set<String> tenants,
    Set<String> locations,
    Set<String> kinds,
    Set<Severity> severities,
    Duration settle,
    Duration olderThan) {

  boolean wants(AlertSubject subject) {
    return (subject.tenant() == null || fits(tenants, subject.tenant()))
        && (subject.location() == null || fits(locations, subject.location()))
        && fits(kinds, subject.kind())
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
