package org.visitbalance.core;

import java.time.LocalDate;
import org.jspecify.annotations.Nullable;
import org.visitbalance.output.Balance;
import org.visitbalance.output.CapProposal;
import org.visitbalance.output.Discrepancy;
import org.visitbalance.output.Granularity;
import org.visitbalance.output.Item;
import org.visitbalance.output.VisitSummary;
import org.visitbalance.state.Contribution;
import org.visitbalance.state.Judgement;

/**
 * What of all that was judged is to be told. It never decides what is judged, or counted.
 *
 * @param from the first day; periods that have any day in common with the span are told
 * @param to the last day
 * @param location null: each
 */
public record Scope(LocalDate from, LocalDate to, @Nullable String location) {
  /** All there is. */
  public static final Scope ALL = new Scope(LocalDate.MIN, LocalDate.MAX, null);

  private boolean isHere(String place) {
    return location == null || location.equals(place);
  }

  public boolean holds(String place, Granularity granularity, LocalDate first) {
    return isHere(place) && !first.isAfter(to) && !Period.to(granularity, first).isBefore(from);
  }

  public boolean holds(Balance balance) {
    return holds(balance.getLocation(), balance.getGranularity(), balance.getFrom());
  }

  /** Whether a visit adds to any day that is to be told, or is of one though it adds nothing. */
  public boolean holds(Judgement judgement) {
    if (this.equals(ALL) || (judgement.getSummary() != null && holds(judgement.getSummary()))) {
      return true;
    }
    for (Contribution contribution : judgement.getContributions()) {
      if (contribution.getGranularity() == Granularity.DAY
          && holds(contribution.getLocation(), Granularity.DAY, contribution.getFrom())) {
        return true;
      }
    }
    return false;
  }

  /** Whether a visit's Finalized Date is to be told; without one, its Created Date. */
  public boolean holds(VisitSummary visit) {
    LocalDate day =
        visit.getFinalizedOn() != null
            ? visit.getFinalizedOn()
            : visit.getCreatedOn() != null ? visit.getCreatedOn() : visit.getDateOfService();
    return holdsDay(visit.getLocation(), day);
  }

  /** Whether a day at a location is to be told. */
  public boolean holdsDay(String place, LocalDate day) {
    return holds(place, Granularity.DAY, day);
  }

  public boolean holds(Item item) {
    return holds(item.getLocation(), item.getGranularity(), item.getFrom());
  }

  public boolean holds(Discrepancy discrepancy) {
    LocalDate date = discrepancy.getDate();
    return isHere(discrepancy.getLocation())
        && (date == null || (!date.isBefore(from) && !date.isAfter(to)));
  }

  public boolean holds(CapProposal proposal) {
    LocalDate month = LocalDate.parse(proposal.getMonth() + "-01");
    return !month.isAfter(to) && !Period.to(Granularity.MONTH, month).isBefore(from);
  }
}
