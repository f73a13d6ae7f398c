package org.visitbalance.report;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.visitbalance.fact.Feed;
import org.visitbalance.output.Balance;
import org.visitbalance.output.CapProposal;
import org.visitbalance.output.Discrepancy;
import org.visitbalance.output.Granularity;
import org.visitbalance.output.LateArrival;
import org.visitbalance.output.UnitVariance;
import org.visitbalance.settings.Settings;
import org.visitbalance.text.PlainTime;

/**
 * What a run says about one tenant.
 *
 * @param balances by location, granularity and first day
 * @param discrepancies the open ones, in the order of work
 * @param lateArrivals the held ones first, then by their Finalized Dates
 */
public record TenantResult(
    String tenant,
    ZoneId zone,
    Instant asOf,
    List<Balance> balances,
    List<Discrepancy> discrepancies,
    List<LateArrival> lateArrivals,
    List<UnitVariance> unitVariances,
    List<CapProposal> capProposals,
    List<Feed> feeds) {

  private static final Comparator<Balance> BY_PERIOD =
      Comparator.comparing(Balance::getLocation)
          .thenComparing(Balance::getGranularity)
          .thenComparing(Balance::getFrom);

  private static final Comparator<LateArrival> BY_FINALIZED =
      Comparator.comparing(LateArrival::getStatus)
          .thenComparing(LateArrival::getFinalizedOn)
          .thenComparing(LateArrival::getLocation)
          .thenComparing(LateArrival::getVisit);

  private static final Comparator<UnitVariance> BY_UNITS =
      Comparator.comparing(UnitVariance::getFinalizedOn)
          .thenComparing(UnitVariance::getLocation)
          .thenComparing(UnitVariance::getVisit)
          .thenComparing(UnitVariance::getCpt);

  private static final Comparator<CapProposal> BY_PAYER =
      Comparator.comparing(CapProposal::getPayerId)
          .thenComparing(CapProposal::getCpt)
          .thenComparing(CapProposal::getMonth);

  /** Returns the tenants that have any balance or discrepancy, by their names. */
  public static List<TenantResult> of(Result result) {
    var outputs = result.outputs();
    var balances = byTenant(outputs.balances(), Balance::getTenant);
    var discrepancies = byTenant(outputs.discrepancies(), Discrepancy::getTenant);
    var late = byTenant(outputs.lateArrivals(), LateArrival::getTenant);
    var variances = byTenant(outputs.unitVariances(), UnitVariance::getTenant);
    var caps = byTenant(outputs.capProposals(), CapProposal::getTenant);
    var feeds = byTenant(result.feeds(), Feed::getTenant);
    List<TenantResult> tenants = new ArrayList<>();
    TreeSet<String> names = new TreeSet<>(balances.keySet());
    names.addAll(discrepancies.keySet());
    for (String tenant : names) {
      List<LateArrival> own = late.getOrDefault(tenant, List.of());
      tenants.add(
          new TenantResult(
              tenant,
              zone(result.settings(), tenant),
              Instant.parse(result.account().asOf()),
              sorted(balances, tenant, BY_PERIOD),
              sorted(discrepancies, tenant, new WorkOrder(own)),
              sorted(late, tenant, BY_FINALIZED),
              sorted(variances, tenant, BY_UNITS),
              sorted(caps, tenant, BY_PAYER),
              sorted(feeds, tenant, Comparator.comparing(Feed::getSource))));
    }
    return tenants;
  }

  private static <T> Map<String, List<T>> byTenant(
      Collection<T> all, Function<T, String> tenantOf) {
    Map<String, List<T>> own = new HashMap<>();
    all.forEach(one -> own.computeIfAbsent(tenantOf.apply(one), any -> new ArrayList<>()).add(one));
    return own;
  }

  private static <T> List<T> sorted(
      Map<String, List<T>> all, String tenant, Comparator<? super T> order) {
    List<T> own = new ArrayList<>(all.getOrDefault(tenant, List.of()));
    own.sort(order);
    return own;
  }

  private static ZoneId zone(Map<String, Settings> settings, String tenant) {
    Settings document = settings.get(tenant);
    return ZoneId.of(document == null || document.getZone() == null ? "UTC" : document.getZone());
  }

  /** Returns the balances of days. */
  public List<Balance> days() {
    return balances.stream()
        .filter(balance -> balance.getGranularity() == Granularity.DAY)
        .toList();
  }

  /** Returns the balances of each location, by its name. */
  public Map<String, List<Balance>> locations() {
    Map<String, List<Balance>> locations = new TreeMap<>();
    for (Balance balance : balances) {
      locations.computeIfAbsent(balance.getLocation(), any -> new ArrayList<>()).add(balance);
    }
    return locations;
  }

  /** Returns the day of the as-of, as the tenant counts days. */
  public LocalDate today() {
    return LocalDate.ofInstant(asOf, zone);
  }

  /** Returns a moment as the tenant's people read it. */
  public String plain(Instant at) {
    return PlainTime.of(at, zone);
  }
}
