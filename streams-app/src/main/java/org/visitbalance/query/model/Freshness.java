package org.visitbalance.query.model;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How current the tables are.
 *
 * @param stopped why {@code asOf} no longer moves on; null if it does
 * @param asOf the last clock tick that the tables fully reflect; null before the first
 * @param lag the records on the topics that are not in the tables yet
 * @param unread the facts that the topology has not read yet
 * @param movedAt when the topology last committed something new
 * @param reachedAt when {@code asOf} last moved on
 * @param tickedAt when the broker received the last tick; null before the first
 * @param isCaughtUp whether {@code asOf} is a tick that was sent after this instance started, and
 *     the tables have their indexes
 * @param standsSince since when so many records stand that a catch-up cannot end; null if fewer are
 *     left
 * @param progress the work that is going on for everybody; null if there is none
 * @param applying by company, the settings that are being applied
 * @param removed which old rows the tables no longer have
 */
public record Freshness(
    @Nullable Stopped stopped,
    @Nullable Instant asOf,
    long lag,
    long unread,
    Instant movedAt,
    Instant reachedAt,
    @Nullable Instant tickedAt,
    boolean isCaughtUp,
    @Nullable Instant standsSince,
    @Nullable Progress progress,
    Map<String, Progress> applying,
    Removed removed) {
  /** Tables on which no work is going on. */
  public Freshness(
      @Nullable Instant asOf, long lag, long unread, Instant movedAt, @Nullable Instant tickedAt) {
    this(
        null,
        asOf,
        lag,
        unread,
        movedAt,
        movedAt,
        tickedAt,
        true,
        null,
        null,
        Map.of(),
        Removed.NOTHING);
  }

  /** The same with what was found to be wrong; null if nothing. */
  public Freshness with(@Nullable Stopped found) {
    return found == null
        ? this
        : new Freshness(
            found,
            asOf,
            lag,
            unread,
            movedAt,
            reachedAt,
            tickedAt,
            isCaughtUp,
            standsSince,
            progress,
            applying,
            removed);
  }

  /** Whether what was received before is still being read, so that answers are of the past. */
  public boolean isCatchingUp() {
    return progress != null && progress.work() == Progress.Work.CATCHING_UP;
  }

  /** Whether that goes on: what has to be read has moved since a moment. */
  public boolean isCatchingUpSince(Instant moment) {
    return isCatchingUp() && (standsSince == null || !standsSince.isBefore(moment));
  }

  /** Returns the work that matters most to a company; null if there is none. */
  public @Nullable Progress progress(String tenant) {
    Progress own = applying.get(tenant);
    return isCatchingUp() || own == null ? progress : own;
  }
}
