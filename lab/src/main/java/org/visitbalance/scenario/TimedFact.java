package org.visitbalance.scenario;

import java.time.Instant;
import org.apache.avro.specific.SpecificRecord;

/**
 * A fact and its known time (rules.md#known-time).
 *
 * @param fact one of the records of {@code org.visitbalance.fact}
 * @param knownAt when it becomes known; never before the fact's {@code occurredAt}
 */
public record TimedFact(SpecificRecord fact, Instant knownAt) {}
