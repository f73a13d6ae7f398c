package org.visitbalance.scenario;

import org.visitbalance.fact.FeedSource;
import org.visitbalance.fact.NoCharge;
import org.visitbalance.fact.Transmission;
import org.visitbalance.fact.TransmissionKind;
import org.visitbalance.fact.TransmissionStatus;

/** The way from the EMR to billing, as the Claims Feed shows it. */
final class ClaimsFeed {
  private final Company company;
  private final Rates rates;

  ClaimsFeed(Company company) {
    this.company = company;
    this.rates = company.rates;
  }

  /** Sends a finished note; returns the wall-clock time at which it reaches billing, or NEVER. */
  long send(Encounter encounter, EmrSimulator.Outcome outcome) {
    SeededRandom random = encounter.random;
    long begun = outcome.finalizedAt() + random.between(1, 5) * WallClock.MINUTE;
    if (random.chance(rates.of(Rate.OTHER_KIND))) {
      TransmissionKind kind =
          random.chance(0.5) ? TransmissionKind.CLINICAL : TransmissionKind.DEMOGRAPHIC;
      row(encounter, kind, TransmissionStatus.TRANSMISSION_SUCCESSFUL, begun);
    }
    if (outcome.amendedAt() != Encounter.NEVER && !outcome.rebilled()) {
      long at = outcome.amendedAt() + WallClock.MINUTE;
      row(encounter, TransmissionKind.FINANCIAL, TransmissionStatus.NOT_REBILLED, at);
    }
    if (random.chance(rates.of(Rate.TRANSMISSION_ABSENT))) {
      return begun + WallClock.MINUTE;
    }
    if (random.chance(rates.of(Rate.NOT_SENT)) || encounter.noCharge == NoCharge.DO_NOT_BILL) {
      financial(encounter, TransmissionStatus.NOT_SENT, begun);
      return Encounter.NEVER;
    }
    return transmit(encounter, begun);
  }

  private long transmit(Encounter encounter, long begun) {
    SeededRandom random = encounter.random;
    boolean stuck = random.chance(rates.of(Rate.TRANSMISSION_STUCK));
    boolean failed = random.chance(rates.of(Rate.TRANSMISSION_FAILED));
    boolean invalid = random.chance(0.5);
    boolean again = random.chance(rates.of(Rate.RESUBMITTED));
    financial(
        encounter,
        invalid ? TransmissionStatus.VALIDATION_PENDING : TransmissionStatus.INITIATED,
        begun);
    if (stuck) {
      return Encounter.NEVER;
    }
    long done = begun + random.between(1, 20) * WallClock.MINUTE;
    if (failed) {
      financial(
          encounter,
          invalid ? TransmissionStatus.VALIDATION_FAILED : TransmissionStatus.TRANSMISSION_FAILED,
          done);
      if (!again) {
        return Encounter.NEVER;
      }
      long resubmitted = WallClock.inOffice(done, 1, random);
      financial(encounter, TransmissionStatus.RESUBMITTED, resubmitted);
      done = resubmitted + 5 * WallClock.MINUTE;
    }
    financial(encounter, TransmissionStatus.TRANSMISSION_SUCCESSFUL, done);
    return done;
  }

  private void financial(Encounter encounter, TransmissionStatus status, long wall) {
    row(encounter, TransmissionKind.FINANCIAL, status, wall);
  }

  private void row(
      Encounter encounter, TransmissionKind kind, TransmissionStatus status, long wall) {
    var at = company.clock.instant(wall);
    company.send(
        new Transmission(
            company.tenant,
            company.nextEvent(),
            at,
            encounter.visitId,
            encounter.patient.key,
            kind,
            at,
            status),
        FeedSource.EMR,
        wall);
  }
}
