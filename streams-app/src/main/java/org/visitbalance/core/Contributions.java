package org.visitbalance.core;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.visitbalance.fact.Visit;
import org.visitbalance.output.Granularity;
import org.visitbalance.output.ItemList;
import org.visitbalance.output.ProviderFigures;
import org.visitbalance.output.Reason;
import org.visitbalance.state.Contribution;

/**
 * What a visit, or chains without one, add to each period that they touch (domain.md, sections 5,
 * 6, 8 and 9). The reason is made together with the two counts that it explains, so that no
 * difference can be without one.
 */
final class Contributions {
  private final Dossier dossier;
  private final Bridge bridge;
  private final long evaluationUnits;
  private final List<Contribution> made = new ArrayList<>(3);

  private Contributions(Dossier dossier, Bridge bridge) {
    this.dossier = dossier;
    this.bridge = bridge;
    this.evaluationUnits = dossier.evaluationUnits();
  }

  static List<Contribution> of(Dossier dossier, Bridge bridge) {
    Contributions contributions = new Contributions(dossier, bridge);
    if (dossier.visit != null && dossier.finalized) {
      contributions.addAll(dossier.location, dossier.visit.getFinalizedOn());
    }
    for (Chain chain : dossier.chains) {
      if (chain.live) {
        contributions.addAll(chain.location(), chain.createdOn);
      }
    }
    return contributions.made;
  }

  private void addAll(String location, LocalDate date) {
    for (Granularity granularity : Period.lengths()) {
      LocalDate from = Period.from(granularity, date, dossier.settings.weekStartsOn);
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
    Visit visit = dossier.visit;
    boolean own =
        visit != null
            && dossier.finalized
            && dossier.location.equals(location)
            && period.holds(visit.getFinalizedOn());
    boolean counted = own && dossier.counted;
    List<Chain> billing = in(location, period, dossier.billing);
    List<Chain> live = in(location, period, dossier.chains);
    int e = counted ? 1 : 0;
    int b = Dossier.billingVisits(billing);
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
            && dossier.isOverdue();
    long evaluated = counted ? evaluationUnits : 0;
    int evaluations = evaluations(billing);
    boolean expected = counted && dossier.billable;
    return new Contribution(
        location,
        period.granularity(),
        period.from(),
        e,
        b,
        counted ? dossier.documentedUnits : 0,
        units(live),
        expected ? 1 : 0,
        expected && dossier.billed ? 1 : 0,
        evaluated,
        evaluations,
        reason,
        overdue,
        evaluationReason(reason, evaluated, evaluations),
        own ? lists() : List.of(),
        providers(counted, billing, live));
  }

  private static List<Chain> in(String location, Period period, List<Chain> chains) {
    List<Chain> found = new ArrayList<>(chains.size());
    for (int i = 0; i < chains.size(); i++) {
      Chain chain = chains.get(i);
      if (chain.live && chain.location().equals(location) && period.holds(chain.createdOn)) {
        found.add(chain);
      }
    }
    return found;
  }

  private static long units(List<Chain> live) {
    long units = 0;
    for (int i = 0; i < live.size(); i++) {
      units += live.get(i).line.getUnits();
    }
    return units;
  }

  private int evaluations(List<Chain> billing) {
    List<Chain> evaluations = null;
    for (int i = 0; i < billing.size(); i++) {
      if (dossier.settings.isEvaluation(billing.get(i).line.getCpt())) {
        evaluations = evaluations == null ? new ArrayList<>(2) : evaluations;
        evaluations.add(billing.get(i));
      }
    }
    return evaluations == null ? 0 : Dossier.billingVisits(evaluations);
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

  /** The readiness lists in which a FINALIZED visit stands. */
  private List<ItemList> lists() {
    if (!dossier.billable || dossier.billed) {
      return List.of();
    }
    List<ItemList> lists = new ArrayList<>(2);
    if (Bridge.isFailed(dossier.transmission)) {
      lists.add(ItemList.FAILED_TRANSMISSION);
    } else if (Bridge.isPending(dossier.transmission)) {
      lists.add(ItemList.PENDING_TRANSMISSION);
    } else if (dossier.transmission == null && dossier.settings.sendsTransmissions) {
      lists.add(ItemList.ABSENT_TRANSMISSION);
    }
    if (dossier.held) {
      lists.add(ItemList.HELD);
    }
    return lists;
  }

  private List<ProviderFigures> providers(boolean counted, List<Chain> billing, List<Chain> live) {
    String therapist = counted && dossier.visit != null ? dossier.visit.getTherapistId() : null;
    if (isOneProvider(therapist, live)) {
      String provider = therapist != null ? therapist : live.get(0).provider();
      return figures(provider, counted, billing, live);
    }
    Map<String, List<Chain>> byProvider = new TreeMap<>();
    if (therapist != null) {
      byProvider.put(therapist, new ArrayList<>(0));
    }
    for (Chain chain : live) {
      byProvider.computeIfAbsent(chain.provider(), any -> new ArrayList<>()).add(chain);
    }
    List<ProviderFigures> figures = new ArrayList<>(byProvider.size());
    byProvider.forEach(
        (provider, own) -> {
          List<Chain> ownBilling = new ArrayList<>(own);
          ownBilling.removeIf(chain -> !chain.visitMaking);
          figures.addAll(figures(provider, provider.equals(therapist), ownBilling, own));
        });
    return figures;
  }

  private static boolean isOneProvider(@Nullable String therapist, List<Chain> live) {
    if (therapist == null && live.isEmpty()) {
      return false;
    }
    String provider = therapist != null ? therapist : live.get(0).provider();
    for (int i = 0; i < live.size(); i++) {
      if (!live.get(i).provider().equals(provider)) {
        return false;
      }
    }
    return true;
  }

  private List<ProviderFigures> figures(
      String provider, boolean counted, List<Chain> billing, List<Chain> live) {
    return List.of(
        new ProviderFigures(
            provider,
            counted ? 1L : 0L,
            (long) Dossier.billingVisits(billing),
            counted ? dossier.documentedUnits : 0L,
            units(live)));
  }
}
