package org.visitbalance.core;

import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Adds up what open discrepancies are worth (rules.md#money-totals): a visit counts once on each
 * side.
 */
public final class MoneyTally {
  /**
   * A sum.
   *
   * @param cents what is known of it; null if there are visits and nothing of any of them is known
   * @param visits how many visits are in it
   * @param unpriced of how many of them something has no known amount, and is not in the sum
   */
  public record Sum(@Nullable Long cents, long visits, long unpriced) {}

  /** What is known of a visit in one sum. */
  private static final class Part {
    private @Nullable Long addedUp;
    private @Nullable Long greatest;
    private boolean isUnpriced;

    void add(@Nullable Long cents, boolean addsUp) {
      if (cents == null) {
        isUnpriced = true;
      } else if (addsUp) {
        addedUp = plus(addedUp, cents);
      } else {
        greatest = greatest == null || greatest < cents ? cents : greatest;
      }
    }

    @Nullable Long cents() {
      if (addedUp == null || greatest == null) {
        return addedUp == null ? greatest : addedUp;
      }
      return Long.valueOf(Math.max(addedUp, greatest));
    }
  }

  private static final class Visit {
    private @Nullable Part atRisk;
    private @Nullable Part unbilled;
    private @Nullable Part held;
    private @Nullable Part missing;
    private @Nullable Part exposed;
    private @Nullable LocalDate fileBy;
  }

  private final Map<String, Visit> visits = new HashMap<>();

  /** Adds an open discrepancy of a visit; one of a kind without an amount changes nothing. */
  public void add(String visit, String kind, @Nullable Long cents, @Nullable LocalDate fileBy) {
    if (MoneyKinds.isExposed(kind)) {
      Visit of = of(visit);
      of.exposed = added(of.exposed, cents, MoneyKinds.EXPOSED_BY_DAY.contains(kind));
      return;
    } else if (!MoneyKinds.isAtRisk(kind)) {
      return;
    }
    Visit of = of(visit);
    of.atRisk = added(of.atRisk, cents, false);
    if (MoneyKinds.UNBILLED.contains(kind)) {
      of.unbilled = added(of.unbilled, cents, false);
      boolean isEarlier = fileBy != null && (of.fileBy == null || fileBy.isBefore(of.fileBy));
      of.fileBy = isEarlier ? fileBy : of.fileBy;
    }
    if (kind.equals(MoneyKinds.HELD)) {
      of.held = added(of.held, cents, false);
    } else if (MoneyKinds.MISSING.contains(kind)) {
      of.missing = added(of.missing, cents, false);
    }
  }

  private Visit of(String visit) {
    return visits.computeIfAbsent(visit, any -> new Visit());
  }

  private static Part added(@Nullable Part part, @Nullable Long cents, boolean addsUp) {
    Part some = part == null ? new Part() : part;
    some.add(cents, addsUp);
    return some;
  }

  /** Returns what was documented and may never be paid. */
  public Sum atRisk() {
    return sum(visit -> visit.atRisk);
  }

  /** Returns what was billed and may have to be paid back. */
  public Sum exposed() {
    return sum(visit -> visit.exposed);
  }

  /** Returns what is at risk of the visits that should be billed and are not. */
  public Sum unbilled() {
    return sum(visit -> visit.unbilled);
  }

  /** Returns the same of those that are held by a rejection. */
  public Sum held() {
    return sum(visit -> visit.held);
  }

  /** Returns the same of those that are neither held nor on their way to billing. */
  public Sum missing() {
    return sum(visit -> visit.missing);
  }

  /** Returns the unbilled visits whose last day to file has passed. */
  public Sum pastDeadline(LocalDate today) {
    return filedBy(day -> day.isBefore(today));
  }

  /** Returns the unbilled visits that have to be filed within the next days, today included. */
  public Sum fileSoon(LocalDate today) {
    LocalDate soon = today.plusDays(Reasons.DAYS_TO_FILE);
    return filedBy(day -> !day.isBefore(today) && !day.isAfter(soon));
  }

  private Sum filedBy(Predicate<LocalDate> fits) {
    return sum(visit -> visit.fileBy != null && fits.test(visit.fileBy) ? visit.unbilled : null);
  }

  /** Returns the earliest last day to file that has not passed, or null. */
  public @Nullable LocalDate nextDeadline(LocalDate today) {
    return visits.values().stream()
        .map(visit -> visit.fileBy)
        .flatMap(Stream::ofNullable)
        .filter(day -> !day.isBefore(today))
        .min(LocalDate::compareTo)
        .orElse(null);
  }

  private Sum sum(Function<Visit, @Nullable Part> which) {
    Long cents = null;
    long all = 0;
    long unpriced = 0;
    for (Visit visit : visits.values()) {
      Part part = which.apply(visit);
      if (part != null) {
        all++;
        unpriced += part.isUnpriced ? 1 : 0;
        Long some = part.cents();
        cents = some == null ? cents : Long.valueOf(plus(cents, some));
      }
    }
    return new Sum(cents == null && all == 0 ? Long.valueOf(0) : cents, all, unpriced);
  }

  /** An end that no real amount reaches is no reason to begin again below 0. */
  private static long plus(@Nullable Long sum, long cents) {
    long before = Objects.requireNonNullElse(sum, 0L);
    return before > Long.MAX_VALUE - cents ? Long.MAX_VALUE : before + cents;
  }
}
