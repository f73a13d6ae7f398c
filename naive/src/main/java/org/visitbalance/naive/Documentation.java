package org.visitbalance.naive;

import java.util.Map;
import java.util.TreeMap;
import org.visitbalance.fact.NoCharge;
import org.visitbalance.fact.NoteType;
import org.visitbalance.fact.Visit;
import org.visitbalance.fact.VisitLine;

/** What a note says: suppression (section 4), and its units. */
final class Documentation {
  enum Suppression {
    NONE,
    NORCM,
    NC001,
    DO_NOT_BILL
  }

  private Documentation() {}

  static Suppression suppression(Visit visit) {
    if (visit.getLines().stream().anyMatch(Documentation::isEffectiveNorcm)) {
      return Suppression.NORCM;
    }
    if (visit.getNoCharge() == NoCharge.NC001) {
      return Suppression.NC001;
    }
    return visit.getNoCharge() == NoCharge.DO_NOT_BILL ? Suppression.DO_NOT_BILL : Suppression.NONE;
  }

  static boolean hasIneffectiveNorcm(Visit visit) {
    return visit.getLines().stream()
        .anyMatch(line -> isNorcm(line.getCpt()) && !isEffectiveNorcm(line));
  }

  private static boolean isEffectiveNorcm(VisitLine line) {
    return line.getCpt().equals("NORCM") && !Boolean.TRUE.equals(line.getTimed());
  }

  /** NORCM in any spelling. */
  static boolean isNorcm(String code) {
    return code.equalsIgnoreCase("NORCM");
  }

  /** A daily note or an evaluation, of which the EMR's report leaves none out for want of lines. */
  static boolean mustHaveLines(Visit visit) {
    return visit.getNoteType() == NoteType.DAILY_NOTE
        || visit.getNoteType() == NoteType.INITIAL_EVALUATION;
  }

  /** Documented units by code; a NORCM line has none. */
  static Map<String, Long> unitsByCode(Visit visit) {
    Map<String, Long> units = new TreeMap<>();
    for (VisitLine line : visit.getLines()) {
      units.merge(line.getCpt(), isNorcm(line.getCpt()) ? 0L : line.getUnits(), Long::sum);
    }
    return units;
  }
}
