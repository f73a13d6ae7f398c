package org.visitbalance.query.lists;

import static org.visitbalance.query.model.Column.Type.TEXT;
import static org.visitbalance.query.model.Column.Type.WHOLE;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.visitbalance.query.model.Column;
import org.visitbalance.query.request.Problem;
import org.visitbalance.query.request.RequestContext;
import org.visitbalance.query.request.RequestHandler;
import org.visitbalance.query.request.Sql;

/** How old what is held is, and how late what has come was. */
public final class AgeingRoute implements RequestHandler {
  public static final Set<String> PARAMS = Set.of("tenant", "location", "from", "to");
  private static final int USUAL_DAYS = 90;

  private static final List<Column> REASONS =
      List.of(
          new Column("rejection_type", "rejectionType", TEXT, ""),
          new Column("reason_code", "reasonCode", TEXT, ""),
          new Column("count(*)", "visits", WHOLE, ""));

  private final Jdbi jdbi;

  public AgeingRoute(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  @Override
  public void answer(RequestContext call) {
    Map<String, @Nullable Object> body = new LinkedHashMap<>();
    jdbi.useTransaction(
        handle -> {
          body.put("held", Held.byAge(handle, call));
          body.put("reasons", reasons(handle, call));
          body.put("lags", lags(handle, call));
        });
    call.answerFresh(body);
  }

  private static List<Map<String, @Nullable Object>> reasons(Handle handle, RequestContext call) {
    return Sql.select(call.scope(), REASONS)
        .add(" from {late_arrival} where tenant = ?", call.tenant())
        .add(" and " + WorkLists.STILL_HELD)
        .in("location", call.params().texts("location"))
        .add(" group by rejection_type, reason_code order by count(*) desc, reason_code limit 200")
        .rows(handle, REASONS)
        .list();
  }

  private record Lag(String location, long days, boolean week, boolean month, long visits) {}

  private static List<Map<String, @Nullable Object>> lags(Handle handle, RequestContext call) {
    LocalDate given = call.params().day("from");
    LocalDate until = call.params().day("to");
    LocalDate to = until == null ? call.today() : until;
    LocalDate from = given == null ? to.minusDays(USUAL_DAYS) : given;
    if (from.isAfter(to)) {
      throw Problem.unusable("from", "must not be after 'to'");
    }
    Map<String, List<Lag>> byLocation = new TreeMap<>();
    new Sql(call.scope())
        .add(
            "select location, lag_days, same_week, same_month, count(*) from {late_arrival}"
                + " where tenant = ? and status = 'ARRIVED' and finalized_on between ? and ?",
            call.tenant(),
            from,
            to)
        .in("location", call.params().texts("location"))
        .add(" group by location, lag_days, same_week, same_month order by location, lag_days")
        .on(handle)
        .map(
            (row, context) ->
                new Lag(
                    row.getString(1),
                    row.getLong(2),
                    row.getBoolean(3),
                    row.getBoolean(4),
                    row.getLong(5)))
        .forEach(
            lag -> byLocation.computeIfAbsent(lag.location, any -> new ArrayList<>()).add(lag));
    return byLocation.values().stream().map(AgeingRoute::line).toList();
  }

  /** What is said of one location; its lags are in their order. */
  private static Map<String, @Nullable Object> line(List<Lag> lags) {
    long visits = lags.stream().mapToLong(Lag::visits).sum();
    Map<String, Long> buckets = Buckets.empty();
    long seen = 0;
    long median = 0;
    for (Lag lag : lags) {
      buckets.merge(Buckets.of(lag.days), lag.visits, Long::sum);
      if (seen * 2 < visits) {
        median = lag.days;
      }
      seen += lag.visits;
    }
    Map<String, @Nullable Object> line = new LinkedHashMap<>();
    line.put("location", lags.get(0).location);
    line.put("visits", visits);
    line.put("buckets", buckets);
    line.put("medianLag", median);
    line.put("maxLag", lags.get(lags.size() - 1).days);
    line.put("otherWeek", lags.stream().filter(lag -> !lag.week).mapToLong(Lag::visits).sum());
    line.put("otherMonth", lags.stream().filter(lag -> !lag.month).mapToLong(Lag::visits).sum());
    return line;
  }
}
