package org.visitbalance.core;

import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;
import org.visitbalance.output.Balance;
import org.visitbalance.output.CapProposal;
import org.visitbalance.output.Discrepancy;
import org.visitbalance.output.Granularity;
import org.visitbalance.output.Insight;
import org.visitbalance.output.Item;
import org.visitbalance.output.VisitSummary;
import org.visitbalance.state.Contribution;
import org.visitbalance.state.Judgement;

/**
 * The part of the results to report. It never affects what is evaluated or counted.
 *
 * @param from the first day; periods that share a day with the range are reported
 * @param to the last day
 * @param location the location, or null for all locations
 */
public record Scope(LocalDate from, LocalDate to, @Nullable String location) {
  /** Everything. */
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

  /**
   * Returns whether a visit adds to any day in the range, or belongs to one although it adds
   * nothing.
   */
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

  /** Returns whether a visit's Finalized Date is in the range; without one, its Created Date. */
  public boolean holds(VisitSummary visit) {
    LocalDate day =
        visit.getFinalizedOn() != null
            ? visit.getFinalizedOn()
            : visit.getCreatedOn() != null ? visit.getCreatedOn() : visit.getDateOfService();
    return holdsDay(visit.getLocation(), day);
  }

  /** Returns whether a day at a location is in the range. */
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

  /** Returns whether an insight is about the place, and about a day in the range or about none. */
  public boolean holds(Insight insight) {
    LocalDate date = insight.getDate();
    return (location == null || location.equals(insight.getLocation()))
        && (date == null || (!date.isBefore(from) && !date.isAfter(to)));
  }

  /**
   * Returns whether a proposal's month is in the range. What names no month, as only a record that
   * somebody else wrote can, is in every range, so that a comparison shows it.
   */
  public boolean holds(CapProposal proposal) {
    LocalDate month;
    try {
      month = LocalDate.parse(proposal.getMonth() + "-01");
    } catch (DateTimeParseException e) {
      return true;
    }
    return !month.isAfter(to) && !Period.to(Granularity.MONTH, month).isBefore(from);
  }
}
