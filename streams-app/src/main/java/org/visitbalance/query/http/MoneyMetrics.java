package org.visitbalance.query.http;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.visitbalance.core.MoneyKinds;
import org.visitbalance.core.MoneyTally;
import org.visitbalance.query.request.Scope;
import org.visitbalance.query.request.Sql;

/**
 * What open discrepancies are worth, as metrics over all tenants. Amounts that are not known are in
 * no sum; their visits are counted apart.
 */
final class MoneyMetrics {
  private static final double CENTS = 100.0;

  private final MultiGauge atRisk;
  private final MultiGauge exposed;
  private final MultiGauge sides;
  private final MultiGauge unpriced;
  private final MultiGauge visitsToFile;
  private final MultiGauge dollarsToFile;

  MoneyMetrics(MeterRegistry meters) {
    atRisk =
        gauges(
            meters,
            "visit_balance_at_risk_dollars",
            "Documented, may never be paid: known amounts of open discrepancies by kind.");
    exposed =
        gauges(
            meters,
            "visit_balance_exposed_dollars",
            "Billed, may have to be paid back: known amounts of open discrepancies by kind.");
    sides =
        gauges(
            meters,
            "visit_balance_money_dollars",
            "Known amounts by side, at_risk or exposed; a visit counts once on each side.");
    unpriced =
        gauges(
            meters,
            "visit_balance_unpriced_visits",
            "Visits by side, of which something has no known amount.");
    visitsToFile =
        gauges(
            meters,
            "visit_balance_visits_to_file",
            "Unbilled visits by deadline: past, or soon (today or within 14 days).");
    dollarsToFile =
        gauges(meters, "visit_balance_dollars_to_file", "Known amounts of the visits to file.");
  }

  private static MultiGauge gauges(MeterRegistry meters, String name, String doc) {
    return MultiGauge.builder(name).description(doc).register(meters);
  }

  /** What is said of all tenants. */
  private static final class Told {
    final Map<String, Long> cents = new TreeMap<>();
    final Map<String, Long> visits = new TreeMap<>();
    final Map<String, Long> unpriced = new TreeMap<>();

    void add(String name, MoneyTally.Sum sum) {
      Long known = sum.cents();
      cents.merge(name, known == null ? 0 : known, Long::sum);
      visits.merge(name, sum.visits(), Long::sum);
      unpriced.merge(name, sum.unpriced(), Long::sum);
    }
  }

  /** Looks at the tables; each tenant has its own day. */
  void look(Handle handle, Function<String, LocalDate> today) {
    Map<String, MoneyTally> tenants = new HashMap<>();
    Map<String, Map<String, MoneyTally>> kinds = new HashMap<>();
    new Sql(Scope.ALL)
        .add("select d.tenant, d.kind, d.visit, d.amount_cents, d.file_by from {open_amount d}")
        .on(handle)
        .map(
            (row, context) -> {
              String tenant = row.getString(1);
              String kind = row.getString(2);
              String visit = row.getString(3);
              long number = row.getLong(4);
              Long cents = row.wasNull() ? null : Long.valueOf(number);
              LocalDate fileBy = row.getObject(5, LocalDate.class);
              tally(tenants, tenant).add(visit, kind, cents, fileBy);
              tally(kinds.computeIfAbsent(tenant, any -> new HashMap<>()), kind)
                  .add(visit, kind, cents, fileBy);
              return true;
            })
        .forEach(any -> {});
    Told bySide = new Told();
    Told byDeadline = new Told();
    tenants.forEach(
        (tenant, tally) -> {
          bySide.add("at_risk", tally.atRisk());
          bySide.add("exposed", tally.exposed());
          byDeadline.add("past", tally.pastDeadline(today.apply(tenant)));
          byDeadline.add("soon", tally.fileSoon(today.apply(tenant)));
        });
    Told ofRisk = new Told();
    Told ofExposed = new Told();
    kinds
        .values()
        .forEach(
            own ->
                own.forEach(
                    (kind, tally) -> {
                      if (MoneyKinds.isExposed(kind)) {
                        ofExposed.add(kind, tally.exposed());
                      } else {
                        ofRisk.add(kind, tally.atRisk());
                      }
                    }));
    show(atRisk, "kind", ofRisk.cents, CENTS);
    show(exposed, "kind", ofExposed.cents, CENTS);
    show(sides, "side", bySide.cents, CENTS);
    show(unpriced, "side", bySide.unpriced, 1);
    show(visitsToFile, "deadline", byDeadline.visits, 1);
    show(dollarsToFile, "deadline", byDeadline.cents, CENTS);
  }

  private static MoneyTally tally(Map<String, MoneyTally> tallies, @Nullable String name) {
    return tallies.computeIfAbsent(String.valueOf(name), any -> new MoneyTally());
  }

  private static void show(MultiGauge gauge, String tag, Map<String, Long> values, double divisor) {
    List<MultiGauge.Row<?>> rows = new ArrayList<>();
    values.forEach(
        (name, value) -> rows.add(MultiGauge.Row.of(Tags.of(tag, name), value / divisor)));
    gauge.register(rows, true);
  }
}
