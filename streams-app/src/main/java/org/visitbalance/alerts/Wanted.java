package org.visitbalance.alerts;

import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.visitbalance.output.Severity;

/**
 * What a route sends, and when. An empty set does not limit the route. Limits on tenants and
 * locations do not apply to matters without one, because these concern everyone.
 *
 * @param settle a matter resolved within this time is not reported
 * @param olderThan a matter is reported only when it has been open this long
 */
public record Wanted(
    Set<String> tenants,
    Set<String> locations,
    Set<String> kinds,
    Set<Severity> severities,
    Duration settle,
    Duration olderThan) {

  boolean wants(Matter matter) {
    return (matter.tenant() == null || fits(tenants, matter.tenant()))
        && (matter.location() == null || fits(locations, matter.location()))
        && fits(kinds, matter.kind())
        && fits(severities, matter.severity());
  }

  private static <T> boolean fits(Set<T> asked, T value) {
    return asked.isEmpty() || asked.contains(value);
  }

  /** When a matter that stands open is to be told. */
  Instant due(Matter matter) {
    return matter.openedAt().plus(settle.compareTo(olderThan) > 0 ? settle : olderThan);
  }

  /** Whether a matter stood open for long enough to be told of, by a moment or by its end. */
  boolean isDue(Matter matter, Instant now) {
    Instant end = matter.resolvedAt() == null ? now : matter.resolvedAt();
    return wants(matter) && !end.isBefore(due(matter));
  }
}
