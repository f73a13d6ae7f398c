package org.visitbalance.scenario;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.visitbalance.fact.ChargeOrigin;
import org.visitbalance.fact.ChargeStatus;
import org.visitbalance.fact.FeedSource;
import org.visitbalance.fact.NoCharge;
import org.visitbalance.fact.NoteStatus;
import org.visitbalance.fact.NoteType;
import org.visitbalance.fact.RejectionStatus;
import org.visitbalance.fact.RejectionType;
import org.visitbalance.fact.Transmission;
import org.visitbalance.fact.TransmissionKind;
import org.visitbalance.fact.TransmissionStatus;
import org.visitbalance.fact.VisitLine;
import org.visitbalance.fact.VisitStatus;

/**
 * Random facts that tell no story: each field is chosen independently from a handful of values, so
 * that ids, dates and times collide. Every fact is valid; together they mean little, and still have
 * exactly one correct balance. Visits of different patients share ids, as happens when a visit is
 * moved.
 */
final class RandomFacts {
  private static final int VISITS = 4;
  private static final int CHAINS = 6;
  private static final int BILLING_VISITS = 3;
  private static final int REJECTIONS = 4;
  private static final int CASES = 2;

  private static final List<String> CODES =
      List.of(
          "97110",
          "97110",
          "97140",
          "97530",
          "97161",
          "97162",
          "97010",
          "NORCM",
          "norcm",
          "COPAY",
          "INSOVER",
          Codes.NO_SHOW_FEE,
          Codes.SUPPLY);

  private static final List<String> PAYERS = List.of("BCBS", "MEDICARE", "AETNA", "UHC");

  private final Company company;
  private final List<String> locations;

  RandomFacts(Company company) {
    this.company = company;
    this.locations = company.options.sites().stream().map(Site::locationId).distinct().toList();
  }

  void day(SeededRandom random, long epochDay) {
    ScenarioOptions options = company.options;
    int facts =
        (int) (company.rates.of(Rate.WILD) * options.visitsPerDay() * company.clinics.size());
    for (int i = 0; i < facts; i++) {
      fact(random, epochDay);
    }
  }

  private void fact(SeededRandom random, long epochDay) {
    String patientKey = "A" + (100_001 + random.below(Math.max(1, company.options.patients())));
    long wall = WallClock.inOffice(epochDay * WallClock.DAY, 0, random) + 4 * WallClock.HOUR;
    switch (random.below(10)) {
      case 0, 1, 2 -> visit(random, patientKey, wall);
      case 3, 4, 5, 6 -> charge(random, patientKey, wall);
      case 7 -> rejection(random, patientKey, wall);
      case 8 -> transmission(random, patientKey, wall);
      default -> note(random, patientKey, wall);
    }
  }

  private void visit(SeededRandom random, String patientKey, long wall) {
    Instant finalized = company.clock.instant(wall - random.below(3) * 6L * WallClock.HOUR);
    Site site = random.pick(company.options.sites());
    company.send(
        RecordFactory.visit(
            company.tenant,
            company.nextEvent(),
            company.clock.instant(wall),
            visitId(random),
            random.below(3),
            random.below(4) == 0 ? VisitStatus.RETRACTED : VisitStatus.FINALIZED,
            patientKey,
            maybe(random, caseId(random, patientKey)),
            site.clinicId(),
            maybe(random, random.below(6) == 0 ? "32" : site.posCode()),
            nearby(random, wall),
            finalized,
            WallClock.date(wall - random.below(4) * WallClock.DAY),
            therapist(random),
            maybe(random, therapist(random)),
            any(random, NoteType.values()),
            maybe(random, random.pick(PAYERS)),
            random.below(3) > 0
                ? NoCharge.NONE
                : random.pick(List.of(NoCharge.NC001, NoCharge.DO_NOT_BILL)),
            random.chance(0.5) ? null : (Boolean) random.chance(0.5),
            lines(random)),
        FeedSource.EMR,
        wall);
  }

  private List<VisitLine> lines(SeededRandom random) {
    List<VisitLine> lines = new ArrayList<>();
    for (int i = random.below(4); i > 0; i--) {
      lines.add(
          RecordFactory.line(
              random.pick(CODES),
              random.pick(List.of(Codes.GP, Codes.GP_KX, Codes.NO_MODIFIERS)),
              random.below(4),
              random.chance(0.5) ? null : (Boolean) random.chance(0.5),
              random.chance(0.7) ? null : Long.valueOf(random.below(20_000))));
    }
    return lines;
  }

