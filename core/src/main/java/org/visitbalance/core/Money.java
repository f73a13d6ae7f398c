package org.visitbalance.core;

import java.time.LocalDate;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.visitbalance.fact.Charge;
import org.visitbalance.fact.Visit;
import org.visitbalance.fact.VisitLine;

/**
 * What lines and charges cost, in cents. What nobody knows is null, and so is a sum with such a
 * part: an amount is never less than it is.
 */
final class Money {
  /** Adds up what is known; one part that is not makes all of it unknown. */
  private static final class Sum {
    private long cents;
    private boolean isUnknown;

    /** Units of the parts that have any; what those cost is what a unit costs. */
    private long units;

    void add(@Nullable Long part) {
      if (part == null) {
        isUnknown = true;
      } else {
        // An end that no real amount reaches is no reason to begin again below 0.
        cents = cents > Long.MAX_VALUE - part ? Long.MAX_VALUE : cents + part;
      }
    }

    void addUnits(@Nullable Long part, long units) {
      if (units > 0) {
        add(part);
        this.units += units;
      }
    }

    @Nullable Long total() {
      return isUnknown ? null : Long.valueOf(cents);
    }

    /** What some of the units cost, rounded down once; not more of them than there are. */
    @Nullable Long of(long some) {
      // The rest after whole cents a unit is less than the units, so that nothing overflows.
      return isUnknown || units == 0
          ? null
          : Long.valueOf(some * (cents / units) + some * (cents % units) / units);
    }
  }

  private Money() {}

  /** What a documented line costs; NORCM, in any spelling, costs nothing. */
  private static @Nullable Long of(VisitLine line, TenantSettings settings) {
    return Suppression.isNorcm(line.getCpt())
        ? Long.valueOf(0)
        : of(line.getAmountCents(), line.getUnits(), line.getCpt(), settings);
  }

  private static @Nullable Long of(Charge charge, TenantSettings settings) {
    return of(charge.getAmountCents(), charge.getUnits(), charge.getCpt(), settings);
  }

  private static @Nullable Long of(
      @Nullable Long amount, long units, String code, TenantSettings settings) {
    if (amount != null || units == 0) {
      return amount == null ? Long.valueOf(0) : amount;
    }
    Long fee = settings.fee(code);
    return fee == null ? null : Long.valueOf(units * fee);
  }

  /** What all lines of a visit cost that are billed to its payer. */
  static @Nullable Long toBill(VisitContext context, Visit visit) {
    Sum sum = new Sum();
    for (VisitLine line : visit.getLines()) {
      if (VisitContext.isToBill(line.getCpt(), context.rule, context.settings)) {
        sum.add(of(line, context.settings));
      }
    }
    return sum.total();
  }

  /** What the live chains cost that fit. */
  static @Nullable Long billed(VisitContext context, Predicate<Chain> fits) {
    Sum sum = new Sum();
    for (Chain chain : context.chains) {
      if (chain.live && fits.test(chain)) {
        sum.add(of(chain.line, context.settings));
      }
    }
    return sum.total();
  }

  /** The same of one location and Created Date. */
  static @Nullable Long billed(VisitContext context, String location, LocalDate createdOn) {
    return billed(
        context, chain -> chain.location().equals(location) && chain.createdOn.equals(createdOn));
  }

  /** What units of codes cost by the documented lines. */
  static @Nullable Long documented(VisitContext context, Visit visit, Map<String, Long> units) {
    Sum all = new Sum();
    units.forEach(
        (code, some) -> {
          Sum sum = new Sum();
          for (VisitLine line : visit.getLines()) {
            if (line.getCpt().equals(code)) {
              sum.addUnits(of(line, context.settings), VisitContext.units(line));
            }
          }
          all.add(sum.of(some));
        });
    return all.total();
  }

  /** What units of codes cost by the live chains. */
  static @Nullable Long billed(VisitContext context, Map<String, Long> units) {
    Sum all = new Sum();
    units.forEach(
        (code, some) -> {
          Sum sum = new Sum();
          for (Chain chain : context.chains) {
            if (chain.live && chain.line.getCpt().equals(code)) {
              sum.addUnits(of(chain.line, context.settings), chain.line.getUnits());
            }
          }
          all.add(sum.of(some));
        });
    return all.total();
  }
}
