package org.visitbalance.intake;

import java.time.DayOfWeek;
import java.time.LocalTime;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.visitbalance.fact.FeedSource;

/**
 * A file that must have come by a time of day.
 *
 * @param match the pattern of its name
 * @param by until when on each day, in the tenant's zone
 * @param days the days on which it must come
 * @param completes the system whose day is complete with it; null if none is
 * @param untilLatest whether that system is then complete until the latest time that it has told
 *     of; otherwise until the end of the day before
 */
public record Expectation(
    String match,
    LocalTime by,
    Set<DayOfWeek> days,
    @Nullable FeedSource completes,
    boolean untilLatest) {}
