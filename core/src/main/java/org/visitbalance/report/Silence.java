package org.visitbalance.report;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.visitbalance.core.TenantSettings;
import org.visitbalance.fact.Feed;
import org.visitbalance.fact.FeedSource;
import org.visitbalance.settings.Settings;
import org.visitbalance.text.Words;

/** What to know before reading a result: sources that have gone silent, then the notices. */
public final class Silence {
  private Silence() {}

  /**
   * Returns a sentence for each source that has been silent for longer than a charge may be
   * missing, and then the notices of the run, but for those that such a sentence replaces.
   */
  public static List<String> warnings(Result result, List<TenantResult> tenants) {
    List<String> warnings = new ArrayList<>();
    List<String> replaced = new ArrayList<>();
    for (TenantResult tenant : tenants) {
      String of = tenants.size() > 1 ? tenant.tenant() + ": " : "";
      for (Feed feed : silent(tenant, result.settings())) {
        warnings.add(of + sentence(feed, tenant));
        replaced.add(of + name(feed.getSource()) + " data ends ");
      }
    }
    for (String notice : result.notices()) {
      if (replaced.stream().noneMatch(notice::startsWith)) {
        warnings.add(notice);
      }
    }
    return warnings;
  }

  private static List<Feed> silent(TenantResult tenant, Map<String, Settings> settings) {
    Settings own = settings.get(tenant.tenant());
    Duration patience =
        (own == null ? TenantSettings.defaults(tenant.tenant()) : new TenantSettings(own))
            .missingAfter();
    return tenant.feeds().stream()
        .filter(
            feed ->
                Duration.between(feed.getCompleteUntil(), tenant.asOf()).compareTo(patience) > 0)
        .toList();
  }

  private static String sentence(Feed feed, TenantResult tenant) {
    Instant until = feed.getCompleteUntil();
    Duration silent = Duration.between(until, tenant.asOf());
    return name(feed.getSource()).toUpperCase(Locale.ENGLISH)
        + " HAS SENT NOTHING SINCE "
        + tenant.plain(until)
        + (silent.toDays() > 0
            ? " (" + Words.count(silent.toDays(), "day", "days") + ")"
            : " (" + Words.count(silent.toHours(), "hour", "hours") + ")")
        + ". Add its newer files and run again. "
        + (feed.getSource() == FeedSource.EMR
            ? "Later charges are waiting for their visits, not unexpected."
            : "Later visits are waiting, not missing.");
  }

  /** Returns the name of a source. */
  public static String name(FeedSource source) {
    return source == FeedSource.EMR ? "EMR" : "Billing";
  }
}
