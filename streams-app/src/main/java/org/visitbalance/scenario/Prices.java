package org.visitbalance.scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.visitbalance.fact.VisitLine;

/** The prices of a company's codes. Now and then a line or a charge has no amount. */
final class Prices {
  /** In cents a unit. */
  private static final Map<String, Long> PRICES =
      Map.ofEntries(
          Map.entry("97010", 1_200L),
          Map.entry("97032", 3_100L),
          Map.entry("97110", 4_500L),
          Map.entry("97112", 4_700L),
          Map.entry("97116", 4_200L),
          Map.entry("97140", 4_350L),
          Map.entry("97161", 15_000L),
          Map.entry("97162", 15_000L),
          Map.entry("97163", 15_000L),
          Map.entry("97165", 15_500L),
          Map.entry("97530", 4_850L),
          Map.entry("97535", 4_400L),
          Map.entry(Codes.SUPPLY, 2_495L),
          Map.entry(Codes.COPAY, 3_000L),
          Map.entry(Codes.NO_SHOW_FEE, 5_000L));

  /** The settings have no fee for this code: without an amount its cost is unknown. */
  private static final String WITHOUT_FEE = "97535";

  private final long seed;
  private final double missing;

  Prices(ScenarioOptions options) {
    this.seed = options.seed();
    this.missing = options.rates().of(Rate.AMOUNT_MISSING);
  }

  /** Returns the fees that the settings know. */
  static Map<String, Long> fees() {
    Map<String, Long> fees = new TreeMap<>(PRICES);
    fees.remove(WITHOUT_FEE);
    return fees;
  }

  /** Returns the lines of a visit with what they cost. */
  List<VisitLine> priced(List<VisitLine> lines, String visitId) {
    List<VisitLine> priced = new ArrayList<>(lines.size());
    for (int i = 0; i < lines.size(); i++) {
      VisitLine line = lines.get(i);
      priced.add(
          Records.line(
              line.getCpt(),
              line.getModifiers(),
              line.getUnits(),
              line.getTimed(),
              amount(line.getCpt(), line.getUnits(), visitId, i)));
    }
    return priced;
  }

  /** Returns what a charge costs. */
  @Nullable Long amount(String cpt, int units, String chargeId) {
    return amount(cpt, units, chargeId, -1);
  }

  /** Throws dice of its own, so that prices change nothing else. */
  private @Nullable Long amount(String cpt, int units, String id, int line) {
    Long price = PRICES.get(cpt);
    boolean isMissing = Dice.of(seed, id.hashCode(), line, units).chance(missing);
    return price == null || isMissing ? null : Long.valueOf(price * units);
  }
}
