package org.visitbalance.scenario;

import java.util.List;
import org.visitbalance.fact.NoteStatus;

/** One visit from its end to its last charge, through all the systems it passes. */
final class VisitStory {
  private final Company company;
  private final Rates rates;
  private final Documentation documentation;
  private final EmrSimulator emr;
  private final ClaimsFeed claimsFeed;
  private final RejectionSimulator rejections;
  private final BillingSimulator billing;
  private final SideSimulator side;

  VisitStory(Company company) {
    this.company = company;
    this.rates = company.rates;
    this.documentation = new Documentation(rates);
    this.emr = new EmrSimulator(company);
    this.claimsFeed = new ClaimsFeed(company);
    this.rejections = new RejectionSimulator(company);
    this.billing = new BillingSimulator(company);
    this.side = new SideSimulator(company, billing);
  }

  void tell(Clinic clinic, Patient patient, long epochDay) {
    SeededRandom random = company.visitDice();
    if (random.chance(rates.of(Rate.NO_SHOW))) {
      side.noShow(clinic, patient, epochDay, random);
      return;
    }
    boolean evaluation = !patient.evaluated;
    patient.evaluated = true;
    boolean second = random.chance(rates.of(Rate.SECOND_VISIT));
    Site site = site(clinic, random);
    visit(
        new Encounter(
            random,
            clinic,
            patient,
            company.nextVisit(),
            patient.caseId,
            patient.therapistId,
            epochDay,
            site),
        evaluation);
    if (second) {
      // Another discipline: another therapist, another case.
      visit(
          new Encounter(
              random,
              clinic,
              patient,
              company.nextVisit(),
              patient.caseId + "B",
              clinic.otherThan(patient.therapistId, random),
              epochDay,
              site),
          false);
    }
  }

  private Site site(Clinic clinic, SeededRandom random) {
    boolean second = random.chance(rates.of(Rate.SECOND_SITE));
    boolean unmapped = random.chance(rates.of(Rate.UNMAPPED_SITE));
    Site first = clinic.sites.get(0);
    if (unmapped) {
      return new Site(clinic.id, "32", first.locationId());
    }
    int others = clinic.sites.size() - 1;
    return second && others > 0 ? clinic.sites.get(1 + random.below(others)) : first;
  }

  private void visit(Encounter encounter, boolean evaluation) {
    SeededRandom random = encounter.random;
    documentation.write(encounter, evaluation);
    boolean open = random.chance(rates.of(Rate.OPEN_NOTE));
    boolean early = random.chance(rates.of(Rate.CHARGED_EARLY));
    boolean cancelled = random.chance(rates.of(Rate.CANCELLED_NOTE));
    if (open) {
      emr.note(encounter, NoteStatus.OPEN, 0);
      if (early) {
        billing.charge(encounter, encounter.ended + WallClock.HOUR);
      } else if (cancelled) {
        emr.note(encounter, NoteStatus.CANCELLED, random.between(2, 6));
      }
      return;
    }
    EmrSimulator.Outcome outcome = emr.finish(encounter);
    long arrived = claimsFeed.send(encounter, outcome);
    long free = arrived == Encounter.NEVER ? arrived : rejections.hold(encounter, arrived);
    boolean lost = random.chance(rates.of(Rate.LOST));
    boolean billedAnyway = random.chance(rates.of(Rate.BILLED_THOUGH_SUPPRESSED));
    if (free == Encounter.NEVER || lost || (encounter.suppressed && !billedAnyway)) {
      return;
    }
    List<BillingSimulator.Line> charged = billing.charge(encounter, free);
    billing.follow(encounter, outcome, charged);
    side.beside(encounter, free);
  }
}
