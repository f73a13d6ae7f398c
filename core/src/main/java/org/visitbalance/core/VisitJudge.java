package org.visitbalance.core;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.visitbalance.fact.Charge;
import org.visitbalance.fact.Note;
import org.visitbalance.fact.Visit;
import org.visitbalance.fact.VisitLine;
import org.visitbalance.output.Granularity;
import org.visitbalance.output.ItemList;
import org.visitbalance.output.LateArrival;
import org.visitbalance.output.VisitCharge;
import org.visitbalance.output.VisitSummary;
import org.visitbalance.state.Contribution;
import org.visitbalance.state.JudgedIds;
import org.visitbalance.state.Judgement;

/** Evaluates one visit, billing-only visit or open note. */
final class VisitJudge {
  private static final Comparator<VisitCharge> BY_CHARGE_ID =
      Comparator.comparing(VisitCharge::getChargeId, CodePoints.ORDER);

  private final String tenant;
  private final Tokens tokens;

  VisitJudge(String tenant, Tokens tokens) {
    this.tenant = tenant;
    this.tokens = tokens;
  }

  Judgement judge(VisitContext context, VisitDecisions decisions, BooleanSupplier hasOpenNote) {
    List<Contribution> contributions =
        decisions.marked(
            Contributions.of(context, new Bridge(context, hasOpenNote)),
            context.settings.weekStartsOn);
    if (context.visit == null && !context.billed) {
      return new Judgement(
          context.name,
          context.token,
          contributions,
          null,
          null,
          List.of(),
          List.of(),
          List.of(),
          ids(context),
          List.of());
    }
    Visit visit = context.finalized ? context.visit : null;
    UnitComparison units =
        visit != null && UnitComparison.isWanted(context)
            ? new UnitComparison(context, visit)
            : null;
    boolean settled = units != null && UnitComparison.isSettled(context);
    LateArrival late = visit == null ? null : LateArrivals.of(context, visit);
    return new Judgement(
        context.name,
        context.token,
        contributions,
        summary(context, contributions, late != null),
        late,
        units != null && settled ? units.variances() : List.of(),
        Findings.of(context, contributions, units, decisions, tenant, tokens),
        units != null && settled ? units.capSamples() : List.of(),
        ids(context),
        visit != null && context.billable && context.counted ? codes(visit) : List.of());
  }

  /** Returns the documented codes, each once: what insights compare (rules.md#common-causes). */
  private static List<String> codes(Visit visit) {
    List<VisitLine> lines = visit.getLines();
    List<String> codes = new ArrayList<>(lines.size());
    for (int i = 0; i < lines.size(); i++) {
      VisitLine line = lines.get(i);
      if (VisitContext.units(line) > 0 && !codes.contains(line.getCpt())) {
        codes.add(line.getCpt());
      }
    }
    return codes;
  }

  private static JudgedIds ids(VisitContext context) {
    return new JudgedIds(payer(context), charges(context.chains));
  }

  private static @Nullable String payer(VisitContext context) {
    return context.visit != null || context.billing.isEmpty()
        ? context.payerId
        : context.billing.get(0).line.getPayerId();
  }

  private static List<VisitCharge> charges(List<Chain> chains) {
    List<VisitCharge> charges = new ArrayList<>(chains.size());
    for (Chain chain : chains) {
      for (Charge charge : chain.members) {
        charges.add(
            new VisitCharge(
                charge.getChargeId(),
                charge.getBillingVisitId(),
                charge.getCreatedOn(),
                chain.live && charge.getChargeId().equals(chain.line.getChargeId())));
      }
    }
    if (charges.size() > 1) {
      charges.sort(BY_CHARGE_ID);
    }
    return charges;
  }

  private VisitSummary summary(
      VisitContext context, List<Contribution> contributions, boolean isLate) {
    Visit visit = context.visit;
    return new VisitSummary(
        tenant,
        context.token,
        context.location,
        context.dateOfService(),
        context.providerId(),
        visit == null ? null : visit.getFinalizedOn(),
        context.billed ? context.billing.get(0).createdOn : null,
        state(context, contributions),
        context.suppressed != null,
        isLate,
        context.documentedUnits,
        context.billedUnits());
  }

  /** Returns the reason of the visit's item on its own day: rules.md#state. */
  private static String state(VisitContext context, List<Contribution> contributions) {
    String location = context.location;
    LocalDate day = null;
    if (context.visit != null && context.finalized) {
      day = context.visit.getFinalizedOn();
    } else if (context.billed) {
      location = context.billing.get(0).location();
      day = context.billing.get(0).createdOn;
    }
    for (Contribution contribution : contributions) {
      if (contribution.getReason() != null
          && contribution.getGranularity() == Granularity.DAY
          && contribution.getFrom().equals(day)
          && contribution.getLocation().equals(location)) {
        return contribution.getReason().name();
      }
    }
    return context.finalized ? "MATCHED" : "RETRACTED";
  }

  /**
   * Evaluates an open note, which counts in its periods once its day is over.
   *
   * @param hasVisit whether there is a visit of its id, which has the same token
   */
  Judgement openNote(
      Note note, boolean hasVisit, String token, TenantSettings settings, DueTimes dueTimes) {
    List<Contribution> contributions = new ArrayList<>(3);
    LocalDate date = note.getDateOfService();
    if (dueTimes.reached(date.plusDays(1).atStartOfDay(settings.zone).toInstant())) {
      String location = settings.location(note.getClinicId(), note.getPosCode(), date);
      for (Granularity granularity : Period.lengths()) {
        contributions.add(openNote(location, granularity, date, settings));
      }
    }
    return new Judgement(
        note.getNoteId(),
        token,
        contributions,
        null,
        null,
        List.of(),
        List.of(),
        List.of(),
        hasVisit ? null : new JudgedIds(null, List.of()),
        List.of());
  }

  private static Contribution openNote(
      String location, Granularity granularity, LocalDate date, TenantSettings settings) {
    return new Contribution(
        location,
        granularity,
        Period.from(granularity, date, settings.weekStartsOn),
        0,
        0,
        0L,
        0L,
        0L,
        0L,
        0,
        0,
        0L,
        0,
        null,
        false,
        null,
        null,
        List.of(ItemList.OPEN_NOTE),
        List.of());
  }
}
