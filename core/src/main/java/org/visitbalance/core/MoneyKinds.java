package org.visitbalance.core;

import java.util.List;
import org.visitbalance.output.Reason;

/** The kinds of discrepancies that have an amount, by what it means (rules.md#amounts). */
public final class MoneyKinds {
  private MoneyKinds() {}

  /** At risk: the visit is held by a rejection. */
  public static final String HELD = Reason.HELD.name();

  /** At risk: the visit should be billed, is not, and is neither held nor on its way. */
  public static final List<String> MISSING =
      names(
          Reason.MISSING_CHARGE,
          Reason.LOST_AFTER_ACCEPTANCE,
          Reason.NOT_SENT,
          Reason.CHARGES_REMOVED);

  /**
   * At risk: the visit should be billed and is not, for whatever reason. A claim for it can be
   * filed too late.
   */
  public static final List<String> UNBILLED =
      names(
          Reason.HELD,
          Reason.TRANSMISSION_FAILED,
          Reason.TRANSMISSION_STUCK,
          Reason.NOT_SENT,
          Reason.CHARGES_REMOVED,
          Reason.LOST_AFTER_ACCEPTANCE,
          Reason.MISSING_CHARGE);

  /** At risk besides the unbilled kinds: units that nobody knows why billing dropped. */
  public static final String SCRUBBED = "SCRUBBED_UNEXPLAINED";

  /** Exposed: amounts of a location and a Created Date, which add up. */
  public static final List<String> EXPOSED_BY_DAY =
      names(
          Reason.KEYED_IN_BILLING,
          Reason.UNEXPECTED_CHARGE,
          Reason.RETRACTED_IN_EMR,
          Reason.CHARGED_BEFORE_FINALIZED,
          Reason.BILLED_THOUGH_NOT_COUNTED);

  /** Exposed: amounts of a whole visit, which may be those of its days. */
  public static final List<String> EXPOSED_WHOLE =
      List.of("BILLED_THOUGH_SUPPRESSED", Reason.DUPLICATE_BILLING.name(), "UNITS_ADDED");

  private static List<String> names(Reason... reasons) {
    return List.of(reasons).stream().map(Reason::name).toList();
  }

  /** Returns whether an amount of a kind is at risk. */
  public static boolean isAtRisk(String kind) {
    return UNBILLED.contains(kind) || kind.equals(SCRUBBED);
  }

  /** Returns whether an amount of a kind is exposed. */
  public static boolean isExposed(String kind) {
    return EXPOSED_BY_DAY.contains(kind) || EXPOSED_WHOLE.contains(kind);
  }
}
