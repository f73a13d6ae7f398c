package org.visitbalance.core;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.visitbalance.fact.Visit;
import org.visitbalance.output.Discrepancy;
import org.visitbalance.output.DiscrepancyStatus;
import org.visitbalance.output.Granularity;
import org.visitbalance.output.Level;
import org.visitbalance.output.Reason;
import org.visitbalance.output.Severity;
import org.visitbalance.state.Contribution;

/** The discrepancies of one visit or billing-only visit (rules.md#discrepancies). */
final class Findings {
  private record Place(String kind, String location, LocalDate date) {}

  /** A finding at a location and day: an item, something else about the visit, or both. */
  private record Finding(Severity severity, long difference, boolean item) {}

  private final VisitContext context;
  private final @Nullable UnitComparison units;
  private final VisitDecisions decisions;
  private final Map<Place, Finding> found = new LinkedHashMap<>(2);

  private Findings(VisitContext context, @Nullable UnitComparison units, VisitDecisions decisions) {
    this.context = context;
    this.units = units;
    this.decisions = decisions;
  }

  static List<Discrepancy> of(
      VisitContext context,
      List<Contribution> contributions,
      @Nullable UnitComparison units,
      VisitDecisions decisions,
      String tenant,
      Tokens tokens) {
    Findings findings = new Findings(context, units, decisions);
    for (int i = 0; i < contributions.size(); i++) {
      findings.ofItem(contributions.get(i));
    }
    if (context.visit != null) {
      findings.ofVisit(context.visit);
    }
    List<Discrepancy> discrepancies = findings.discrepancies(tenant, tokens);
    return decisions.isAnything()
        ? findings.decisions(discrepancies, tenant, tokens)
        : discrepancies;
  }

  private void ofItem(Contribution contribution) {
    Reason reason = contribution.getReason();
    if (reason == null || contribution.getGranularity() != Granularity.DAY) {
      return;
    }
    Reasons.Kind kind = Reasons.kind(reason, contribution.getOverdue());
    boolean saidOfTheLocation =
        (reason == Reason.POSTED_ELSEWHERE || reason == Reason.POSTED_FROM_ELSEWHERE)
            && TenantSettings.isUnmapped(context.location);
    if (Reasons.isToWork(kind) && !saidOfTheLocation) {
      found.put(
          new Place(reason.name(), contribution.getLocation(), contribution.getFrom()),
          new Finding(
              severity(reason, contribution.getOverdue()),
              contribution.getEmrVisits() - contribution.getBillingVisits(),
              true));
    }
  }

  private Severity severity(Reason reason, boolean overdue) {
    Severity severity = Reasons.severity(reason, overdue);
    LocalDate fileBy = severity == Severity.HIGH ? null : fileBy(reason.name());
    return fileBy != null
            && context.dueTimes.reached(
                fileBy
                    .minusDays(Reasons.DAYS_TO_FILE)
                    .atStartOfDay(context.settings.zone)
                    .toInstant())
        ? Severity.HIGH
        : severity;
  }

  /** The last day to file a claim for what is not billed; null of any other kind. */
  private @Nullable LocalDate fileBy(String kind) {
    return Reasons.isUnbilled(kind)
        ? context.settings.payerRules.fileBy(context.payerId, context.dateOfService())
        : null;
  }

  /** What is at risk of what is not billed, or exposed of what is billed too much. */
  private @Nullable Long amountCents(Place place) {
    Visit visit = context.visit;
    if (Reasons.isUnbilled(place.kind())) {
      return visit == null ? null : Money.toBill(context, visit);
    }
    return switch (place.kind()) {
      case "KEYED_IN_BILLING",
          "UNEXPECTED_CHARGE",
          "RETRACTED_IN_EMR",
          "CHARGED_BEFORE_FINALIZED",
          "BILLED_THOUGH_NOT_COUNTED" ->
          Money.billed(context, place.location(), place.date());
      case "BILLED_THOUGH_SUPPRESSED" -> Money.billed(context, chain -> true);
      case "DUPLICATE_BILLING" -> Money.billed(context, context.unitsBilledBeyondDocumented());
      case "UNITS_ADDED" ->
          units == null ? null : Money.billed(context, units.unexplainedAddition());
      case "SCRUBBED_UNEXPLAINED" ->
          units == null || visit == null
              ? null
              : Money.documented(context, visit, units.unexplainedScrub());
      default -> null;
    };
  }

