package org.visitbalance.naive;

import java.time.Instant;
import org.apache.avro.specific.SpecificRecord;

/** A fact of any kind, and when it became known (rules.md#known-time). */
public record KnownFact(SpecificRecord fact, Instant knownAt) {}
