package org.visitbalance.query.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How far the tables have come.
 *
 * @param asOf the last tick of the clock whose every consequence is in the tables; null before the
 *     first
 * @param lag records on the topics that are not in the tables yet
 * @param unread facts that the topology has not taken yet
 * @param movedAt when the topology last committed anything new
 * @param tickedAt when the broker got the last tick; null before the first
 */
public record Freshness(
    @Nullable Instant asOf, long lag, long unread, Instant movedAt, @Nullable Instant tickedAt) {}
