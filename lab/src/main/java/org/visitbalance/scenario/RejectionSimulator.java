package org.visitbalance.scenario;

import org.visitbalance.fact.FeedSource;
import org.visitbalance.fact.RejectionStatus;
import org.visitbalance.fact.RejectionType;

/** The Integration Rejection Summary: what keeps a visit out of billing, and for how long. */
final class RejectionSimulator {
  private final Company company;
  private final Rates rates;

  RejectionSimulator(Company company) {
    this.company = company;
    this.rates = company.rates;
  }

  /**
   * Returns the wall-clock time at which the last rejection is cleared: the arrival, if there are
   * none; or NEVER.
   */
  long hold(Encounter encounter, long arrived) {
    long free = arrived;
    if (encounter.random.chance(rates.of(Rate.REJECTED_PAYMENT))) {
      reject(encounter, RejectionType.PAYMENT, arrived);
    }
    free = reject(encounter, Rate.REJECTED_PATIENT, RejectionType.PATIENT, free);
    free = reject(encounter, Rate.REJECTED_CASE, RejectionType.CASE, free);
    return reject(encounter, Rate.REJECTED_CHARGE, RejectionType.CHARGE, free);
  }

  private long reject(Encounter encounter, Rate rate, RejectionType type, long from) {
    boolean rejected = encounter.random.chance(rates.of(rate));
    return rejected && from != Encounter.NEVER ? reject(encounter, type, from) : from;
  }

  private long reject(Encounter encounter, RejectionType type, long from) {
    SeededRandom random = encounter.random;
    String id = company.nextRejection();
    long opened = from + random.between(1, 30) * WallClock.MINUTE;
    boolean never = random.chance(rates.of(Rate.NEVER_CLEARED));
    boolean longer = random.chance(rates.of(Rate.HELD_LONG));
    boolean again = random.chance(rates.of(Rate.REOPENED));
    boolean walks = random.chance(rates.of(Rate.REJECTION_WALK));
    entry(encounter, id, type, RejectionStatus.OPEN, opened);
    if (never) {
      return Encounter.NEVER;
    }
    long cleared = WallClock.inOffice(opened, longer ? random.between(2, 9) : 1, random);
    entry(encounter, id, type, RejectionStatus.CLEARED, cleared);
    if (again) {
      // When a list is read day by day, an entry that comes back gets a new id (files.md).
      String sameOrNext = company.options.exportable() ? id + "#2" : id;
      entry(
          encounter,
          sameOrNext,
          type,
          RejectionStatus.OPEN,
          WallClock.inOffice(cleared, 1, random));
      cleared = WallClock.inOffice(cleared, 2, random);
      entry(encounter, sameOrNext, type, RejectionStatus.CLEARED, cleared);
    }
    RejectionType next = type == RejectionType.PATIENT ? RejectionType.CASE : RejectionType.CHARGE;
    return walks && type != next && type != RejectionType.PAYMENT
        ? reject(encounter, next, cleared)
        : cleared;
  }

  private void entry(
      Encounter encounter, String id, RejectionType type, RejectionStatus status, long wall) {
    boolean charge = type == RejectionType.CHARGE;
    // Half of the CHARGE entries name the visit, the others only its date.
    boolean named = charge && (id.charAt(id.length() - 1) & 1) == 0;
    company.send(
        RecordFactory.rejection(
            company.tenant,
            company.nextEvent(),
            id,
            type,
            status,
            company.clock.instant(wall),
            reason(type),
            encounter.patient.key,
            type == RejectionType.PATIENT ? null : encounter.caseId,
            named ? encounter.visitId : null,
            charge ? encounter.day : null,
            charge ? encounter.site.locationId() : null),
        FeedSource.BILLING,
        wall);
  }

  private static String reason(RejectionType type) {
    return switch (type) {
      case PATIENT -> "PATIENT_NOT_LINKED";
      case CASE -> "CASE_NOT_FOUND";
      case CHARGE -> "NO_INSURANCE";
      default -> "PAYMENT_UNMATCHED";
    };
  }
}
