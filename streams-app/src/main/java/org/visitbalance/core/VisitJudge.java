package org.visitbalance.core;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.visitbalance.fact.Note;
import org.visitbalance.fact.Visit;
import org.visitbalance.output.Granularity;
import org.visitbalance.output.ItemList;
import org.visitbalance.output.LateArrival;
import org.visitbalance.output.VisitSummary;
import org.visitbalance.state.Contribution;
import org.visitbalance.state.Judgement;

/** All that is said of one visit, billing-only visit or open note. */
final class VisitJudge {
  private final String tenant;
  private final Tokens tokens;

  VisitJudge(String tenant, Tokens tokens) {
    this.tenant = tenant;
    this.tokens = tokens;
  }

  Judgement judge(Dossier dossier, Decided decided, BooleanSupplier hasOpenNote) {
    List<Contribution> contributions =
        decided.marked(
            Contributions.of(dossier, new Bridge(dossier, hasOpenNote)),
            dossier.settings.weekStartsOn);
    if (dossier.visit == null && !dossier.billed) {
      return new Judgement(
          dossier.name, dossier.token, contributions, null, null, List.of(), List.of(), List.of());
    }
    Visit visit = dossier.finalized ? dossier.visit : null;
    UnitComparison units =
        visit != null && UnitComparison.isWanted(dossier)
            ? new UnitComparison(dossier, visit)
            : null;
    boolean settled = units != null && UnitComparison.isSettled(dossier);
    LateArrival late = visit == null ? null : LateArrivals.of(dossier, visit);
    return new Judgement(
        dossier.name,
        dossier.token,
        contributions,
        summary(dossier, contributions, late != null),
        late,
        units != null && settled ? units.variances() : List.of(),
        Findings.of(dossier, contributions, units, decided, tenant, tokens),
        units != null && settled ? units.capSamples() : List.of());
  }

  private VisitSummary summary(Dossier dossier, List<Contribution> contributions, boolean isLate) {
    Visit visit = dossier.visit;
    return new VisitSummary(
        tenant,
        dossier.token,
        dossier.location,
        dossier.dateOfService(),
        dossier.providerId(),
        visit == null ? null : visit.getFinalizedOn(),
        dossier.billed ? dossier.billing.get(0).createdOn : null,
        state(dossier, contributions),
        dossier.suppressed != null,
        isLate,
        dossier.documentedUnits,
        dossier.billedUnits());
  }

  /** The reason of its item in its own day; domain.md, section 9. */
  private static String state(Dossier dossier, List<Contribution> contributions) {
    String location = dossier.location;
    LocalDate day = null;
    if (dossier.visit != null && dossier.finalized) {
      day = dossier.visit.getFinalizedOn();
    } else if (dossier.billed) {
      location = dossier.billing.get(0).location();
      day = dossier.billing.get(0).createdOn;
    }
    for (Contribution contribution : contributions) {
      if (contribution.getReason() != null
          && contribution.getGranularity() == Granularity.DAY
          && contribution.getFrom().equals(day)
          && contribution.getLocation().equals(location)) {
        return contribution.getReason().name();
      }
    }
    return dossier.finalized ? "MATCHED" : "RETRACTED";
  }

  /** An open note counts in its periods once its day is over. */
  Judgement openNote(Note note, String token, TenantSettings settings, Moments moments) {
    List<Contribution> contributions = new ArrayList<>(3);
    LocalDate date = note.getDateOfService();
    if (moments.reached(date.plusDays(1).atStartOfDay(settings.zone).toInstant())) {
      String location = settings.location(note.getClinicId(), note.getPosCode(), date);
      for (Granularity granularity : Period.lengths()) {
        contributions.add(openNote(location, granularity, date, settings));
      }
    }
    return new Judgement(
        note.getNoteId(), token, contributions, null, null, List.of(), List.of(), List.of());
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
