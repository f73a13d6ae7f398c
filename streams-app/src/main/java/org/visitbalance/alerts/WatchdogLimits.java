package org.visitbalance.alerts;

import java.time.Duration;
import java.util.Map;

/**
 * When the checking itself is in trouble.
 *
 * @param stoppedAfter the clock, or the balancing, may stand still for so long
 * @param silentAfter topics of facts, without the prefix, and how long each may be silent; one that
 *     is not in it is not watched
 * @param deadLettersAnHour more of one source within an hour are too many
 */
public record WatchdogLimits(
    Duration stoppedAfter, Map<String, Duration> silentAfter, int deadLettersAnHour) {}
