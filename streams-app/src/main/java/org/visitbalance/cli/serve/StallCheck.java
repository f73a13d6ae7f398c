package org.visitbalance.cli.serve;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.visitbalance.query.model.Failure;
import org.visitbalance.query.model.Freshness;
import org.visitbalance.query.model.Stopped;
import org.visitbalance.topology.WrongClock;

/** Checks, from the cluster's point of view, whether the topology and the tables make progress. */
public final class StallCheck {
  private static final String REMAKE =
      "do what docs/operating.md#made-again says: send the facts again, and rebuild the state and the"
          + " tables";

  private StallCheck() {}

  /** Returns what is wrong and what to do if topics have changed; null if they have not. */
  public static @Nullable String changedTopics(@Nullable String says) {
    return says == null ? null : says + "; " + REMAKE;
  }

  /**
   * Returns what is wrong and what to do; null if everything moves.
   *
   * @param unseen why it cannot be seen at the moment how far things are; null if it can
   * @param wrong hosts whose clocks are wrong
   */
  public static @Nullable String trouble(
      Freshness fresh,
      @Nullable Failure unseen,
      List<WrongClock> wrong,
      Instant now,
      Duration patience) {
    Stopped stopped = stopped(fresh, null, null, unseen, wrong, now, patience);
    String trouble = trouble(fresh, stopped, unseen);
    List<WrongClock> more =
        wrong.stream().filter(one -> stopped == null || !isBehind(one, stopped)).toList();
    return trouble == null || more.isEmpty() ? trouble : trouble + "; " + wrongClocks(more);
  }

  private static boolean isBehind(WrongClock one, Stopped said) {
    return one.isBehind() && one.reason().equals(said.reason());
  }

  /** Returns which hosts have a wrong clock; null if none. */
  public static @Nullable String wrongClocks(List<WrongClock> wrong) {
    return wrong.isEmpty()
        ? null
        : wrong.stream().map(WrongClock::sentence).collect(Collectors.joining("; "));
  }

  private static @Nullable String trouble(
      Freshness fresh, @Nullable Stopped found, @Nullable Failure unseen) {
    Stopped stopped = found;
    boolean waits = fresh.tickedAt() == null || fresh.asOf() == null || !fresh.isCaughtUp();
    if (stopped == null && waits && unseen != null) {
      stopped = unseen(unseen);
    }
    if (stopped != null) {
      String waiting = fresh.unread() == 0 ? "; " : "; " + fresh.unread() + " facts are waiting; ";
      return stopped.reason() + waiting + stopped.action();
    } else if (fresh.tickedAt() == null) {
      return "has seen no clock tick yet; run an instance of serve without --no-clock";
    } else if (waits) {
      return "has not caught up with the clock yet; wait";
    }
    return null;
  }

  /**
   * Returns why figures no longer move on, whatever answers look like; null if they do. Its words
   * stay the same for as long as the reason does: whoever has heard it is not told again.
   *
   * @param changedTopics that topics are others than those that the state was made of; null if not
   * @param refused why the tables take no rows at the moment; null if they do
   * @param unseen why it cannot be seen at the moment how far things are; null if it can
   * @param wrong hosts whose clocks are wrong
   */
  public static @Nullable Stopped stopped(
      Freshness fresh,
      @Nullable String changedTopics,
      @Nullable Failure refused,
      @Nullable Failure unseen,
      List<WrongClock> wrong,
      Instant now,
      Duration patience) {
    if (changedTopics != null) {
      return new Stopped(changedTopics, REMAKE);
    }
    if (refused != null) {
      String what =
          refused.side() == Failure.Side.KAFKA
              ? "the tables get no rows from Kafka ("
              : "the tables take no rows (";
      return new Stopped(what + refused.said() + ")", refused.action());
    }
    Stopped standing = standing(fresh, wrong, now.minus(patience), patience);
    if (unseen != null) {
      // What was seen last has grown old, whatever stands still.
      return standing == null ? null : unseen(unseen);
    }
    return standing;
  }

  private static Stopped unseen(Failure why) {
    return new Stopped(
        "it cannot be seen how far the figures are (" + why.said() + ")", why.action());
  }

  private static @Nullable Stopped standing(
      Freshness fresh, List<WrongClock> wrong, Instant bound, Duration patience) {
    String minutes = patience.toMinutes() + " minutes";
    Instant ticked = fresh.tickedAt();
    Stopped behind = behind(fresh, wrong, patience);
    if (ticked == null) {
      // The tables may have figures of before, which would look like those of the present.
      return fresh.reachedAt().isBefore(bound)
          ? new Stopped(
              "no clock tick has come for " + minutes + " or more",
              "run an instance of serve without --no-clock; if one runs, look at its /health/ready")
          : null;
    }
    if (ticked.isBefore(bound)) {
      return new Stopped(
          "the clock has stopped: no tick for " + minutes,
          "run an instance of serve without --no-clock");
    } else if (fresh.movedAt().isBefore(bound)) {
      return new Stopped(
          "processing has stalled: nothing was committed for " + minutes,
          "check the logs of the instances");
    } else if (behind != null) {
      return behind;
    } else if (fresh.reachedAt().isBefore(bound) && !fresh.isCatchingUpSince(bound)) {
      return new Stopped(
          "the figures reflect no newer tick since "
              + minutes
              + " or more although the clock goes on",
          "check the database, its log, the logs of the instances, and the clocks of their hosts");
    }
    return null;
  }

  /** The figures are judged at a time that is long over, because somebody's clock says so. */
  private static @Nullable Stopped behind(
      Freshness fresh, List<WrongClock> wrong, Duration patience) {
    Instant asOf = fresh.asOf();
    Instant ticked = fresh.tickedAt();
    if (asOf == null
        || ticked == null
        || fresh.isCatchingUp()
        || !asOf.isBefore(ticked.minus(patience))) {
      return null;
    }
    return wrong.stream()
        .filter(WrongClock::isBehind)
        .min(Comparator.comparing(WrongClock::ahead))
        .map(one -> new Stopped(one.reason(), one.action()))
        .orElse(null);
  }
}
