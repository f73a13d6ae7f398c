package org.visitbalance.scenario;

import java.util.ArrayList;
import java.util.List;
import org.visitbalance.fact.FeedSource;
import org.visitbalance.fact.NoteStatus;
import org.visitbalance.fact.VisitLine;
import org.visitbalance.fact.VisitStatus;

/** The EMR: notes are finalized, amended and retracted. */
final class EmrSimulator {
  private final Company company;
  private final Rates rates;

  EmrSimulator(Company company) {
    this.company = company;
    this.rates = company.rates;
  }

  /**
   * What happened to a note.
   *
   * @param finalizedAt wall-clock time
   * @param amendedAt wall-clock time of its addendum, or NEVER
   * @param rebilled whether the addendum was closed with "Finalize and Re-Bill"
   * @param amended the addendum's lines
   * @param retractedAt wall-clock time, or NEVER
   */
  record Outcome(
      long finalizedAt,
      long amendedAt,
      boolean rebilled,
      List<VisitLine> amended,
      long retractedAt) {}

  Outcome finish(Encounter encounter) {
    SeededRandom random = encounter.random;
    boolean later = random.chance(rates.of(Rate.FINALIZED_LATER));
    int daysLater = random.between(1, 3);
    long finalized = encounter.ended + random.between(5, 90) * WallClock.MINUTE;
    if (later) {
      finalized = WallClock.inOffice(encounter.ended, daysLater, random);
      note(encounter, NoteStatus.OPEN, 0);
      note(encounter, NoteStatus.FINALIZED, daysLater);
    }
    encounter.finalizedOn = WallClock.date(finalized);
    Outcome outcome = fate(encounter, finalized);
    tell(encounter, outcome);
    return outcome;
  }

  /** Sends a note's status as of the evening, some days after the visit. */
  void note(Encounter encounter, NoteStatus status, int daysLater) {
    long wall =
        encounter.epochDay * WallClock.DAY + daysLater * WallClock.DAY + 20 * WallClock.HOUR;
    company.send(
        RecordFactory.note(
            company.tenant,
            company.nextEvent(),
            encounter.visitId,
            encounter.patient.key,
            encounter.clinic.id,
            encounter.site.posCode(),
            encounter.day,
            encounter.therapistId,
            status,
            company.clock.instant(wall)),
        FeedSource.EMR,
        wall);
  }

  private Outcome fate(Encounter encounter, long finalized) {
    SeededRandom random = encounter.random;
    boolean amended = random.chance(rates.of(Rate.ADDENDUM)) && !encounter.lines.isEmpty();
    boolean rebilled = !random.chance(rates.of(Rate.NOT_REBILLED));
    boolean retracted = random.chance(rates.of(Rate.RETRACTED));
    long amendedAt =
        amended ? WallClock.inOffice(finalized, random.between(1, 4), random) : Encounter.NEVER;
    long retractedAt =
        retracted
            ? WallClock.inOffice(amended ? amendedAt : finalized, random.between(1, 2), random)
            : Encounter.NEVER;
    List<VisitLine> lines = encounter.lines;
    return new Outcome(
        finalized, amendedAt, rebilled, amended ? amend(random, lines) : lines, retractedAt);
  }

  private static List<VisitLine> amend(SeededRandom random, List<VisitLine> lines) {
    List<VisitLine> amended = new ArrayList<>(lines);
    int last = amended.size() - 1;
    if (last > 0 && random.chance(0.3)) {
      amended.remove(last);
    } else {
      amended.set(last, Codes.withUnits(lines.get(last), lines.get(last).getUnits() + 1));
    }
    return amended;
  }

  /**
   * Sends the visit's facts. Exports only show the final state of a visit, so exportable facts do
   * too.
   */
  private void tell(Encounter encounter, Outcome outcome) {
    boolean amended = outcome.amendedAt() != Encounter.NEVER;
    boolean retracted = outcome.retractedAt() != Encounter.NEVER;
    boolean each = !company.options.exportable();
    long first = outcome.finalizedAt();
    if (each || !(amended || retracted)) {
      visit(encounter, VisitStatus.FINALIZED, 0, first, first, true, encounter.lines);
    }
    if (amended && (each || !retracted)) {
      long at = outcome.amendedAt();
      visit(
          encounter,
          VisitStatus.FINALIZED,
          1,
          each ? at : first,
          at,
          outcome.rebilled(),
          outcome.amended());
    }
    if (retracted) {
      visit(
          encounter,
          VisitStatus.RETRACTED,
          amended ? 1 : 0,
          amended && each ? outcome.amendedAt() : first,
          outcome.retractedAt(),
          outcome.rebilled() || !amended,
          amended ? outcome.amended() : encounter.lines);
    }
  }

  private void visit(
      Encounter encounter,
      VisitStatus status,
      int revision,
      long finalized,
      long occurred,
      boolean rebilled,
      List<VisitLine> lines) {
    company.send(
        RecordFactory.visit(
            company.tenant,
            company.nextEvent(),
            company.clock.instant(occurred),
            encounter.visitId,
            revision,
            status,
            encounter.patient.key,
            encounter.caseId,
            encounter.clinic.id,
            encounter.site.posCode(),
            encounter.day,
            company.clock.instant(finalized),
            encounter.finalizedOn,
            encounter.therapistId,
            encounter.documentingTherapistId,
            encounter.noteType,
            encounter.patient.payerId,
            encounter.noCharge,
            rebilled ? null : Boolean.FALSE,
            company.prices.priced(lines, encounter.visitId)),
        FeedSource.EMR,
        occurred);
  }
}
