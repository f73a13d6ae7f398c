package org.visitbalance.scenario;

import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.visitbalance.fact.NoCharge;
import org.visitbalance.fact.NoteType;
import org.visitbalance.fact.VisitLine;

/** What really happened between a therapist and a patient, before any system knows of it. */
final class Encounter {
  /** Stands for a time that never comes. */
  static final long NEVER = Long.MAX_VALUE;

  final SeededRandom random;
  final Clinic clinic;
  final Patient patient;
  final String visitId;
  final String caseId;
  final String therapistId;
  final long epochDay;
  final LocalDate day;

  /** Where it took place; sometimes unknown to the settings. */
  final Site site;

  /** The wall-clock time at which it ended. */
  final long ended;

  NoteType noteType = NoteType.DAILY_NOTE;
  NoCharge noCharge = NoCharge.NONE;
  @Nullable String documentingTherapistId;
  boolean suppressed;

  /** The date of the first finalization; addenda repeat it. */
  LocalDate finalizedOn;

  List<VisitLine> lines = List.of();

  Encounter(
      SeededRandom random,
      Clinic clinic,
      Patient patient,
      String visitId,
      String caseId,
      String therapistId,
      long epochDay,
      Site site) {
    this.random = random;
    this.clinic = clinic;
    this.patient = patient;
    this.visitId = visitId;
    this.caseId = caseId;
    this.therapistId = therapistId;
    this.epochDay = epochDay;
    this.day = LocalDate.ofEpochDay(epochDay);
    this.finalizedOn = day;
    this.site = site;
    this.ended = WallClock.inOffice(epochDay * WallClock.DAY, 0, random);
  }

  boolean evaluation() {
    return noteType == NoteType.INITIAL_EVALUATION;
  }
}
