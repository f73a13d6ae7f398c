package org.visitbalance.scenario;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import org.visitbalance.fact.ChargeOrigin;
import org.visitbalance.fact.ChargeStatus;
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

/** Writes the facts of single stories into a scenario, with ids of their own. */
final class ScriptedFacts {
  private static final int FIRST_PATIENT = 900_001;
  private static final int FIRST_CHARGE = 90_001;
  private static final long FINALIZED = 15 * WallClock.HOUR;
  private static final long BILLED = 10 * WallClock.HOUR;

  private final String tenant;
  private final WallClock clock;
  private final Prices prices;
  private final List<TimedFact> facts = new ArrayList<>();
  private int patients;
  private int charges;
  private int billingVisits;
  private int events;

  ScriptedFacts(ScenarioOptions options) {
    this.tenant = options.tenantName();
    this.clock = new WallClock(options.zone(), options.clockSeconds());
    this.prices = new Prices(options);
  }

  /** A visit of a story, whether or not the EMR knows it. */
  record Told(String patientKey, String visitId, int day, Site site, String payerId) {
    String caseId() {
      return "CS" + patientKey;
    }

    LocalDate date() {
      return november(day);
    }

    String therapistId() {
      return "TH" + site.clinicId().charAt(2) + "01";
    }

    /** Stories on the same day follow each other, some minutes apart. */
    long minutes() {
      return (Long.parseLong(visitId.substring(1)) % 100) * 7 * WallClock.MINUTE;
    }
  }

  List<TimedFact> facts() {
    return facts;
  }

  static Instant endOf(int day) {
    ScenarioOptions usual = Preset.CLINIC.options();
    return new WallClock(usual.zone(), 1).instant(WallClock.endOfDay(wall(day)));
  }

  /** Returns a visit that the EMR does not know. */
  Told stranger(int day, Site site, String payerId) {
    int number = patients++;
    return new Told("A" + (FIRST_PATIENT + number), "V" + (9_001 + number), day, site, payerId);
  }

  Told visit(int day, Site site, String payerId, List<VisitLine> lines) {
    return visit(day, site, payerId, lines, TransmissionStatus.TRANSMISSION_SUCCESSFUL);
  }

  Told visit(int day, Site site, String payerId, List<VisitLine> lines, TransmissionStatus status) {
    Told told = stranger(day, site, payerId);
    finalize(told, lines, NoteType.DAILY_NOTE, NoCharge.NONE);
    transmit(told, status);
    return told;
  }

  /** Adds a visit. A note with a no-charge flag is not sent; any other one arrives. */
  Told visit(
      int day,
      Site site,
      String payerId,
      List<VisitLine> lines,
      NoteType noteType,
      NoCharge noCharge) {
    Told told = stranger(day, site, payerId);
    finalize(told, lines, noteType, noCharge);
    transmit(
        told,
        noCharge == NoCharge.NONE
            ? TransmissionStatus.TRANSMISSION_SUCCESSFUL
            : TransmissionStatus.NOT_SENT);
    return told;
  }

  private void finalize(Told told, List<VisitLine> lines, NoteType noteType, NoCharge noCharge) {
    long wall = wall(told.day()) + FINALIZED + told.minutes();
    Instant at = clock.instant(wall);
    add(
        RecordFactory.visit(
            tenant,
            nextEvent(),
            at,
            told.visitId(),
            0,
            VisitStatus.FINALIZED,
            told.patientKey(),
            told.caseId(),
            told.site().clinicId(),
            told.site().posCode(),
            told.date(),
            at,
            told.date(),
            told.therapistId(),
            null,
            noteType,
            null,
            noCharge,
            null,
            prices.priced(lines, told.visitId())),
        wall);
  }

  private void transmit(Told told, TransmissionStatus status) {
    long wall = wall(told.day()) + FINALIZED + told.minutes() + 4 * WallClock.MINUTE;
    Instant at = clock.instant(wall);
    add(
        new Transmission(
            tenant,
            nextEvent(),
            at,
            told.visitId(),
            told.patientKey(),
            TransmissionKind.FINANCIAL,
            at,
            status),
        wall);
  }

  /**
   * Creates charges with a billing visit of their own: on the visit's day, or on a later morning.
   */
  void charges(Told told, int day, List<VisitLine> lines) {
    charges(told, day, lines, null);
  }

  /** Keys charges into billing by hand. */
  void keyed(Told told, int day, List<VisitLine> lines) {
    charges(told, day, lines, ChargeOrigin.MANUAL);
  }

  private void charges(Told told, int day, List<VisitLine> lines, @Nullable ChargeOrigin origin) {
    long wall =
        told.minutes()
            + wall(day)
            + (day == told.day() ? FINALIZED + WallClock.HOUR : BILLED)
            + billingVisits * WallClock.MINUTE;
    String billingVisitId = "B" + (9_001 + billingVisits++);
    Instant at = clock.instant(wall);
    for (VisitLine line : lines) {
      String chargeId = String.valueOf(FIRST_CHARGE + charges++);
      add(
          RecordFactory.charge(
              tenant,
              nextEvent(),
              at,
              chargeId,
              null,
              ChargeStatus.ACTIVE,
              told.patientKey(),
              null,
              billingVisitId,
              told.site().locationId(),
              told.date(),
              at,
              november(day),
              told.therapistId(),
              null,
              line.getCpt(),
              line.getModifiers(),
              line.getUnits(),
              told.payerId(),
              origin,
              prices.amount(line.getCpt(), line.getUnits(), chargeId)),
          wall);
    }
  }

  /**
   * Adds an entry that is on an evening's Integration Rejection Summary for the first or last time.
   */
  void rejection(Told told, String id, RejectionType type, RejectionStatus status, int day) {
    long wall = WallClock.endOfDay(wall(day));
    String reason = type == RejectionType.PATIENT ? "PATIENT_NOT_LINKED" : "CASE_NOT_FOUND";
    add(
        RecordFactory.rejection(
            tenant,
            nextEvent(),
            id,
            type,
            status,
            clock.instant(wall),
            reason,
            told.patientKey(),
            type == RejectionType.PATIENT ? null : told.caseId(),
            null,
            null,
            null),
        wall);
  }

  void openNote(int day, Site site) {
    Told told = stranger(day, site, "UHC");
    long wall = WallClock.endOfDay(wall(day));
    add(
        RecordFactory.note(
            tenant,
            nextEvent(),
            told.visitId(),
            told.patientKey(),
            site.clinicId(),
            site.posCode(),
            told.date(),
            told.therapistId(),
            NoteStatus.OPEN,
            clock.instant(wall)),
        wall);
  }

  private void add(SpecificRecord fact, long wall) {
    SpecificRecord carried = Exportable.of(fact, clock, wall);
    facts.add(new TimedFact(carried, Exportable.knownAt(carried)));
  }

  private String nextEvent() {
    return "s" + ++events;
  }

  private static LocalDate november(int day) {
    return LocalDate.of(2026, 11, day);
  }

  private static long wall(int day) {
    return november(day).toEpochDay() * WallClock.DAY;
  }
}
