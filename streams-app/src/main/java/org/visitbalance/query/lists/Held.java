package org.visitbalance.query.lists;

import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.visitbalance.query.request.RequestContext;
import org.visitbalance.query.request.Sql;

/** Held visits by age and type of their rejection. */
final class Held {
  private static final List<String> TYPES = List.of("PATIENT", "CASE", "CHARGE");

  private Held() {}

  private record Some(String type, LocalDate finalizedOn, long visits) {}

  /** Every bucket of every type. */
  static List<Map<String, @Nullable Object>> byAge(Handle handle, RequestContext call) {
    Map<String, Map<String, Long>> counts = new LinkedHashMap<>();
    TYPES.forEach(type -> counts.put(type, Buckets.empty()));
    Sql sql =
        new Sql(call.scope())
            .add(
                "select coalesce(rejection_type, 'CHARGE'), finalized_on, count(*)"
                    + " from {late_arrival} where tenant = ? and "
                    + WorkLists.STILL_HELD,
                call.tenant())
            .in("location", call.params().texts("location"))
            .add(" group by coalesce(rejection_type, 'CHARGE'), finalized_on");
    sql.on(handle)
        .map(
            (row, context) ->
                new Some(row.getString(1), row.getObject(2, LocalDate.class), row.getLong(3)))
        .forEach(
            some -> {
              long days = Math.max(0, ChronoUnit.DAYS.between(some.finalizedOn, call.today()));
              counts
                  .computeIfAbsent(some.type, any -> Buckets.empty())
                  .merge(Buckets.of(days), some.visits, Long::sum);
            });
    List<Map<String, @Nullable Object>> rows = new ArrayList<>();
    counts.forEach(
        (type, buckets) ->
            buckets.forEach(
                (bucket, visits) -> {
                  Map<String, @Nullable Object> row = new LinkedHashMap<>();
                  row.put("rejectionType", type);
                  row.put("bucket", bucket);
                  row.put("visits", visits);
                  rows.add(row);
                }));
    return rows;
  }
}
