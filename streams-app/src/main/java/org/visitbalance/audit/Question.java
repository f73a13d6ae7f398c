package org.visitbalance.audit;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.visitbalance.core.Scope;
import org.visitbalance.settings.Settings;

/**
 * A question to the log.
 *
 * @param scope the periods and the location to report
 * @param moments the moments, in ascending order: each answer uses what was known by then, as of
 *     then
 * @param whatIf settings to evaluate with instead of those in force; null for those in force
 */
public record Question(
    String tenant, Scope scope, List<Instant> moments, @Nullable Settings whatIf) {}
