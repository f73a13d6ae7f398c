package org.visitbalance.audit;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.visitbalance.core.Outputs;
import org.visitbalance.fact.Feed;
import org.visitbalance.output.Close;
import org.visitbalance.settings.Settings;

/**
 * What was known as of a moment.
 *
 * @param settings that it was judged by; empty: the defaults
 * @param settingsPartition where on the log they lie; null if not there
 * @param feeds that stood
 * @param closes of periods that are told, all versions
 */
public record Answer(
    Instant asOf,
    Outputs outputs,
    Map<String, Settings> settings,
    @Nullable Integer settingsPartition,
    @Nullable Long settingsOffset,
    List<Feed> feeds,
    List<Close> closes) {}
