package org.visitbalance.audit;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.visitbalance.core.Scope;
import org.visitbalance.settings.Settings;

/**
 * What is asked of the log.
 *
 * @param scope which periods and location are to be told
 * @param moments as of which: from what was known by then, judged then; rising
 * @param whatIf settings to judge by instead of those that stood; null: those
 */
public record Question(
    String tenant, Scope scope, List<Instant> moments, @Nullable Settings whatIf) {}
