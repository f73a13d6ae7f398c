package org.visitbalance.insight;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.visitbalance.core.TenantSettings;
import org.visitbalance.output.Insight;

/**
 * What stands out in a company (rules.md#insights): a function of its books, its settings, and the
 * last complete day.
 */
public final class Insights {
  public static final String ARRIVALS_BEHIND = "ARRIVALS_BEHIND";
  public static final String COMMON_CAUSE = "COMMON_CAUSE";
  public static final String OUT_OF_CONTROL = "OUT_OF_CONTROL";
  public static final String MISSING_AFTER = "MISSING_AFTER";
  public static final String UNIT_LIMIT = "UNIT_LIMIT";

  /** How long the visits of a day are counted, in days; all that is compared is newer. */
  private static final long KEPT = 200;

  /** A company whose data is older than this is not judged. */
  private static final long TOO_OLD = 30;

  /** How long the charges of a day may take to be read, after its end. */
  private static final Duration READING = Duration.ofHours(6);

  private Insights() {}

  /**
   * Returns the last day of which all charges should have been read.
   *
   * @param now the time of evaluation
   * @param billingUntil how far billing's data is complete; null if it does not say
   */
  public static LocalDate last(
      TenantSettings settings, Instant now, @Nullable Instant billingUntil) {
    LocalDate over = LocalDate.ofInstant(now.minus(READING), settings.zone()).minusDays(1);
    LocalDate fed =
        billingUntil == null
            ? over
            : LocalDate.ofInstant(billingUntil, settings.zone()).minusDays(1);
    return fed.isBefore(over) ? fed : over;
  }

  /** Returns the first day whose visits are still counted; no insight looks at older ones again. */
  public static LocalDate oldest(Instant now) {
    return LocalDate.EPOCH.plusDays(now.getEpochSecond() / 86_400 - KEPT);
  }

  /** Returns whether a day is so old that no insight will look at it again. */
  public static boolean isOver(LocalDate day, Instant now) {
    return day.isBefore(oldest(now));
  }

  /**
   * Returns what stands out, all OPEN and without times.
   *
   * @param totals what the company's books add up to until the {@link #last} day
   */
  public static List<Insight> found(
      String tenant, TenantSettings settings, Instant now, InsightTotals totals) {
    boolean isKnown =
        totals.last().isAfter(LocalDate.ofInstant(now, settings.zone()).minusDays(TOO_OLD));
    if (!isKnown || totals.lags.isEmpty()) {
      return List.of();
    }
    BillingDays days =
        new BillingDays(totals.visits(), totals.charges(), totals.first(), totals.last());
    List<Insight> found = new ArrayList<>(ArrivalsBehind.of(tenant, totals, days));
    found.addAll(CommonCauses.of(tenant, totals));
    found.addAll(OutOfControl.of(tenant, totals, settings.weekStartsOn()));
    Insight waiting = ArrivalsBehind.missingAfter(tenant, totals, days, settings.missingAfter());
    if (waiting != null) {
      found.add(waiting);
    }
    found.addAll(UnitLimits.of(tenant, totals, settings));
    return found;
  }
}