  private void ofVisit(Visit visit) {
    boolean datesDiffer = false;
    for (Chain chain : context.chains) {
      datesDiffer |=
          chain.live && !chain.linked && !chain.dateOfService().equals(visit.getDateOfService());
    }
    if (datesDiffer) {
      add(visit, "DATE_OF_SERVICE_MISMATCH", Severity.LOW, 0);
    }
    if (context.providerMismatch) {
      add(visit, "PROVIDER_MISMATCH", Severity.LOW, 0);
    }
    if (!context.finalized) {
      return;
    }
    if (context.billedTwice) {
      add(
          visit,
          Reason.DUPLICATE_BILLING.name(),
          Severity.HIGH,
          1 - VisitContext.billingVisits(context.billing));
    }
    if (isBilledThoughSuppressed(visit)) {
      add(visit, "BILLED_THOUGH_SUPPRESSED", Severity.HIGH, 0);
    }
    if (Suppression.isIneffective(visit)) {
      add(visit, "INEFFECTIVE_NORCM", Severity.LOW, 0);
    }
    if (units != null) {
      ofUnits(visit, units);
    }
  }

  /**
   * Adds the findings about units once they are settled; before that, only held lines are reported.
   */
  private void ofUnits(Visit visit, UnitComparison units) {
    if (context.attachment.anyOpen()) {
      if (!units.unexplainedScrub().isEmpty()) {
        add(visit, "LINES_HELD", Severity.MEDIUM, 0);
      }
    } else if (UnitComparison.isSettled(context)) {
      if (!units.unexplainedAddition().isEmpty()) {
        add(visit, "UNITS_ADDED", Severity.HIGH, 0);
      }
      if (!units.unexplainedScrub().isEmpty()) {
        add(visit, "SCRUBBED_UNEXPLAINED", Severity.LOW, 0);
      }
    }
  }

  private boolean isBilledThoughSuppressed(Visit visit) {
    return context.suppressed != null
        && context.billed
        && context.chains.stream().anyMatch(chain -> chain.live && !chain.isManual())
        && context.dueTimes.reached(
            Instants.plus(visit.getOccurredAt(), context.settings.missingAfter));
  }

  private void add(Visit visit, String kind, Severity severity, long difference) {
    Place place = new Place(kind, context.location, visit.getFinalizedOn());
    found.put(place, new Finding(severity, difference, found.containsKey(place)));
  }

  private List<Discrepancy> discrepancies(String tenant, Tokens tokens) {
    if (found.isEmpty()) {
      return List.of();
    }
    List<Discrepancy> discrepancies = new ArrayList<>(found.size());
    found.forEach(
        (place, finding) -> discrepancies.add(discrepancy(place, finding, tenant, tokens)));
    return discrepancies;
  }

  private Discrepancy discrepancy(Place place, Finding finding, String tenant, Tokens tokens) {
    return new Discrepancy(
        tokens.discrepancy(
            tenant, Level.VISIT, place.kind(), place.location(), place.date(), context.token),
        tenant,
        Level.VISIT,
        place.kind(),
        DiscrepancyStatus.OPEN,
        finding.severity(),
        place.location(),
        place.date(),
        context.token,
        finding.difference(),
        context.dateOfService(),
        Objects.requireNonNull(context.providerId()),
        context.documentedUnits - context.billedUnits(),
        amountCents(place),
        fileBy(place.kind()),
        Reasons.action(place.kind()),
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null);
  }

  /**
   * Applies people's decisions to the discrepancies; also reports accepted ones that have changed.
   */
  private List<Discrepancy> decisions(List<Discrepancy> undecided, String tenant, Tokens tokens) {
    List<Discrepancy> all = new ArrayList<>(undecided);
    found.forEach(
        (place, finding) -> {
          if (finding.item() && !isAccepted(place)) {
            String lapsed = lapsed(place);
            if (!lapsed.isEmpty()) {
              all.add(
                  Discrepancy.newBuilder(
                          discrepancy(
                              new Place(
                                  Reasons.ACCEPTED_BUT_CHANGED, place.location(), place.date()),
                              finding,
                              tenant,
                              tokens))
                      .setBefore(lapsed)
                      .setAfter(place.kind())
                      .build());
            }
          }
        });
    all.replaceAll(decisions::about);
    return all;
  }

  private boolean isAccepted(Place place) {
    return decisions.acceptance(place.kind(), place.location(), place.date()) != null;
  }

  /** Returns the kinds of items that were accepted at a place and are no longer there. */
  private String lapsed(Place place) {
    return decisions.acceptedItems(place.location(), place.date()).stream()
        .filter(kind -> !found.containsKey(new Place(kind, place.location(), place.date())))
        .collect(Collectors.joining(", "));
  }
}
