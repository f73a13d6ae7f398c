package org.visitbalance.insight;

import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.visitbalance.output.Discrepancy;
import org.visitbalance.output.DiscrepancyStatus;
import org.visitbalance.output.Granularity;
import org.visitbalance.output.UnitVariance;
import org.visitbalance.output.VisitSummary;
import org.visitbalance.state.CapSample;
import org.visitbalance.state.Contribution;
import org.visitbalance.state.Judgement;

/**
 * What insights need to know about one billable visit (rules.md#insights). It follows from the
 * judgement, so nothing else has to be stored to take it back.
 *
 * @param lag the days from the Finalized Date to the first charge; {@link #AWAITED} without one
 * @param payer the payer; empty for none
 * @param findings the kinds of its findings
 * @param units what it tells about its payer's caps
 */
public record VisitTraits(
    String location,
    LocalDate finalizedOn,
    int lag,
    String therapist,
    String payer,
    List<String> codes,
    List<String> findings,
    List<CapSample> units) {
  /** There is no charge. */
  public static final int AWAITED = -1;

  /** Longer lags are all the same. */
  static final int LONGEST = 120;

  /** An addendum that changes units and was not re-billed: nobody's work, but worth knowing. */
  static final String NOT_REBILLED = "NOT_REBILLED";

  /** Returns what is counted of a judgement; null if it is not of a billable, counted visit. */
  public static @Nullable VisitTraits of(@Nullable Judgement judgement) {
    VisitSummary summary = judgement == null ? null : judgement.getSummary();
    LocalDate finalizedOn = summary == null ? null : summary.getFinalizedOn();
    if (judgement == null || summary == null || finalizedOn == null) {
      return null;
    }
    if (!isExpected(judgement, summary.getLocation(), finalizedOn)) {
      return null;
    }
    LocalDate createdOn = summary.getCreatedOn();
    String payer = judgement.getIds() == null ? null : judgement.getIds().getPayerId();
    return new VisitTraits(
        summary.getLocation(),
        finalizedOn,
        createdOn == null
            ? AWAITED
            : (int) Math.min(LONGEST, Math.max(0, ChronoUnit.DAYS.between(finalizedOn, createdOn))),
        summary.getProviderId(),
        payer == null ? "" : payer,
        judgement.getCodes(),
        findings(judgement),
        judgement.getCapSamples());
  }

  private static boolean isExpected(Judgement judgement, String location, LocalDate day) {
    List<Contribution> contributions = judgement.getContributions();
    for (int i = 0; i < contributions.size(); i++) {
      Contribution one = contributions.get(i);
      if (one.getExpected() > 0
          && one.getGranularity() == Granularity.DAY
          && one.getFrom().equals(day)
          && one.getLocation().equals(location)) {
        return true;
      }
    }
    return false;
  }

  private static List<String> findings(Judgement judgement) {
    if (judgement.getDiscrepancies().isEmpty() && judgement.getVariances().isEmpty()) {
      return List.of();
    }
    List<String> found = new ArrayList<>(1);
    for (Discrepancy one : judgement.getDiscrepancies()) {
      if (one.getStatus() == DiscrepancyStatus.OPEN && !found.contains(one.getKind())) {
        found.add(one.getKind());
      }
    }
    for (UnitVariance one : judgement.getVariances()) {
      if (one.getRule() != null
          && one.getRule().contains(NOT_REBILLED)
          && !found.contains(NOT_REBILLED)) {
        found.add(NOT_REBILLED);
      }
    }
    return found;
  }
}
