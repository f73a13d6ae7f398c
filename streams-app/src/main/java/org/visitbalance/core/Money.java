package org.visitbalance.core;

import java.time.LocalDate;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.visitbalance.fact.Charge;
import org.visitbalance.fact.Visit;
import org.visitbalance.fact.VisitLine;

/**
 * What lines and charges cost, in cents. An unknown cost is null, and so is any sum that includes
 * one: an amount is never understated.
 */
final class Money {
  /** A running total. One unknown part makes the total unknown. */
  private static final class Sum {
    private long cents;
    private boolean isUnknown;

    /** Units of the parts that have units: the total divided by these is the cost of a unit. */
    private long units;

    void add(@Nullable Long part) {
      if (part == null) {
        isUnknown = true;
      } else {
        // Stops at the largest number instead of overflowing.
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

    /** What some of the units cost, rounded down once. There are at least as many units. */
    @Nullable Long of(long some) {
      // Whole cents per unit first: the products stay small, so nothing overflows.
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
  static @Nullable Long toBill(Dossier dossier, Visit visit) {
    Sum sum = new Sum();
    for (VisitLine line : visit.getLines()) {
      if (Dossier.isToBill(line.getCpt(), dossier.rule, dossier.settings)) {
        sum.add(of(line, dossier.settings));
      }
    }
    return sum.total();
  }

  /** What the live chains cost that fit. */
  static @Nullable Long billed(Dossier dossier, Predicate<Chain> fits) {
    Sum sum = new Sum();
    for (Chain chain : dossier.chains) {
      if (chain.live && fits.test(chain)) {
        sum.add(of(chain.line, dossier.settings));
      }
    }
    return sum.total();
  }

  /** The same of one location and Created Date. */
  static @Nullable Long billed(Dossier dossier, String location, LocalDate createdOn) {
    return billed(
        dossier, chain -> chain.location().equals(location) && chain.createdOn.equals(createdOn));
  }

  /** What units of codes cost by the documented lines. */
  static @Nullable Long documented(Dossier dossier, Visit visit, Map<String, Long> units) {
    Sum all = new Sum();
    units.forEach(
        (code, some) -> {
          Sum sum = new Sum();
          for (VisitLine line : visit.getLines()) {
            if (line.getCpt().equals(code)) {
              sum.addUnits(of(line, dossier.settings), Dossier.units(line));
            }
          }
          all.add(sum.of(some));
        });
    return all.total();
  }

  /** What units of codes cost by the live chains. */
  static @Nullable Long billed(Dossier dossier, Map<String, Long> units) {
    Sum all = new Sum();
    units.forEach(
        (code, some) -> {
          Sum sum = new Sum();
          for (Chain chain : dossier.chains) {
            if (chain.live && chain.line.getCpt().equals(code)) {
              sum.addUnits(of(chain.line, dossier.settings), chain.line.getUnits());
            }
          }
          all.add(sum.of(some));
        });
    return all.total();
  }
}
