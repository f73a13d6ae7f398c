package org.visitbalance.scenario;

import java.util.List;
import org.visitbalance.fact.ChargeOrigin;
import org.visitbalance.fact.VisitLine;

/** Charges without a documented line: fees, supplies, pseudo charges and strays. */
final class SideSimulator {
  private static final int MANY = 1_200;

  private final Company company;
  private final Rates rates;
  private final BillingSimulator billing;

  SideSimulator(Company company, BillingSimulator billing) {
    this.company = company;
    this.rates = company.rates;
    this.billing = billing;
  }

  void noShow(Clinic clinic, Patient patient, long epochDay, SeededRandom random) {
    Encounter missed =
        new Encounter(
            random,
            clinic,
            patient,
            company.nextVisit(),
            patient.caseId,
            patient.therapistId,
            epochDay,
            clinic.sites.get(0));
    BillingSimulator.Line fee = line(missed, Codes.NO_SHOW_FEE, 1, missed.ended + WallClock.HOUR);
    fee.emrVisitId = null;
    fee.origin = ChargeOrigin.MANUAL;
    billing.send(fee);
  }

  void beside(Encounter encounter, long arrived) {
    SeededRandom random = encounter.random;
    long wall = arrived + WallClock.HOUR;
    if (random.chance(rates.of(Rate.COPAY))) {
      billing.send(line(encounter, Codes.COPAY, 1, wall));
    }
    if (random.chance(rates.of(Rate.SUPPLY))) {
      int units = random.chance(rates.of(Rate.BULK_SUPPLY)) ? MANY : random.between(1, 2);
      billing.send(line(encounter, Codes.SUPPLY, units, wall));
    }
    if (random.chance(rates.of(Rate.KEYED))) {
      stray(encounter, "", ChargeOrigin.MANUAL);
    }
    if (random.chance(rates.of(Rate.UNKNOWN_VISIT))) {
      stray(encounter, "X", ChargeOrigin.INTEGRATION);
    }
  }

  /** Creates a charge for the day before, when the patient was not there. */
  private void stray(Encounter encounter, String prefix, ChargeOrigin origin) {
    BillingSimulator.Line stray =
        line(encounter, Codes.EXERCISE, 2, encounter.ended + 2 * WallClock.HOUR);
    stray.emrVisitId = prefix.isEmpty() ? null : prefix + encounter.visitId;
    stray.dayOfService = encounter.epochDay - 1;
    stray.origin = origin;
    billing.send(stray);
  }

  private BillingSimulator.Line line(Encounter encounter, String cpt, int units, long wall) {
    VisitLine documented = Codes.untimed(cpt, List.of(), units);
    BillingSimulator.Line line =
        new BillingSimulator.Line(encounter, company.nextCharge(), documented, wall);
    line.billingVisitId = company.nextBillingVisit();
    return line;
  }
}