  private void charge(SeededRandom random, String patientKey, long wall) {
    int chain = random.below(CHAINS);
    // A charge stays in its chain: the chain's number is part of its id.
    String first = "w" + chain + "0";
    String chargeId = "w" + chain + random.below(3);
    long created = wall - random.below(3) * WallClock.DAY;
    company.send(
        RecordFactory.charge(
            company.tenant,
            company.nextEvent(),
            company.clock.instant(wall),
            chargeId,
            chargeId.equals(first) && random.chance(0.5) ? null : first,
            any(random, ChargeStatus.values()),
            patientKey,
            random.chance(0.4) ? visitId(random) : null,
            random.chance(0.7) ? "B" + random.below(BILLING_VISITS) : null,
            random.pick(locations),
            nearby(random, wall),
            company.clock.instant(created),
            WallClock.date(created),
            therapist(random),
            random.chance(0.3) ? therapist(random) : null,
            random.pick(CODES),
            Codes.NO_MODIFIERS,
            random.below(4),
            maybe(random, random.pick(PAYERS)),
            random.pick(
                List.of(ChargeOrigin.INTEGRATION, ChargeOrigin.INTEGRATION, ChargeOrigin.MANUAL)),
            random.chance(0.7) ? null : Long.valueOf(random.below(20_000))),
        FeedSource.BILLING,
        wall);
  }

  private void rejection(SeededRandom random, String patientKey, long wall) {
    int number = random.below(REJECTIONS);
    company.send(
        RecordFactory.rejection(
            company.tenant,
            company.nextEvent(),
            "w" + number,
            any(random, RejectionType.values()),
            random.chance(0.5) ? RejectionStatus.OPEN : RejectionStatus.CLEARED,
            company.clock.instant(wall),
            "WILD",
            patientKey,
            maybe(random, caseId(random, patientKey)),
            maybe(random, visitId(random)),
            maybe(random, nearby(random, wall)),
            maybe(random, random.pick(locations))),
        FeedSource.BILLING,
        wall);
  }

  private void transmission(SeededRandom random, String patientKey, long wall) {
    Instant at = company.clock.instant(wall);
    company.send(
        new Transmission(
            company.tenant,
            company.nextEvent(),
            at,
            visitId(random),
            patientKey,
            random.below(4) == 0 ? TransmissionKind.PAYMENT : TransmissionKind.FINANCIAL,
            at,
            any(random, TransmissionStatus.values())),
        FeedSource.EMR,
        wall);
  }

  private void note(SeededRandom random, String patientKey, long wall) {
    Site site = random.pick(company.options.sites());
    company.send(
        RecordFactory.note(
            company.tenant,
            company.nextEvent(),
            visitId(random),
            patientKey,
            site.clinicId(),
            maybe(random, site.posCode()),
            nearby(random, wall),
            maybe(random, therapist(random)),
            any(random, NoteStatus.values()),
            company.clock.instant(wall)),
        FeedSource.EMR,
        wall);
  }

  /** Returns the id of one of a patient's random visits, or of one of the first ordinary visits. */
  private static String visitId(SeededRandom random) {
    return random.below(3) == 0 ? "V" + (1_001 + random.below(VISITS)) : "W" + random.below(VISITS);
  }

  private static String caseId(SeededRandom random, String patientKey) {
    return "CS" + patientKey + (random.below(CASES) == 0 ? "" : "B");
  }

  private String therapist(SeededRandom random) {
    return random.pick(company.clinics.get(0).therapists);
  }

  private static LocalDate nearby(SeededRandom random, long wall) {
    return WallClock.date(wall).minusDays(random.below(3));
  }

  /** Returns any symbol except the last, which is UNKNOWN in every enum of the facts. */
  private static <E extends Enum<E>> E any(SeededRandom random, E[] symbols) {
    return symbols[random.below(symbols.length - 1)];
  }

  private static <T> @Nullable T maybe(SeededRandom random, T value) {
    return random.chance(0.7) ? value : null;
  }
}
