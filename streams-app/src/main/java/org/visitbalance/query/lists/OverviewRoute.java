package org.visitbalance.query.lists;

import static java.util.Locale.ROOT;
import static org.visitbalance.query.model.Column.Type.DAY;
import static org.visitbalance.query.model.Column.Type.TEXT;
import static org.visitbalance.query.model.Column.Type.WHOLE;

import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.visitbalance.output.Granularity;
import org.visitbalance.query.model.Column;
import org.visitbalance.query.model.Kind;
import org.visitbalance.query.model.Tables;
import org.visitbalance.query.request.RequestContext;
import org.visitbalance.query.request.RequestHandler;
import org.visitbalance.query.request.Sql;

/** What has to be known first thing in the morning. */
public final class OverviewRoute implements RequestHandler {
  public static final Set<String> PARAMS = Set.of("tenant", "location");
  private static final int FINDINGS = 10;
  private static final Duration LATELY = Duration.ofDays(7);

  private static final List<Column> SPAN =
      List.of(
          sum("reported_emr_visits", "finalized"),
          sum("reported_billing_visits", "billed"),
          sum("reported_difference", "difference"),
          sum("origin_expected", "expected"),
          sum("origin_billed", "billedOfExpected"),
          sum("origin_outstanding", "outstanding"),
          sum("readiness_held_visits", "held"),
          sum("kinds_unexplained", "unexplained"));

  /** The same, added up already. */
  private static final List<Column> SPAN_OF_ALL =
      SPAN.stream()
          .map(
              column ->
                  sum(column.path().replaceAll("([A-Z])", "_$1").toLowerCase(ROOT), column.path()))
          .toList();

  private static final List<Column> UNBILLED_SUMS =
      List.of(sum("lost", "lost"), sum("unbilled_units", "unbilledUnits"));

  private static final List<Column> FOUND =
      List.of(
          new Column("severity", "severity", TEXT, ""),
          new Column("kind", "kind", TEXT, ""),
          new Column("sum(open_now)", "open", WHOLE, ""));

  private static final List<Column> FOUND_LATELY =
      List.of(
          new Column("severity", "severity", TEXT, ""),
          new Column("kind", "kind", TEXT, ""),
          new Column("count(*)", "new", WHOLE, ""));

  private static final List<Column> NOTES =
      List.of(
          new Column("therapist", "providerId", TEXT, ""),
          new Column("count(*)", "notes", WHOLE, ""),
          new Column("min(from_date)", "oldest", DAY, ""));

  private final Jdbi jdbi;
  private final @Nullable Duration retention;
  private final KnownAnswers known;

  /**
   * Answers from some tables.
   *
   * @param retention how long the service keeps business dates; null: forever
   */
  public OverviewRoute(Jdbi jdbi, @Nullable Duration retention) {
    this.jdbi = jdbi;
    this.retention = retention;
    this.known = new KnownAnswers(jdbi, Kind.values());
  }

  private static Column sum(String sql, String path) {
    return new Column("coalesce(sum(" + sql + "), 0)", path, WHOLE, "");
  }

  @Override
  public void answer(RequestContext call) {
    known.answer(call, () -> body(call));
  }

  private Map<String, @Nullable Object> body(RequestContext call) {
    LocalDate today = call.today();
    LocalDate yesterday = today.minusDays(1);
    Map<String, @Nullable Object> body = new LinkedHashMap<>();
    jdbi.useTransaction(
        handle -> {
          body.put("feeds", rows(handle, Lists.FEEDS, "source", call, FINDINGS));
          body.put("yesterday", span(handle, yesterday, yesterday, call));
          body.put("week", span(handle, call.firstDay(Granularity.WEEK, today), today, call));
          body.put("month", span(handle, call.firstDay(Granularity.MONTH, today), today, call));
          body.put("money", MoneySums.total(handle, MoneySums.Which.of(call)));
          body.put("findings", findings(handle, call));
          body.put("newest", rows(handle, WORK, "-openedAt", call, FINDINGS));
          body.put("oldest", rows(handle, WORK, "date", call, FINDINGS));
          body.put("openNotes", openNotes(handle, call));
          body.put("held", Held.byAge(handle, call));
          body.put("deadLetters", call.scope().isLimited() ? null : deadLetters(handle, call));
          body.put("files", call.scope().isLimited() ? null : files(handle, call));
        });
    return body;
  }

  /** Counts the files that are late, and those that cannot be used. */
  private static Map<String, @Nullable Object> files(Handle handle, RequestContext call) {
    return one(
        handle,
        FILES,
        Sql.select(call.scope(), FILES)
            .add(" from received_file where tenant = ?", call.tenant())
            .add(" and state in ('MISSING', 'QUARANTINED')"));
  }

  private static final List<Column> FILES =
      List.of(
          sum("case when state = 'MISSING' then 1 else 0 end", "missing"),
          sum("case when state = 'QUARANTINED' then 1 else 0 end", "refused"));

