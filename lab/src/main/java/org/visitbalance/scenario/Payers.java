package org.visitbalance.scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.visitbalance.fact.VisitLine;
import org.visitbalance.settings.PayerRule;

/** The payers of a company and what they do to documented units. */
final class Payers {
  private static final List<String> NAMES =
      List.of("BCBS", "MEDICARE", "AETNA", "UHC", "CIGNA", "TRICARE", "HUMANA", "VA");
  private static final String CODE_CAPPED = NAMES.get(0);
  private static final String VISIT_CAPPED = NAMES.get(1);
  private static final String REMOVING = NAMES.get(2);

  /** Caps a code although no rule in the settings says so. */
  private static final String SILENT = NAMES.get(3);

  private static final int CODE_CAP = 2;
  private static final int VISIT_CAP = 4;
  private static final int SILENT_CAP = 1;

  private final List<String> ids = new ArrayList<>();

  Payers(int count) {
    for (int i = 0; i < count; i++) {
      ids.add(i < NAMES.size() ? NAMES.get(i) : "PAYER" + (i + 1));
    }
  }

  String pick(SeededRandom random) {
    return random.pick(ids);
  }

  /** Returns the rules that the company's settings contain. */
  List<PayerRule> rules() {
    List<PayerRule> rules = new ArrayList<>();
    rules.add(
        RecordFactory.rule(
            CODE_CAPPED, Map.of(Codes.EXERCISE, CODE_CAP), null, List.of(), "P180D"));
    rules.add(RecordFactory.rule(VISIT_CAPPED, Map.of(), VISIT_CAP, List.of(), "P365D"));
    rules.add(RecordFactory.rule(REMOVING, Map.of(), null, List.of(Codes.HOT_PACK), null));
    List<PayerRule> known = new ArrayList<>(rules.subList(0, Math.min(rules.size(), ids.size())));
    known.add(RecordFactory.rule("*", Map.of(), null, List.of(), "P120D"));
    return known;
  }

  /**
   * Returns lines with more units than the payer's rules allow; the given lines if there is no
   * limit.
   */
  static List<VisitLine> exceeding(String payerId, List<VisitLine> lines) {
    List<VisitLine> more = new ArrayList<>(lines);
    if (payerId.equals(CODE_CAPPED)) {
      more.set(exercise(more), Codes.exercise(CODE_CAP + 1));
    } else if (payerId.equals(VISIT_CAPPED)) {
      more.set(exercise(more), Codes.exercise(VISIT_CAP));
    } else if (payerId.equals(REMOVING)) {
      more.add(Codes.untimed(Codes.HOT_PACK, Codes.GP, 1));
    }
    return more;
  }

  static boolean hasSilentCap(String payerId) {
    return payerId.equals(SILENT);
  }

  /** Returns lines with one unit more than the undocumented cap. */
  static List<VisitLine> exceedingSilently(List<VisitLine> lines) {
    List<VisitLine> more = new ArrayList<>(lines);
    more.removeIf(line -> line.getCpt().equals(Codes.ACTIVITIES));
    more.add(Codes.timed(Codes.ACTIVITIES, SILENT_CAP + 1));
    return more;
  }

  /** Returns what the payer's rules leave of the documented lines. */
  static List<VisitLine> scrubbed(String payerId, List<VisitLine> lines) {
    int left = payerId.equals(VISIT_CAPPED) ? VISIT_CAP : Integer.MAX_VALUE;
    List<VisitLine> kept = new ArrayList<>(lines.size());
    for (VisitLine line : lines) {
      int units = Math.min(left, allowed(payerId, line));
      left -= units;
      if (units == line.getUnits()) {
        kept.add(line);
      } else if (units > 0) {
        kept.add(Codes.withUnits(line, units));
      }
    }
    return kept;
  }

  private static int allowed(String payerId, VisitLine line) {
    String cpt = line.getCpt();
    int units = line.getUnits();
    if (payerId.equals(CODE_CAPPED) && cpt.equals(Codes.EXERCISE)) {
      return Math.min(units, CODE_CAP);
    } else if (payerId.equals(REMOVING) && cpt.equals(Codes.HOT_PACK)) {
      return 0;
    } else if (payerId.equals(SILENT) && cpt.equals(Codes.ACTIVITIES)) {
      return Math.min(units, SILENT_CAP);
    }
    return units;
  }

  private static int exercise(List<VisitLine> lines) {
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).getCpt().equals(Codes.EXERCISE)) {
        return i;
      }
    }
    lines.add(Codes.exercise(1));
    return lines.size() - 1;
  }
}
