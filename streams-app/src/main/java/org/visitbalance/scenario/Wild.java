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
 * Facts that tell no story: each field is thrown by itself from a handful of values, so that ids,
 * dates and times collide. Every one is valid; together they mean little, and still have one right
 * balance. Visits of different patients share ids, as they do when a visit is moved.
 */
final class Wild {
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

  Wild(Company company) {
    this.company = company;
    this.locations = company.options.sites().stream().map(Site::locationId).distinct().toList();
  }

  void day(Dice dice, long epochDay) {
    ScenarioOptions options = company.options;
    int facts =
        (int) (company.rates.of(Rate.WILD) * options.visitsPerDay() * company.clinics.size());
    for (int i = 0; i < facts; i++) {
      fact(dice, epochDay);
    }
  }

  private void fact(Dice dice, long epochDay) {
    String patientKey = "A" + (100_001 + dice.below(Math.max(1, company.options.patients())));
    long wall = WallClock.inOffice(epochDay * WallClock.DAY, 0, dice) + 4 * WallClock.HOUR;
    switch (dice.below(10)) {
      case 0, 1, 2 -> visit(dice, patientKey, wall);
      case 3, 4, 5, 6 -> charge(dice, patientKey, wall);
      case 7 -> rejection(dice, patientKey, wall);
      case 8 -> transmission(dice, patientKey, wall);
      default -> note(dice, patientKey, wall);
    }
  }

  private void visit(Dice dice, String patientKey, long wall) {
    Instant finalized = company.clock.instant(wall - dice.below(3) * 6L * WallClock.HOUR);
    Site site = dice.pick(company.options.sites());
    company.send(
        Records.visit(
            company.tenant,
            company.nextEvent(),
            company.clock.instant(wall),
            visitId(dice),
            dice.below(3),
            dice.below(4) == 0 ? VisitStatus.RETRACTED : VisitStatus.FINALIZED,
            patientKey,
            maybe(dice, caseId(dice, patientKey)),
            site.clinicId(),
            maybe(dice, dice.below(6) == 0 ? "32" : site.posCode()),
            nearby(dice, wall),
            finalized,
            WallClock.date(wall - dice.below(4) * WallClock.DAY),
            therapist(dice),
            maybe(dice, therapist(dice)),
            any(dice, NoteType.values()),
            maybe(dice, dice.pick(PAYERS)),
            dice.below(3) > 0
                ? NoCharge.NONE
                : dice.pick(List.of(NoCharge.NC001, NoCharge.DO_NOT_BILL)),
            dice.chance(0.5) ? null : (Boolean) dice.chance(0.5),
            lines(dice)),
        FeedSource.EMR,
        wall);
  }

  private List<VisitLine> lines(Dice dice) {
    List<VisitLine> lines = new ArrayList<>();
    for (int i = dice.below(4); i > 0; i--) {
      lines.add(
          Records.line(
              dice.pick(CODES),
              dice.pick(List.of(Codes.GP, Codes.GP_KX, Codes.NO_MODIFIERS)),
              dice.below(4),
              dice.chance(0.5) ? null : (Boolean) dice.chance(0.5),
              dice.chance(0.7) ? null : Long.valueOf(dice.below(20_000))));
    }
    return lines;
  }

  private void charge(Dice dice, String patientKey, long wall) {
    int chain = dice.below(CHAINS);
    // A charge stays in its chain: the chain's number is part of its id.
    String first = "w" + chain + "0";
    String chargeId = "w" + chain + dice.below(3);
    long created = wall - dice.below(3) * WallClock.DAY;
    company.send(
        Records.charge(
            company.tenant,
            company.nextEvent(),
            company.clock.instant(wall),
            chargeId,
            chargeId.equals(first) && dice.chance(0.5) ? null : first,
            any(dice, ChargeStatus.values()),
            patientKey,
            dice.chance(0.4) ? visitId(dice) : null,
            dice.chance(0.7) ? "B" + dice.below(BILLING_VISITS) : null,
            dice.pick(locations),
            nearby(dice, wall),
            company.clock.instant(created),
            WallClock.date(created),
            therapist(dice),
            dice.chance(0.3) ? therapist(dice) : null,
            dice.pick(CODES),
            Codes.NO_MODIFIERS,
            dice.below(4),
            maybe(dice, dice.pick(PAYERS)),
            dice.pick(
                List.of(ChargeOrigin.INTEGRATION, ChargeOrigin.INTEGRATION, ChargeOrigin.MANUAL)),
            dice.chance(0.7) ? null : Long.valueOf(dice.below(20_000))),
        FeedSource.BILLING,
        wall);
  }

  private void rejection(Dice dice, String patientKey, long wall) {
    int number = dice.below(REJECTIONS);
    company.send(
        Records.rejection(
            company.tenant,
            company.nextEvent(),
            "w" + number,
            any(dice, RejectionType.values()),
            dice.chance(0.5) ? RejectionStatus.OPEN : RejectionStatus.CLEARED,
            company.clock.instant(wall),
            "WILD",
            patientKey,
            maybe(dice, caseId(dice, patientKey)),
            maybe(dice, visitId(dice)),
            maybe(dice, nearby(dice, wall)),
            maybe(dice, dice.pick(locations))),
        FeedSource.BILLING,
        wall);
  }

  private void transmission(Dice dice, String patientKey, long wall) {
    Instant at = company.clock.instant(wall);
    company.send(
        new Transmission(
            company.tenant,
            company.nextEvent(),
            at,
            visitId(dice),
            patientKey,
            dice.below(4) == 0 ? TransmissionKind.PAYMENT : TransmissionKind.FINANCIAL,
            at,
            any(dice, TransmissionStatus.values())),
        FeedSource.EMR,
        wall);
  }

  private void note(Dice dice, String patientKey, long wall) {
    Site site = dice.pick(company.options.sites());
    company.send(
        Records.note(
            company.tenant,
            company.nextEvent(),
            visitId(dice),
            patientKey,
            site.clinicId(),
            maybe(dice, site.posCode()),
            nearby(dice, wall),
            maybe(dice, therapist(dice)),
            any(dice, NoteStatus.values()),
            company.clock.instant(wall)),
        FeedSource.EMR,
        wall);
  }

  /** Some of a patient's wild visits, some of the stories' first ones. */
  private static String visitId(Dice dice) {
    return dice.below(3) == 0 ? "V" + (1_001 + dice.below(VISITS)) : "W" + dice.below(VISITS);
  }

  private static String caseId(Dice dice, String patientKey) {
    return "CS" + patientKey + (dice.below(CASES) == 0 ? "" : "B");
  }

  private String therapist(Dice dice) {
    return dice.pick(company.clinics.get(0).therapists);
  }

  private static LocalDate nearby(Dice dice, long wall) {
    return WallClock.date(wall).minusDays(dice.below(3));
  }

  /** Returns any symbol but the last, which is UNKNOWN in every enum of the facts. */
  private static <E extends Enum<E>> E any(Dice dice, E[] symbols) {
    return symbols[dice.below(symbols.length - 1)];
  }

  private static <T> @Nullable T maybe(Dice dice, T value) {
    return dice.chance(0.7) ? value : null;
  }
}
