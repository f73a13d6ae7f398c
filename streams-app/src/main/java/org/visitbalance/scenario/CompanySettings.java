package org.visitbalance.scenario;

import java.util.ArrayList;
import java.util.List;
import org.visitbalance.settings.LocationRow;
import org.visitbalance.settings.PayerRule;
import org.visitbalance.settings.Settings;

/** The settings that fit a company; in chaos each company has other ones. */
final class CompanySettings {
  private static final List<String> NON_VISIT_CODES = List.of(Codes.SUPPLY, Codes.NO_SHOW_FEE);

  private CompanySettings() {}

  static Settings of(ScenarioOptions options, int index) {
    List<LocationRow> rows = new ArrayList<>();
    options.sites().forEach(site -> rows.add(Records.row(site)));
    Settings.Builder settings =
        Settings.newBuilder(Records.settings(options.tenant(index)))
            .setZone(options.zone().getId())
            .setSendsTransmissions(true)
            .setNonVisitCodes(NON_VISIT_CODES)
            .setLocations(rows)
            .setPayerRules(new Payers(options.payers()).rules())
            .setFees(Prices.fees());
    if (options.rates().of(Rate.WILD) > 0) {
      vary(settings, Dice.of(options.seed(), index, -4, 0));
    }
    return settings.build();
  }

  private static void vary(Settings.Builder settings, Dice dice) {
    settings
        .setWeekStartsOn(dice.pick(List.of("MONDAY", "SUNDAY", "WEDNESDAY")))
        .setZone(dice.pick(List.of("UTC", "America/New_York", "Pacific/Auckland")))
        .setMissingAfter(dice.pick(List.of("PT0S", "PT6H", "PT24H", "P3D")))
        .setHeldWithin(dice.pick(List.of("PT0S", "P1D", "P4D")))
        .setEscalateAfter(dice.pick(List.of("PT12H", "P2D", "P14D")))
        .setEmrCountsNoCharge(dice.chance(0.5))
        .setEmrCountsEmpty(dice.chance(0.5))
        .setSendsTransmissions(dice.chance(0.5));
    if (dice.chance(0.2)) {
      settings.setLocations(List.of());
    }
    if (dice.chance(0.2)) {
      settings.setNonVisitCodes(null);
    }
    if (dice.chance(0.2)) {
      settings.setPseudoCodes(List.of());
    }
    if (dice.chance(0.2)) {
      settings.setFees(null);
    }
    // So short that a claim is due while the company lives.
    String limit = dice.pick(List.of("P3D", "P15D", "P18D", "P120D"));
    settings.setPayerRules(
        settings.getPayerRules().stream()
            .map(
                rule ->
                    dice.chance(0.5)
                        ? rule
                        : PayerRule.newBuilder(rule).setTimelyFiling(limit).build())
            .toList());
  }
}
