package org.visitbalance.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.visitbalance.fact.Charge;
import org.visitbalance.output.ProviderFigures;

/**
 * The figures of a visit, or of chains without one, in a period: they follow from whether the visit
 * is counted there and from its chains that are live there (rules.md#as-reported).
 */
final class PeriodShare {
  final boolean counted;
  final List<Chain> live;
  final int billingVisits;
  final long billedUnits;
  final long billedNonVisitUnits;
  final int evaluations;

  /** By provider, in the order of their ids. */
  final List<ProviderFigures> providers;

  PeriodShare(VisitContext context, boolean counted, List<Chain> live) {
    List<Chain> billing = billing(live);
    this.counted = counted;
    this.live = live;
    this.billingVisits = VisitContext.billingVisits(billing);
    this.billedUnits = units(live);
    this.billedNonVisitUnits = nonVisitUnits(live, context.settings);
    this.evaluations = evaluations(billing, context.settings);
    this.providers = providers(counted ? context : null, billing, live);
  }

  private static List<Chain> billing(List<Chain> live) {
    List<Chain> billing = new ArrayList<>(live.size());
    for (int i = 0; i < live.size(); i++) {
      if (live.get(i).bills()) {
        billing.add(live.get(i));
      }
    }
    return billing;
  }

  private static long units(List<Chain> live) {
    long units = 0;
    for (int i = 0; i < live.size(); i++) {
      units += live.get(i).line.getUnits();
    }
    return units;
  }

  private static long nonVisitUnits(List<Chain> live, TenantSettings settings) {
    long units = 0;
    for (int i = 0; i < live.size(); i++) {
      Charge line = live.get(i).line;
      units += settings.isNonVisit(line.getCpt()) ? line.getUnits() : 0;
    }
    return units;
  }

  private static int evaluations(List<Chain> billing, TenantSettings settings) {
    List<Chain> evaluations = null;
    for (int i = 0; i < billing.size(); i++) {
      if (settings.isEvaluation(billing.get(i).line.getCpt())) {
        evaluations = evaluations == null ? new ArrayList<>(2) : evaluations;
        evaluations.add(billing.get(i));
      }
    }
    return evaluations == null ? 0 : VisitContext.billingVisits(evaluations);
  }

  private static List<ProviderFigures> providers(
      @Nullable VisitContext counted, List<Chain> billing, List<Chain> live) {
    String therapist =
        counted != null && counted.visit != null ? counted.visit.getTherapistId() : null;
    if (isOneProvider(therapist, live)) {
      String provider = therapist != null ? therapist : live.get(0).provider();
      return List.of(figures(provider, counted, billing, live));
    }
    Map<String, List<Chain>> byProvider = new TreeMap<>(CodePoints.ORDER);
    if (therapist != null) {
      byProvider.put(therapist, new ArrayList<>(0));
    }
    for (Chain chain : live) {
      byProvider.computeIfAbsent(chain.provider(), any -> new ArrayList<>()).add(chain);
    }
    List<ProviderFigures> figures = new ArrayList<>(byProvider.size());
    byProvider.forEach(
        (provider, own) ->
            figures.add(
                figures(provider, provider.equals(therapist) ? counted : null, billing(own), own)));
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

  private static ProviderFigures figures(
      String provider, @Nullable VisitContext counted, List<Chain> billing, List<Chain> live) {
    return new ProviderFigures(
        provider,
        counted == null ? 0L : 1L,
        (long) VisitContext.billingVisits(billing),
        counted == null ? 0L : counted.documentedUnits,
        units(live));
  }
}
