package org.visitbalance.audit;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.visitbalance.core.Outputs;
import org.visitbalance.core.Scope;
import org.visitbalance.output.Balance;
import org.visitbalance.output.Discrepancy;
import org.visitbalance.output.Granularity;
import org.visitbalance.output.Verdict;
import org.visitbalance.settings.Settings;
import org.visitbalance.topology.TopologyOptions;

/**
 * What another settings document would change now: discrepancies that open, end, or change, and
 * days with another status. No identifiers of the source systems are in it; visits have their
 * tokens.
 *
 * @param asOf the moment of both evaluations
 * @param records the number of facts of the company that were evaluated
 * @param periods the number of periods that have activity in one of the evaluations
 * @param openBefore the discrepancies that are open with the settings in force
 * @param openAfter those that would be open with the other ones
 * @param opened discrepancies that would open, sorted
 * @param ended discrepancies that would end, sorted
 * @param changed discrepancies that would stay open with other figures, sorted
 * @param sums the number of each by kind and location, sorted
 * @param days days whose status would be another one, sorted
 */
public record SettingsEffect(
    Instant asOf,
    long records,
    long periods,
    Total openBefore,
    Total openAfter,
    List<Discrepancy> opened,
    List<Discrepancy> ended,
    List<Changed> changed,
    List<Sum> sums,
    List<Day> days) {
  /**
   * A number of discrepancies and their amounts.
   *
   * @param cents the sum of the amounts that are known
   * @param withoutAmount how many have no amount
   */
  public record Total(long count, long cents, long withoutAmount) {
    public static Total of(List<Discrepancy> some) {
      long cents = 0;
      long without = 0;
      for (Discrepancy one : some) {
        if (one.getAmountCents() == null) {
          without++;
        } else {
          cents += one.getAmountCents();
        }
      }
      return new Total(some.size(), cents, without);
    }
  }

  /** A discrepancy that is open in both evaluations. */
  public record Changed(Discrepancy before, Discrepancy after) {}

  /** What changes for a kind at a location, with the known amounts that are added and removed. */
  public record Sum(
      String kind,
      String location,
      long opened,
      long ended,
      long changed,
      long openedCents,
      long endedCents) {
    private Sum plus(Sum other) {
      return new Sum(
          kind,
          location,
          opened + other.opened,
          ended + other.ended,
          changed + other.changed,
          openedCents + other.openedCents,
          endedCents + other.endedCents);
    }
  }

  /** A day with another status; null: the day has nothing to balance. */
  public record Day(
      String location, LocalDate date, @Nullable Verdict before, @Nullable Verdict after) {}

  private static final Comparator<Discrepancy> ORDER =
      Comparator.comparing(Discrepancy::getLocation)
          .thenComparing(
              Discrepancy::getDate, Comparator.nullsFirst(Comparator.<LocalDate>naturalOrder()))
          .thenComparing(Discrepancy::getKind)
          .thenComparing(Discrepancy::getId);

  /** Whether nothing changes. */
  public boolean isNothing() {
    return opened.isEmpty() && ended.isEmpty() && changed.isEmpty() && days.isEmpty();
  }

  /**
   * What a company's settings would change.
   *
   * @param proposed the other settings
   * @param moment the moment of both evaluations
   * @param byKnownTime whether only what was known by the moment counts; if not, all records count,
   *     as in the live service
   */
  public record Wish(Settings proposed, Scope scope, Instant moment, boolean byKnownTime) {}

  /** An evaluation of a wish, which runs once. */
  public static final class Evaluation {
    private final Replay replay;
    private final Wish wish;

    public Evaluation(InputLog log, TopologyOptions.Serdes serdes, String tokenKey, Wish wish) {
      this.wish = wish;
      this.replay =
          new Replay(
              log,
              serdes,
              tokenKey,
              new Question(
                  wish.proposed.getTenant(), wish.scope, List.of(wish.moment), wish.proposed));
    }

    /** Returns the number of records read so far. */
    public long taken() {
      return replay.taken();
    }

    /**
     * Evaluates.
     *
     * @throws AuditException if the log cannot be read, or the thread is interrupted
     */
    public SettingsEffect run(int threads) {
      Replay.Both both = replay.both(threads, wish.moment, wish.byKnownTime);
      return between(
          wish.moment, replay.counts().facts(), both.before().outputs(), both.after().outputs());
    }
  }

  /** Compares the results of two evaluations. */
  static SettingsEffect between(Instant asOf, long records, Outputs before, Outputs after) {
    Map<String, Discrepancy> old = new HashMap<>();
    before.discrepancies().forEach(one -> old.put(one.getId(), one));
    List<Discrepancy> opened = new ArrayList<>();
    List<Changed> changed = new ArrayList<>();
    for (Discrepancy one : after.discrepancies()) {
      Discrepancy was = old.remove(one.getId());
      if (was == null) {
        opened.add(one);
      } else if (!was.equals(one)) {
        changed.add(new Changed(was, one));
      }
    }
    List<Discrepancy> ended = new ArrayList<>(old.values());
    opened.sort(ORDER);
    ended.sort(ORDER);
    changed.sort(Comparator.comparing(Changed::after, ORDER));
    return new SettingsEffect(
        asOf,
        records,
        Math.max(before.balances().size(), after.balances().size()),
        Total.of(before.discrepancies()),
        Total.of(after.discrepancies()),
        List.copyOf(opened),
        List.copyOf(ended),
        List.copyOf(changed),
        sums(opened, ended, changed),
        days(before, after));
  }

  private static List<Sum> sums(
      List<Discrepancy> opened, List<Discrepancy> ended, List<Changed> changed) {
    Map<String, Sum> sums = new TreeMap<>();
    for (Discrepancy one : opened) {
      add(sums, new Sum(one.getKind(), one.getLocation(), 1, 0, 0, cents(one), 0));
    }
    for (Discrepancy one : ended) {
      add(sums, new Sum(one.getKind(), one.getLocation(), 0, 1, 0, 0, cents(one)));
    }
    for (Changed one : changed) {
      Discrepancy after = one.after();
      add(
          sums,
          new Sum(
              after.getKind(), after.getLocation(), 0, 0, 1, cents(after), cents(one.before())));
    }
    return List.copyOf(sums.values());
  }

  private static void add(Map<String, Sum> sums, Sum one) {
    sums.merge(one.kind + "\n" + one.location, one, Sum::plus);
  }

  private static long cents(Discrepancy one) {
    return one.getAmountCents() == null ? 0 : one.getAmountCents();
  }

  private static List<Day> days(Outputs before, Outputs after) {
    Map<String, Day> days = new TreeMap<>();
    for (Balance one : before.balances()) {
      if (one.getGranularity() == Granularity.DAY) {
        days.put(
            one.getLocation() + "\n" + one.getFrom(),
            new Day(one.getLocation(), one.getFrom(), one.getVerdict(), null));
      }
    }
    for (Balance one : after.balances()) {
      if (one.getGranularity() == Granularity.DAY) {
        days.merge(
            one.getLocation() + "\n" + one.getFrom(),
            new Day(one.getLocation(), one.getFrom(), null, one.getVerdict()),
            (was, now) -> new Day(now.location, now.date, was.before, now.after));
      }
    }
    return days.values().stream().filter(day -> !Objects.equals(day.before, day.after)).toList();
  }
}