  /** Counts the invalid records of the last days that were not sent again. */
  private static long deadLetters(Handle handle, RequestContext call) {
    return new Sql(call.scope())
        .add("select count(*) from " + Tables.OPEN_DEAD_LETTERS)
        .add(" where (tenant = ?", call.tenant())
        .add(call.caller().tenants() == null ? " or tenant is null)" : ")")
        .add(" and at > ?", call.now().minus(LATELY).atOffset(ZoneOffset.UTC))
        .on(handle)
        .mapTo(Long.class)
        .one();
  }

  /** Open discrepancies, narrowed as this page is. */
  private static final Listing WORK =
      WorkLists.DISCREPANCIES.narrowed(
          Filter.of("status", (call, sql) -> sql.add(" and " + WorkLists.OPEN)),
          Filter.texts("location", "d.location"));

  private static List<Map<String, @Nullable Object>> rows(
      Handle handle, Listing listing, String sort, RequestContext call, int limit) {
    return listing.first(handle, call, listing.sorts().getOrDefault(sort, List.of()), limit);
  }

  private static Map<String, @Nullable Object> span(
      Handle handle, LocalDate from, LocalDate to, RequestContext call) {
    List<String> locations = call.params().texts("location");
    Map<String, @Nullable Object> span = new LinkedHashMap<>();
    span.put("from", from.toString());
    span.put("to", to.toString());
    span.putAll(figures(handle, from, to, call));
    span.putAll(
        one(
            handle,
            UNBILLED_SUMS,
            Sql.select(call.scope(), UNBILLED_SUMS)
                .add(" from {visit_sum} where tenant = ?", call.tenant())
                .add(" and finalized_on between ? and ?", from, to)
                .in("location", locations)));
    return span;
  }

  /** The days of all locations are added up already. */
  private static Map<String, @Nullable Object> figures(
      Handle handle, LocalDate from, LocalDate to, RequestContext call) {
    List<String> locations = call.params().texts("location");
    if (locations.isEmpty() && !call.scope().isLimited()) {
      return one(
          handle,
          SPAN_OF_ALL,
          Sql.select(call.scope(), SPAN_OF_ALL)
              .add(" from {balance_sum} where tenant = ?", call.tenant())
              .add(" and from_date between ? and ?", from, to));
    }
    return one(
        handle,
        SPAN,
        Sql.select(call.scope(), SPAN)
            .add(" from {balance} where tenant = ?", call.tenant())
            .add(" and granularity = 'DAY' and from_date between ? and ?", from, to)
            .in("location", locations));
  }

  private static List<Map<String, @Nullable Object>> findings(Handle handle, RequestContext call) {
    List<String> locations = call.params().texts("location");
    Map<String, Object> lately = new HashMap<>();
    Sql.select(call.scope(), FOUND_LATELY)
        .add(" from {discrepancy d} where d.tenant = ? and " + WorkLists.OPEN, call.tenant())
        .add(" and d.opened_at > ?", call.now().minus(1, ChronoUnit.DAYS).atOffset(ZoneOffset.UTC))
        .in("location", locations)
        .add(" group by severity, kind")
        .rows(handle, FOUND_LATELY)
        .forEach(row -> lately.put(sort(row), Objects.requireNonNull(row.get("new"))));
    List<Map<String, @Nullable Object>> findings =
        Sql.select(call.scope(), FOUND)
            .add(" from {discrepancy_sum} where tenant = ?", call.tenant())
            .in("location", locations)
            .add(" group by severity, kind")
            .add(" order by case severity when 'HIGH' then 0 when 'MEDIUM' then 1 else 2 end")
            .add(", sum(open_now) desc, kind")
            .rows(handle, FOUND)
            .list();
    findings.forEach(row -> row.put("new", lately.getOrDefault(sort(row), 0L)));
    return findings;
  }

  private static String sort(Map<String, @Nullable Object> row) {
    return row.get("severity") + "|" + row.get("kind");
  }

  private List<Map<String, @Nullable Object>> openNotes(Handle handle, RequestContext call) {
    Sql sql =
        Sql.select(call.scope(), NOTES)
            .add(" from (select i.from_date, " + OpenNotes.THERAPIST + " as therapist")
            .add(" from {item i} where i.tenant = ? and i.granularity = 'DAY'", call.tenant())
            .add(" and i.list_name = 'OPEN_NOTE'");
    OpenNotes.stay(sql, call, retention);
    return sql.in("i.location", call.params().texts("location"))
        .add(") as notes group by therapist order by count(*) desc, therapist limit 200")
        .rows(handle, NOTES)
        .list();
  }

  private static Map<String, @Nullable Object> one(Handle handle, List<Column> columns, Sql sql) {
    return sql.rows(handle, columns).one();
  }
}
