package org.visitbalance.query.model;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How much of a catch-up is done. What the topology still has to read makes outputs, which the
 * tables then have to read too: as many for each fact as up to now.
 */
final class CatchUp {
  private static final long BEGINS = 5_000;

  /** It is over when fewer records are left, and cannot end while so many stand. */
  static final long ENDS = 500;

  /** Before that a speed says little. */
  private static final Duration A_WHILE = Duration.ofSeconds(5);

  /**
   * How far the topology and the tables are.
   *
   * @param unread the facts that the topology has not read
   * @param lag the records that the tables have not read
   * @param read how many facts the topology has read
   * @param stored how many records the tables have read
   * @param sent how many records are on the topics that the tables are made from
   */
  record Place(long unread, long lag, long read, long stored, long sent) {}

  private record Start(Instant at, Place place) {}

  private @Nullable Start start;
  private int percent;

  /** Returns the catch-up that is going on; null if there is none. */
  @Nullable Progress look(Instant now, Place place) {
    long left = place.unread + place.lag;
    Start begun = start;
    if (begun == null ? left < BEGINS : left < ENDS) {
      start = null;
      return null;
    }
    if (begun == null) {
      begun = new Start(now, place);
      start = begun;
      percent = 0;
    }
    long read = place.read - begun.place.read;
    long done = Math.max(0, read + place.stored - begun.place.stored);
    double outputs = read <= 0 ? 1 : (double) (place.sent - begun.place.sent) / read;
    double all = done + left + Math.max(0, outputs) * place.unread;
    percent = Math.max(percent, Math.min(99, (int) (100 * done / all)));
    Duration since = Duration.between(begun.at, now);
    boolean isKnown = done > 0 && since.compareTo(A_WHILE) >= 0;
    return new Progress(
        Progress.Work.CATCHING_UP,
        begun.at,
        percent,
        isKnown ? now.plusMillis((long) (since.toMillis() * (all - done) / done)) : null);
  }
}
