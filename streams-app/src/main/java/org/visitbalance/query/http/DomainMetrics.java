package org.visitbalance.query.http;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.visitbalance.platform.PeriodicTask;
import org.visitbalance.query.lists.WorkLists;
import org.visitbalance.query.model.Database;
import org.visitbalance.query.model.Freshness;
import org.visitbalance.query.model.Tables;
import org.visitbalance.query.request.Scope;
import org.visitbalance.query.request.Sql;
import org.visitbalance.query.request.TenantDirectory;
import org.visitbalance.topology.WrongClock;

/**
 * Business figures from the tables, as metrics over all tenants, by a small number of kinds. They
 * name no tenant, location, provider, visit or patient.
 */
public final class DomainMetrics implements AutoCloseable {
  private static final Duration PAUSE = Duration.ofSeconds(10);

  /** In each time zone a day begins with a quarter of an hour. */
  private static final long QUARTER_SECONDS = 900;

  private final Database database;
  private final Supplier<Freshness> freshness;
  private final Supplier<List<WrongClock>> wrongClocks;
  private final InstantSource time;
  private final MultiGauge discrepancies;
  private final MultiGauge late;
  private final MultiGauge letters;
  private final MultiGauge facts;
  private final MultiGauge silence;
  private final MultiGauge ages;
  private final MultiGauge clocks;
  private final MoneyMetrics money;
  private final TenantDirectory tenants;
  private final PeriodicTask task;
  private @Nullable Seen seen;

  /** What figures depend on: rows, and for deadlines the days of all time zones. */
  private record Seen(long changes, long quarter) {}

  /** Updates the metrics every few seconds until it is closed. */
  public DomainMetrics(
      Database database,
      Supplier<Freshness> freshness,
      Supplier<List<WrongClock>> wrongClocks,
      MeterRegistry meters,
      InstantSource time) {
    this.database = database;
    this.freshness = freshness;
    this.wrongClocks = wrongClocks;
    this.time = time;
    this.money = new MoneyMetrics(meters);
    this.tenants = new TenantDirectory(database.jdbi());
    discrepancies =
        gauges(
            meters, "visit_balance_open_discrepancies", "Open discrepancies by kind and severity.");
    late =
        gauges(meters, "visit_balance_late_arrivals", "Late arrivals by status: HELD or ARRIVED.");
    letters =
        gauges(
            meters,
            "visit_balance_dead_letters",
            "Invalid records (dead letters) that were not sent again, by source.");
    facts =
        gauges(
            meters,
            "visit_balance_facts_delivered",
            "Valid facts received by kind, including repeats.");
    silence =
        gauges(
            meters,
            "visit_balance_seconds_since_last_fact",
            "Seconds since the last fact of each kind was received, over all tenants.");
    ages =
        gauges(
            meters,
            "visit_balance_oldest_unmatched_seconds",
            "Age in seconds of the oldest open visit discrepancy.");
    clocks =
        gauges(
            meters,
            "visit_balance_wrong_clock_seconds",
            "Seconds that a host's clock is ahead of the broker's, if its ticks were refused in the"
                + " last hour; negative: behind.");
    Gauge.builder("visit_balance_read_model_lag_records", () -> freshness.get().lag())
        .description("Records on the output topics that are not in the database tables yet.")
        .register(meters);
    Gauge.builder("visit_balance_answers_stopped", this::stopped)
        .description(
            "1 while the figures of this instance's answers do not move on, whatever the reason.")
        .register(meters);
    Gauge.builder("visit_balance_unread_facts", () -> freshness.get().unread())
        .description("Facts that the topology has not read yet.")
        .register(meters);
    Gauge.builder("visit_balance_seconds_behind_clock", this::behind)
        .description(
            "Age in seconds of the data in the answers: now minus the last clock tick that they reflect;"
                + " -1 before the first.")
        .register(meters);
    task = new PeriodicTask("domain-metrics", PAUSE, this::look).start();
  }

