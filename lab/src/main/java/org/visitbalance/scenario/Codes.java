package org.visitbalance.scenario;

import java.util.List;
import org.visitbalance.fact.VisitLine;

/** The codes used in scenarios, and ready-made lines with them. */
final class Codes {
  static final List<String> GP = List.of("GP");
  static final List<String> GP_KX = List.of("GP", "KX");
  static final List<String> NO_MODIFIERS = List.of();

  static final String EXERCISE = "97110";
  static final String ACTIVITIES = "97530";
  static final String HOT_PACK = "97010";
  static final String NORCM = "NORCM";
  static final String COPAY = "COPAY";
  static final String NO_SHOW_FEE = "NOSHOW";
  static final String SUPPLY = "A4595";

  /** Timed treatments other than exercise, of which a visit has one or two. */
  static final List<String> TREATMENTS = List.of("97112", "97116", "97140", ACTIVITIES, "97535");

  static final List<String> EVALUATIONS = List.of("97161", "97162", "97163");
  static final String SECOND_EVALUATION = "97165";

  private static final int READY_UNITS = 4;
  private static final VisitLine[] EXERCISES = new VisitLine[READY_UNITS + 1];
  private static final List<VisitLine> ONE_UNIT =
      TREATMENTS.stream().map(cpt -> timed(cpt, 1)).toList();

  static {
    for (int units = 0; units <= READY_UNITS; units++) {
      EXERCISES[units] = timed(EXERCISE, units);
    }
  }

  private Codes() {}

  static VisitLine exercise(int units) {
    return EXERCISES[units];
  }

  /** Returns a line with one unit of the n-th treatment; n may be any number >= 0. */
  static VisitLine treatment(int n) {
    return ONE_UNIT.get(n % ONE_UNIT.size());
  }

  static VisitLine timed(String cpt, int units) {
    return RecordFactory.line(cpt, GP, units, true, null);
  }

  static VisitLine untimed(String cpt, List<String> modifiers, int units) {
    return RecordFactory.line(cpt, modifiers, units, null, null);
  }

  static VisitLine withUnits(VisitLine line, int units) {
    return RecordFactory.line(line.getCpt(), line.getModifiers(), units, line.getTimed(), null);
  }
}
