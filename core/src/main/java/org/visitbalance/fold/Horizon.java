package org.visitbalance.fold;

import java.time.Duration;
import java.time.LocalDate;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.visitbalance.core.Scope;
import org.visitbalance.core.TenantSettings;
import org.visitbalance.output.Balance;
import org.visitbalance.output.CapProposal;
import org.visitbalance.output.Discrepancy;
import org.visitbalance.output.Granularity;
import org.visitbalance.state.CapSample;
import org.visitbalance.state.Contribution;
import org.visitbalance.state.Judgement;

/**
 * What has left while facts were folded (rules.md#leaving): the periods and caps that it added to,
 * and the visits. None of these can be worked out from what is left. Thread-safe.
 */
public final class Horizon {
  private record PeriodKey(
      String tenant, String location, Granularity granularity, LocalDate from) {}

  private record CapKey(String tenant, String payerId, String cpt, String month) {}

  private final Duration kept;
  private final Set<PeriodKey> periods = ConcurrentHashMap.newKeySet();
  private final Set<CapKey> caps = ConcurrentHashMap.newKeySet();
  private final Set<String> visits = ConcurrentHashMap.newKeySet();
  private final Set<String> unmapped = ConcurrentHashMap.newKeySet();

  /**
   * Creates one beyond which nothing is yet.
   *
   * @param kept how long business dates are kept
   */
  public Horizon(Duration kept) {
    this.kept = kept;
  }

  Duration kept() {
    return kept;
  }

  void add(String tenant, Judgement judgement) {
    visits.add(judgement.getToken());
    for (Contribution one : judgement.getContributions()) {
      periods.add(new PeriodKey(tenant, one.getLocation(), one.getGranularity(), one.getFrom()));
      if (TenantSettings.isUnmapped(one.getLocation())) {
        unmapped.add(one.getLocation());
      }
    }
    for (CapSample one : judgement.getCapSamples()) {
      caps.add(new CapKey(tenant, one.getPayerId(), one.getCpt(), one.getMonth()));
    }
  }

  /** Returns whether something of a balance has left. */
  public boolean hides(Balance balance) {
    return periods.contains(
        new PeriodKey(
            balance.getTenant(),
            balance.getLocation(),
            balance.getGranularity(),
            balance.getFrom()));
  }

  /** Returns whether something that a discrepancy is about has left. */
  public boolean hides(Discrepancy found) {
    return switch (found.getLevel()) {
      case VISIT -> hides(String.valueOf(found.getVisit()));
      case LOCATION -> unmapped.contains(found.getLocation());
      case PERIOD, UNKNOWN -> hidesPeriodFrom(found);
    };
  }

  /** A closed period's discrepancy does not say how long the period is: any length counts. */
  private boolean hidesPeriodFrom(Discrepancy found) {
    LocalDate from = found.getDate();
    for (Granularity granularity : Granularity.values()) {
      if (from != null
          && periods.contains(
              new PeriodKey(found.getTenant(), found.getLocation(), granularity, from))) {
        return true;
      }
    }
    return false;
  }

  /** Returns whether something of a proposal's month has left. */
  public boolean hides(CapProposal proposal) {
    return caps.contains(
        new CapKey(
            proposal.getTenant(), proposal.getPayerId(), proposal.getCpt(), proposal.getMonth()));
  }

  /** Returns whether a visit has left. */
  public boolean hides(String visit) {
    return visits.contains(visit);
  }

  /** Returns the number of periods of a range and location into which something has left. */
  public long periods(Scope scope) {
    return periods.stream()
        .filter(one -> scope.holds(one.location, one.granularity, one.from))
        .count();
  }
}
