package org.visitbalance.query.model;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.visitbalance.topology.AppliedSettings;

/**
 * How far a change of settings is applied, from when it was sent until the tables have everything
 * that it changes. Instances that share the tables tell each other there.
 */
final class Applying {
  /** A document that no ledger has taken over by then has no effect, and nothing waits for it. */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  /** Before that a speed says little. */
  private static final Duration A_WHILE = Duration.ofSeconds(5);

  private static final int MOST_PERCENT = 99;

  private final Jdbi jdbi;
  private final Supplier<Map<AppliedSettings.Place, AppliedSettings>> own;
  private final Map<AppliedSettings.Place, AppliedSettings> written = new HashMap<>();

  /** How far this instance had come at the last look. */
  private Map<AppliedSettings.Place, AppliedSettings> seen = Map.of();

  /** How far the tables had read settings at the last look. */
  private long settingsRead;

  /** When this instance has first seen that a company's settings are being applied. */
  private final Map<String, Instant> begun = new HashMap<>();

  private final Map<String, Integer> percents = new HashMap<>();

  /**
   * Creates a look at what is being applied.
   *
   * @param own how far this instance has come with its partitions
   */
  Applying(Jdbi jdbi, Supplier<Map<AppliedSettings.Place, AppliedSettings>> own) {
    this.jdbi = jdbi;
    this.own = own;
  }

  /**
   * Returns whether settings have been sent, or this instance has come further with its partitions,
   * since the last look.
   *
   * @param read how far the tables have read settings
   */
  boolean hasNews(long read) {
    return read != settingsRead || !own.get().equals(seen);
  }

  /**
   * Returns what is being applied, by company.
   *
   * @param asOf the last tick that the tables reflect
   * @param read how far the tables have read settings
   */
  Map<String, Progress> look(Instant now, @Nullable Instant asOf, long read) {
    settingsRead = read;
    Map<String, Progress> found = new TreeMap<>();
    jdbi.useTransaction(
        handle -> {
          Map<AppliedSettings.Place, AppliedSettings> stored = stored(handle);
          write(handle, stored);
          Map<String, Instant> newer = newer(handle, asOf == null ? Instant.EPOCH : asOf);
          Map<String, List<AppliedSettings>> byTenant = new TreeMap<>();
          stored.forEach(
              (place, one) ->
                  byTenant.computeIfAbsent(place.tenant(), any -> new ArrayList<>()).add(one));
          byTenant.forEach(
              (tenant, all) -> {
                Progress progress = progress(tenant, all, newer.get(tenant), now, asOf);
                if (progress != null) {
                  found.put(tenant, progress);
                }
              });
        });
    begun.keySet().retainAll(found.keySet());
    percents.keySet().retainAll(found.keySet());
    return found;
  }

  private static Map<AppliedSettings.Place, AppliedSettings> stored(Handle handle) {
    return handle
        .createQuery(
            "select partition_no, tenant, sent_at, tick_at, done, total from applied_settings")
        .reduceRows(
            new HashMap<>(),
            (all, row) -> {
              all.put(
                  new AppliedSettings.Place(
                      row.getColumn("partition_no", Integer.class),
                      row.getColumn("tenant", String.class)),
                  new AppliedSettings(
                      row.getColumn("sent_at", OffsetDateTime.class).toInstant(),
                      row.getColumn("tick_at", OffsetDateTime.class).toInstant(),
                      row.getColumn("done", Long.class),
                      row.getColumn("total", Long.class)));
              return all;
            });
  }

  /** Writes what is new from this instance; a partition that it has lost says nothing new. */
  private void write(Handle handle, Map<AppliedSettings.Place, AppliedSettings> stored) {
    seen = Map.copyOf(own.get());
    seen.forEach(
        (place, now) -> {
          AppliedSettings.Place key =
              new AppliedSettings.Place(place.partition(), Flat.storable(place.tenant()));
          AppliedSettings before = stored.get(key);
          if (before != null && now.equals(written.get(key))) {
            return;
          }
          written.put(key, now);
          // What is done when it is first heard of has changed nothing here.
          AppliedSettings next =
              before == null && now.isDone()
                  ? new AppliedSettings(now.sentAt(), Instant.EPOCH, now.done(), now.total())
                  : now;
          if (before == null || !isSame(before, next)) {
            put(handle, key, next);
            stored.put(key, next);
          }
        });
  }

  /** An instance that has just started does not know how many patients there were. */
  private static boolean isSame(AppliedSettings before, AppliedSettings next) {
    return before.sentAt().equals(next.sentAt()) && before.isDone() && next.isDone();
  }

  private static void put(Handle handle, AppliedSettings.Place place, AppliedSettings one) {
    int updated =
        handle.execute(
            "update applied_settings set sent_at = ?, tick_at = ?, done = ?, total = ?"
                + " where partition_no = ? and tenant = ?",
            moment(one.sentAt()),
            moment(one.tick()),
            one.done(),
            one.total(),
            place.partition(),
            place.tenant());
    if (updated == 0) {
      handle.execute(
          "insert into applied_settings (sent_at, tick_at, done, total, partition_no, tenant)"
              + " values (?, ?, ?, ?, ?, ?)",
          moment(one.sentAt()),
          moment(one.tick()),
          one.done(),
          one.total(),
          place.partition(),
          place.tenant());
    }
  }

  private static OffsetDateTime moment(Instant at) {
    return at.atOffset(ZoneOffset.UTC);
  }

  /** By company, the time of settings that some partition has not taken over. */
  private static Map<String, Instant> newer(Handle handle, Instant asOf) {
    return handle
        .createQuery(
            "select s.tenant, max(s.at) as newest from applied_settings a join settings_version s"
                + " on s.tenant = a.tenant and s.at > a.sent_at where s.at > ? group by s.tenant")
        .bind(0, moment(asOf.minus(PATIENCE)))
        .reduceRows(
            new HashMap<>(),
            (all, row) -> {
              all.put(
                  row.getColumn("tenant", String.class),
                  row.getColumn("newest", OffsetDateTime.class).toInstant());
              return all;
            });
  }

  private @Nullable Progress progress(
      String tenant,
      List<AppliedSettings> all,
      @Nullable Instant newer,
      Instant now,
      @Nullable Instant asOf) {
    long done = 0;
    long total = 0;
    boolean isOver = newer == null;
    for (AppliedSettings one : all) {
      boolean isTaken = newer == null || !one.sentAt().isBefore(newer);
      long most = Math.max(1, one.total());
      total += most;
      done += !isTaken ? 0 : one.isDone() ? most : one.done();
      isOver &= one.isDone() && asOf != null && !asOf.isBefore(one.tick());
    }
    if (isOver) {
      return null;
    }
    Instant since = begun.computeIfAbsent(tenant, any -> now);
    if (newer != null) {
      percents.remove(tenant);
    }
    // Patients come and go, but what is done does not become less.
    int percent =
        Objects.requireNonNull(
            percents.merge(
                tenant, Math.min(MOST_PERCENT, Progress.percent(done, total)), Math::max));
    Duration past = Duration.between(since, now);
    boolean isKnown = percent > 0 && past.compareTo(A_WHILE) >= 0;
    return new Progress(
        Progress.Work.APPLYING_SETTINGS,
        since,
        percent,
        isKnown ? now.plusMillis(past.toMillis() * (100 - percent) / percent) : null);
  }
}
