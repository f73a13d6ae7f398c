package org.visitbalance.core;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.visitbalance.fact.Visit;
import org.visitbalance.fact.VisitLine;
import org.visitbalance.output.Reason;

/** Visits that are never meant to reach billing (rules.md#suppression). */
final class Suppression {
  private static final String NORCM = "NORCM";

  private Suppression() {}

  /** Returns why a visit is suppressed, or null. */
  static @Nullable Reason of(Visit visit) {
    List<VisitLine> lines = visit.getLines();
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).getCpt().equals(NORCM) && !isTimed(lines.get(i))) {
        return Reason.SUPPRESSED_NORCM;
      }
    }
    return switch (visit.getNoCharge()) {
      case NC001 -> Reason.SUPPRESSED_NC001;
      case DO_NOT_BILL -> Reason.SUPPRESSED_DO_NOT_BILL;
      case NONE, UNKNOWN -> null;
    };
  }

  /** Returns whether a visit has a NORCM line that suppresses nothing: misspelled, or timed. */
  static boolean isIneffective(Visit visit) {
    for (VisitLine line : visit.getLines()) {
      if (isNorcm(line.getCpt()) && (!line.getCpt().equals(NORCM) || isTimed(line))) {
        return true;
      }
    }
    return false;
  }

  /** Returns whether a code is NORCM in any spelling. */
  static boolean isNorcm(String code) {
    // Nearly every code begins with a digit, so its letters need not be compared.
    return !code.isEmpty() && code.charAt(0) > '9' && code.equalsIgnoreCase(NORCM);
  }

  private static boolean isTimed(VisitLine line) {
    return Boolean.TRUE.equals(line.getTimed());
  }
}
