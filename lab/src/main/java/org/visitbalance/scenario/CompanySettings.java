package org.visitbalance.scenario;

import java.util.ArrayList;
import java.util.List;
import org.visitbalance.settings.LocationRow;
import org.visitbalance.settings.PayerRule;
import org.visitbalance.settings.Settings;

/** The settings that fit a company; in chaos, each company has different ones. */
final class CompanySettings {
  private static final List<String> NON_VISIT_CODES = List.of(Codes.SUPPLY, Codes.NO_SHOW_FEE);

  private CompanySettings() {}

  static Settings of(ScenarioOptions options, int index) {
    List<LocationRow> rows = new ArrayList<>();
    options.sites().forEach(site -> rows.add(RecordFactory.row(site)));
    Settings.Builder settings =
        Settings.newBuilder(RecordFactory.settings(options.tenant(index)))
            .setZone(options.zone().getId())
            .setSendsTransmissions(true)
            .setNonVisitCodes(NON_VISIT_CODES)
            .setLocations(rows)
            .setPayerRules(new Payers(options.payers()).rules())
            .setFees(Prices.fees());
    if (options.rates().of(Rate.WILD) > 0) {
      vary(settings, SeededRandom.of(options.seed(), index, -4, 0));
    }
    return settings.build();
  }

  private static void vary(Settings.Builder settings, SeededRandom random) {
    settings
        .setWeekStartsOn(random.pick(List.of("MONDAY", "SUNDAY", "WEDNESDAY")))
        .setZone(random.pick(List.of("UTC", "America/New_York", "Pacific/Auckland")))
        .setMissingAfter(random.pick(List.of("PT0S", "PT6H", "PT24H", "P3D")))
        .setHeldWithin(random.pick(List.of("PT0S", "P1D", "P4D")))
        .setEscalateAfter(random.pick(List.of("PT12H", "P2D", "P14D")))
        .setEmrCountsNoCharge(random.chance(0.5))
        .setEmrCountsEmpty(random.chance(0.5))
        .setSendsTransmissions(random.chance(0.5));
    if (random.chance(0.2)) {
      settings.setLocations(List.of());
    }
    if (random.chance(0.2)) {
      settings.setNonVisitCodes(null);
    }
    if (random.chance(0.2)) {
      settings.setPseudoCodes(List.of());
    }
    if (random.chance(0.2)) {
      settings.setFees(null);
    }
    // So short that a claim is due while the company lives.
    String limit = random.pick(List.of("P3D", "P15D", "P18D", "P120D"));
    settings.setPayerRules(
        settings.getPayerRules().stream()
            .map(
                rule ->
                    random.chance(0.5)
                        ? rule
                        : PayerRule.newBuilder(rule).setTimelyFiling(limit).build())
            .toList());
  }
}
