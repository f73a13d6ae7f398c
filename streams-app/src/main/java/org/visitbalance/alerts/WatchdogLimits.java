package org.visitbalance.alerts;

import java.time.Duration;
import java.util.Map;

/**
 * Limits beyond which the checking itself has a problem.
 *
 * @param stoppedAfter how long the clock or the balancing can stand still
 * @param silentAfter fact topics, without the prefix, and how long each can be silent; other topics
 *     are not watched
 * @param deadLettersAnHour the most invalid records of one source within an hour
 */
public record WatchdogLimits(
    Duration stoppedAfter, Map<String, Duration> silentAfter, int deadLettersAnHour) {}