  private static MultiGauge gauges(MeterRegistry meters, String name, String doc) {
    return MultiGauge.builder(name).description(doc).register(meters);
  }

  private double stopped() {
    return freshness.get().stopped() == null ? 0 : 1;
  }

  private double behind() {
    Instant asOf = freshness.get().asOf();
    return asOf == null ? -1 : Duration.between(asOf, time.instant()).toMillis() / 1_000.0;
  }

  /** How its looks go. */
  public PeriodicTask task() {
    return task;
  }

  private void look() {
    clocks.register(
        wrongClocks.get().stream()
            .<MultiGauge.Row<?>>map(
                one -> MultiGauge.Row.of(Tags.of("host", one.host()), one.ahead().toSeconds()))
            .toList(),
        true);
    database
        .jdbi()
        .useHandle(
            handle -> {
              Seen now = new Seen(changes(handle), present().getEpochSecond() / QUARTER_SECONDS);
              if (!now.equals(seen)) {
                look(handle);
                seen = now;
              }
            });
  }

  private static long changes(Handle handle) {
    return handle
        .createQuery("select coalesce(sum(changes), 0) from change_count")
        .mapTo(Long.class)
        .one();
  }

  /** The last tick that the tables reflect. */
  private Instant present() {
    Instant asOf = freshness.get().asOf();
    return asOf == null ? time.instant() : asOf;
  }

  private void look(Handle handle) {
    show(
        discrepancies,
        handle,
        "select kind, severity, count(*) from {discrepancy d} where "
            + WorkLists.OPEN
            + " group by kind, severity",
        "kind",
        "severity");
    show(
        late,
        handle,
        "select status, count(*) from {late_arrival} where status <> 'HELD' or ("
            + WorkLists.STILL_HELD
            + ") group by status",
        "status");
    show(
        letters,
        handle,
        "select source, count(*) from " + Tables.OPEN_DEAD_LETTERS + " group by source",
        "source");
    show(facts, handle, "select kind, sum(facts) from source group by kind", "kind");
    silence.register(
        handle
            .createQuery("select kind, max(last_fact_at) from source group by kind")
            .map(
                (row, context) ->
                    MultiGauge.Row.of(
                        Tags.of("kind", row.getString(1)),
                        row.getObject(2, OffsetDateTime.class).toInstant(),
                        since -> age(since, time.instant())))
            .list(),
        true);
    Instant now = present();
    Map<String, String> documents = tenants.documents();
    money.look(
        handle,
        tenant -> LocalDate.ofInstant(now, tenants.settings(tenant, documents.get(tenant)).zone()));
    ages.register(
        new Sql(Scope.ALL)
            .add(
                "select min(opened_at) from {discrepancy d} where "
                    + WorkLists.OPEN
                    + " and level = 'VISIT'"
                    + " having min(opened_at) is not null")
            .on(handle)
            .map(
                (row, context) ->
                    MultiGauge.Row.of(
                        Tags.empty(),
                        row.getObject(1, OffsetDateTime.class).toInstant(),
                        since -> age(since, present())))
            .list(),
        true);
  }

  private static double age(Instant since, Instant now) {
    return Math.max(0, Duration.between(since, now).toMillis() / 1_000.0);
  }

  /** Shows the last column of each row under the others. */
  private static void show(MultiGauge gauge, Handle handle, String sql, String... tags) {
    List<MultiGauge.Row<?>> rows =
        new Sql(Scope.ALL)
            .add(sql)
            .on(handle)
            .<MultiGauge.Row<?>>map(
                (row, context) -> {
                  Tags all = Tags.empty();
                  for (int i = 0; i < tags.length; i++) {
                    all = all.and(tags[i], row.getString(i + 1));
                  }
                  return MultiGauge.Row.of(all, row.getLong(tags.length + 1));
                })
            .list();
    gauge.register(rows, true);
  }

  @Override
  public void close() {
    task.close();
  }
}
