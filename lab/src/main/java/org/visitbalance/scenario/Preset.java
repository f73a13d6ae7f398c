package org.visitbalance.scenario;

import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** Sets of options to start from. */
public enum Preset {
  /** An ordinary company: most days are balanced or explained. */
  CLINIC,
  /** Every rate high and few ids, dates and times, to reach the odd corners of rules.md. */
  CHAOS,
  /** One patient with a visit every day. */
  ONE_PATIENT;

  /** Returns this preset's options with seed 1. */
  public ScenarioOptions options() {
    return switch (this) {
      case CLINIC -> clinic();
      case CHAOS -> chaos();
      case ONE_PATIENT -> onePatient(1_000);
    };
  }

  private static ScenarioOptions clinic() {
    return new ScenarioOptions(
        1,
        1,
        Site.of(3, 2),
        4,
        6,
        0,
        12,
        LocalDate.of(2026, 11, 2),
        28,
        5,
        15,
        0,
        "T1",
        ZoneId.of("America/New_York"),
        1,
        false,
        Rates.clinic());
  }

  /**
   * Returns a patient with the given number of visits, one per day, in a clinic where nothing goes
   * wrong.
   */
  public static ScenarioOptions onePatient(int visits) {
    return clinic()
        .with()
        .clinics(1, 1)
        .patients(1)
        .planVisits(10 * visits)
        .days(visits)
        .daysPerWeek(7)
        .visitsPerDay(1)
        .rates(Rates.quiet())
        .build();
  }

  private static ScenarioOptions chaos() {
    return clinic()
        .with()
        .tenants(2)
        .clinics(2, 2)
        .therapistsPerClinic(2)
        .payers(4)
        .patients(4)
        .planVisits(3)
        // A Friday, two days before a month's end that is a Sunday, so that days cross all three
        // periods.
        .firstDay(LocalDate.of(2027, 1, 29))
        .days(5)
        .daysPerWeek(7)
        .visitsPerDay(3)
        .zone(ZoneOffset.UTC)
        .clockSeconds(3 * 3_600)
        .rates(Rates.chaos())
        .build();
  }
}
