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
 * @param settings the settings it was evaluated with; empty for the defaults
 * @param settingsPartition where on the log they are; null if they are not on the log
 * @param feeds the feeds in force
 * @param closes the closes of the reported periods, in all versions
 */
public record Answer(
    Instant asOf,
    Outputs outputs,
    Map<String, Settings> settings,
    @Nullable Integer settingsPartition,
    @Nullable Long settingsOffset,
    List<Feed> feeds,
    List<Close> closes) {}
