package org.visitbalance.core;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.visitbalance.fact.Visit;
import org.visitbalance.output.Granularity;
import org.visitbalance.output.ItemList;
import org.visitbalance.output.Reason;
import org.visitbalance.state.Contribution;

/**
 * What a visit, or chains without one, contributes to each period it touches (rules.md#counts). The
 * reason is created together with the two counts it explains, so no difference can lack a reason.
 */
final class Contributions {
  private final VisitContext context;
  private final Bridge bridge;
  private final long evaluationUnits;
  private final List<Contribution> made = new ArrayList<>(3);
  private final List<PeriodShare> shares = new ArrayList<>(1);

  private Contributions(VisitContext context, Bridge bridge) {
    this.context = context;
    this.bridge = bridge;
    this.evaluationUnits = context.evaluationUnits();
  }

  static List<Contribution> of(VisitContext context, Bridge bridge) {
    Contributions contributions = new Contributions(context, bridge);
    if (context.visit != null && context.finalized) {
      contributions.addAll(context.location, context.visit.getFinalizedOn());
    }
    for (Chain chain : context.chains) {
      if (chain.live) {
        contributions.addAll(chain.location(), chain.createdOn);
      }
    }
    return contributions.made;
  }

  private void addAll(String location, LocalDate date) {
    if (isMade(location, Granularity.DAY, date)) {
      return;
    }
    for (Granularity granularity : Period.lengths()) {
      LocalDate from = Period.from(granularity, date, context.settings.weekStartsOn);
      if (!isMade(location, granularity, from)) {
        made.add(
            contribution(location, new Period(granularity, from, Period.to(granularity, from))));
      }
    }
  }

  private boolean isMade(String location, Granularity granularity, LocalDate from) {
    for (int i = 0; i < made.size(); i++) {
      Contribution other = made.get(i);
      if (other.getGranularity() == granularity
          && other.getFrom().equals(from)
          && other.getLocation().equals(location)) {
        return true;
      }
    }
    return false;
  }

  private Contribution contribution(String location, Period period) {
    Visit visit = context.visit;
    boolean own =
        visit != null
            && context.finalized
            && context.location.equals(location)
            && period.holds(visit.getFinalizedOn());
    PeriodShare share = share(own && context.counted, in(location, period));
    int e = share.counted ? 1 : 0;
    int b = share.billingVisits;
    Reason reason = null;
    if (e > b) {
      reason = bridge.moreInEmr(period);
    } else if (b > e) {
      reason = bridge.moreInBilling(location, period, e, b);
    }
    boolean overdue =
        reason != null
            && reason != Reason.KEYED_IN_BILLING
            && Reasons.kind(reason) == Reasons.Kind.WORK
            && context.isOverdue();
    long evaluated = share.counted ? evaluationUnits : 0;
    boolean expected = share.counted && context.billable;
    return new Contribution(
        location,
        period.granularity(),
        period.from(),
        e,
        b,
        share.counted ? context.documentedUnits : 0,
        share.billedUnits,
        share.counted ? context.documentedNonVisitUnits : 0,
        share.billedNonVisitUnits,
        expected ? 1 : 0,
        expected && context.billed ? 1 : 0,
        evaluated,
        share.evaluations,
        reason,
        overdue,
        null,
        evaluationReason(reason, evaluated, share.evaluations),
        own ? lists() : List.of(),
        share.providers);
  }

  /**
   * Returns the share of a period; the day, the week and the month of a visit share one unless its
   * chains are scattered.
   */
  private PeriodShare share(boolean counted, List<Chain> live) {
    for (int i = 0; i < shares.size(); i++) {
      PeriodShare share = shares.get(i);
      if (share.counted == counted && share.live.equals(live)) {
        return share;
      }
    }
    PeriodShare share = new PeriodShare(context, counted, live);
    shares.add(share);
    return share;
  }

  private List<Chain> in(String location, Period period) {
    List<Chain> found = new ArrayList<>(context.chains.size());
    for (int i = 0; i < context.chains.size(); i++) {
      Chain chain = context.chains.get(i);
      if (chain.live && chain.location().equals(location) && period.holds(chain.createdOn)) {
        found.add(chain);
      }
    }
    return found;
  }

  private static @Nullable Reason evaluationReason(
      @Nullable Reason reason, long evaluated, int evaluations) {
    if (evaluated == evaluations) {
      return null;
    }
    if (reason != null) {
      return reason;
    }
    if (evaluations == 0) {
      return Reason.EVALUATION_NOT_BILLED;
    }
    return evaluations < evaluated ? Reason.MULTIPLE_EVALUATIONS : Reason.EVALUATION_ADDED;
  }

  /** Returns the readiness lists that contain a FINALIZED visit. */
  private List<ItemList> lists() {
    if (!context.billable || context.billed) {
      return List.of();
    }
    List<ItemList> lists = new ArrayList<>(2);
    if (Bridge.isFailed(context.transmission)) {
      lists.add(ItemList.FAILED_TRANSMISSION);
    } else if (Bridge.isPending(context.transmission)) {
      lists.add(ItemList.PENDING_TRANSMISSION);
    } else if (context.transmission == null && context.settings.sendsTransmissions) {
      lists.add(ItemList.ABSENT_TRANSMISSION);
    }
    if (context.held) {
      lists.add(ItemList.HELD);
    }
    return lists;
  }
}
