package org.visitbalance.scenario;

import java.util.ArrayList;
import java.util.List;
import org.visitbalance.fact.NoCharge;
import org.visitbalance.fact.NoteType;
import org.visitbalance.fact.VisitLine;

/** What the therapist documents: note type, lines, no-charge flag. */
final class Documentation {
  private static final int PROGRESS_EVERY = 10;

  private final Rates rates;

  Documentation(Rates rates) {
    this.rates = rates;
  }

  void write(Encounter encounter, boolean evaluation) {
    SeededRandom random = encounter.random;
    List<VisitLine> lines = new ArrayList<>(4);
    if (evaluation) {
      encounter.noteType = NoteType.INITIAL_EVALUATION;
      evaluate(random, lines);
    } else if (encounter.patient.visitsLeft == 1) {
      encounter.noteType = NoteType.DISCHARGE;
    } else if (random.below(PROGRESS_EVERY) == 0) {
      encounter.noteType = NoteType.PROGRESS_NOTE;
    }
    treat(random, lines, evaluation);
    encounter.lines = beyondTheRules(random, encounter.patient.payerId, lines);
    if (random.chance(rates.of(Rate.COSIGNED))) {
      encounter.documentingTherapistId = "PTA" + encounter.clinic.id;
    }
    suppress(encounter);
    empty(encounter);
  }

  private void evaluate(SeededRandom random, List<VisitLine> lines) {
    lines.add(
        Codes.untimed(
            random.pick(Codes.EVALUATIONS), random.chance(0.3) ? Codes.GP_KX : Codes.GP, 1));
    if (random.chance(rates.of(Rate.DOUBLE_EVALUATION))) {
      lines.add(Codes.untimed(Codes.SECOND_EVALUATION, List.of("GO"), 1));
    }
  }

  /** Adds one or two units of exercise and one or two treatments, which every payer accepts. */
  private static void treat(SeededRandom random, List<VisitLine> lines, boolean evaluation) {
    lines.add(Codes.exercise(evaluation ? 1 : random.between(1, 2)));
    int first = random.below(Codes.TREATMENTS.size());
    lines.add(Codes.treatment(first));
    if (!evaluation && random.chance(0.4)) {
      lines.add(Codes.treatment(first + 1));
    }
  }

  private List<VisitLine> beyondTheRules(
      SeededRandom random, String payerId, List<VisitLine> lines) {
    boolean beyond = random.chance(rates.of(Rate.SCRUBBED));
    boolean silently = random.chance(rates.of(Rate.SILENT_CAP));
    if (silently && Payers.hasSilentCap(payerId)) {
      return Payers.exceedingSilently(lines);
    }
    return beyond ? Payers.exceeding(payerId, lines) : lines;
  }

  private void suppress(Encounter encounter) {
    SeededRandom random = encounter.random;
    List<VisitLine> lines = new ArrayList<>(encounter.lines);
    boolean norcm = random.chance(rates.of(Rate.NORCM));
    boolean ineffective = random.chance(rates.of(Rate.INEFFECTIVE_NORCM));
    if (norcm) {
      lines.add(Codes.untimed(Codes.NORCM, Codes.NO_MODIFIERS, 1));
    }
    if (ineffective) {
      lines.add(
          random.chance(0.5)
              ? Codes.untimed("norcm", Codes.NO_MODIFIERS, 1)
              : Codes.timed(Codes.NORCM, 1));
    }
    if (norcm || ineffective) {
      encounter.lines = lines;
    }
    if (random.chance(rates.of(Rate.NC001))) {
      encounter.noCharge = NoCharge.NC001;
    } else if (random.chance(rates.of(Rate.DO_NOT_BILL))) {
      encounter.noCharge = NoCharge.DO_NOT_BILL;
    }
    encounter.suppressed = norcm || encounter.noCharge != NoCharge.NONE;
  }

  private void empty(Encounter encounter) {
    if (encounter.random.chance(rates.of(Rate.NO_CODES))) {
      encounter.lines = List.of();
    } else if (encounter.random.chance(rates.of(Rate.EMPTY_NOTE)) && !encounter.evaluation()) {
      encounter.noteType = NoteType.PROGRESS_NOTE;
      encounter.lines = List.of();
    }
  }
}
