package org.visitbalance.query.lists;

import static org.visitbalance.query.model.Column.Type.DAY;
import static org.visitbalance.query.model.Column.Type.MOMENT;
import static org.visitbalance.query.model.Column.Type.TEXT;
import static org.visitbalance.query.model.Column.Type.WHOLE;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.visitbalance.output.Granularity;
import org.visitbalance.query.model.Tables;
import org.visitbalance.query.request.Order;
import org.visitbalance.query.request.RequestContext;
import org.visitbalance.query.request.Sql;

/** What people work: discrepancies and late arrivals, in the order of work. */
public final class WorkLists {
  private static final int OLDEST = 36_500;
  private static final String NEVER = "timestamp with time zone '2261-12-31 00:00:00+00'";
  private static final String HELD = "status = 'HELD'";

  /** PATIENT, then CASE, then CHARGE, then the rest. */
  private static final String REJECTIONS =
      "case %srejection_type when 'PATIENT' then 0 when 'CASE' then 1 when 'CHARGE' then 2"
          + " else 3 end";

  private WorkLists() {}

  private static final Order SEVERITY =
      Order.up("case d.severity when 'HIGH' then 0 when 'MEDIUM' then 1 else 2 end", WHOLE);
  private static final Order ID = Order.up("d.record_key", TEXT);
  private static final Order DEADLINE = Order.up("coalesce(d.file_by, date '2261-12-31')", DAY);
  private static final Order DOLLARS = Order.down("coalesce(d.amount_cents, -1)", WHOLE);
  private static final String DATE = "coalesce(d.on_date, date '1678-01-01')";

  /** What is open and can still be worked: the service knows its visit. */
  public static final String OPEN = "d.status = 'OPEN' and d.left_at is null";

  /**
   * Of late arrivals that are held: the service knows their visits. When a visit leaves, its
   * discrepancy is marked, and nothing else that was reported about it changes.
   */
  public static final String STILL_HELD =
      HELD
          + " and not exists (select 1 from {*discrepancy d} where d.tenant = late_arrival.tenant"
          + " and d.visit = late_arrival.visit and d.kind = 'HELD'"
          + " and d.on_date = late_arrival.finalized_on and d.left_at is not null)";

  public static final Listing DISCREPANCIES =
      Listing.of(
              Tables.DISCREPANCY,
              "{discrepancy d} left join {late_arrival l} on l.tenant = d.tenant"
                  + " and l.visit = d.visit and d.kind in ('HELD', 'LINES_HELD')"
                  + " where d.tenant = ?")
          .withColumns(Listing.columns(Tables.DISCREPANCY, "d."))
          .with(Listing.later("ageDays", WHOLE))
          .narrowed(
              Filter.of("status", WorkLists::status),
              Filter.symbols("level", "d.level", "PERIOD", "VISIT", "LOCATION"),
              Filter.symbols("severity", "d.severity", "HIGH", "MEDIUM", "LOW"),
              Filter.texts("kind", "d.kind"),
              Filter.texts("location", "d.location"),
              Filter.texts("provider", "d.provider_id"),
              Filter.texts("assignee", "d.assignee"),
              Filter.of("assigned", WorkLists::assigned),
              Filter.from("from", "d.on_date"),
              Filter.to("to", "d.on_date"),
              Filter.from("fileFrom", "d.file_by"),
              Filter.to("fileTo", "d.file_by"),
              Filter.of("minAmount", WorkLists::amount),
              Filter.of("minAge", (call, sql) -> age("minAge", " <= ?", call, sql)),
              Filter.of("maxAge", (call, sql) -> age("maxAge", " >= ?", call, sql)))
          .sorted(
              "work",
              SEVERITY,
              Order.up(REJECTIONS.formatted("l."), WHOLE),
              Order.up(DATE, DAY),
              ID)
          .sorted("date", Order.up(DATE, DAY), SEVERITY, ID)
          .sorted("-date", Order.down(DATE, DAY), SEVERITY, ID)
          .sorted("-openedAt", Order.down("coalesce(d.opened_at, " + NEVER + ")", MOMENT), ID)
          .sorted("fileBy", DEADLINE, DOLLARS, Order.up(DATE, DAY), ID)
          .sorted("-amount", DOLLARS, DEADLINE, Order.up(DATE, DAY), ID)
          .sorted("location", Order.up("d.location", TEXT), SEVERITY, Order.up(DATE, DAY), ID)
          .sorted("kind", Order.up("d.kind", TEXT), Order.up(DATE, DAY), ID)
          .finished(WorkLists::aged);

  public static final Listing LATE_ARRIVALS =
      Listing.of(
              Tables.LATE_ARRIVAL,
              "{late_arrival} where tenant = ? and (status <> 'HELD' or (" + STILL_HELD + "))")
          .narrowed(
              Filter.symbols("status", "status", "HELD", "ARRIVED"),
              Filter.texts("location", "location"),
              Filter.symbols("cause", "cause", "REJECTION", "OTHER"),
              Filter.symbols("rejectionType", "rejection_type", "PATIENT", "CASE", "CHARGE"),
              Filter.texts("reasonCode", "reason_code"),
              Filter.from("from", "finalized_on"),
              Filter.to("to", "finalized_on"),
              Filter.of("minLag", WorkLists::lag),
              Filter.of("otherMonth", WorkLists::otherMonth))
          .sorted(
              "work",
              Order.up("case when " + HELD + " then 0 else 1 end", WHOLE),
              Order.up(REJECTIONS.formatted(""), WHOLE),
              Order.up("coalesce(held_from, " + NEVER + ")", MOMENT),
              Order.up("record_key", TEXT))
          .sorted(
              "-lag",
              Order.up("case when " + HELD + " then 0 else 1 end", WHOLE),
              Order.down("coalesce(lag_days, 0)", WHOLE),
              Order.up("finalized_on", DAY),
              Order.up("record_key", TEXT))
          .sorted(
              "location",
              Order.up("location", TEXT),
              Order.down("finalized_on", DAY),
              Order.up("record_key", TEXT))
          .sorted("-finalizedOn", Order.down("finalized_on", DAY), Order.up("record_key", TEXT))
          .finished(WorkLists::held);

  private static void status(RequestContext call, Sql sql) {
    String status = call.params().symbol("status", List.of("OPEN", "RESOLVED", "ALL"));
    if ("RESOLVED".equals(status)) {
      sql.add(" and d.status = 'RESOLVED'");
    } else if (!"ALL".equals(status)) {
      sql.add(" and " + OPEN);
    }
  }

  private static void assigned(RequestContext call, Sql sql) {
    Boolean assigned = call.params().truth("assigned");
    if (assigned != null) {
      sql.add(" and d.assignee is " + (assigned ? "not null" : "null"));
    }
  }

  private static void amount(RequestContext call, Sql sql) {
    Integer cents = call.params().whole("minAmount", 0, Integer.MAX_VALUE);
    if (cents != null) {
      sql.add(" and d.amount_cents >= ?", (long) cents);
    }
  }

  private static void age(String param, String than, RequestContext call, Sql sql) {
    Integer days = call.params().whole(param, 0, OLDEST);
    if (days != null) {
      Instant opened = call.now().minus(days, ChronoUnit.DAYS);
      sql.add(" and d.opened_at" + than, opened.atOffset(ZoneOffset.UTC));
    }
  }

  private static void lag(RequestContext call, Sql sql) {
    Integer days = call.params().whole("minLag", 0, OLDEST);
    if (days != null) {
      sql.add(
          " and ((" + HELD + " and finalized_on <= ?) or lag_days >= ?)",
          call.today().minusDays(days),
          days);
    }
  }

  private static void otherMonth(RequestContext call, Sql sql) {
    Boolean other = call.params().truth("otherMonth");
    if (other != null) {
      LocalDate month = call.firstDay(Granularity.MONTH, call.today());
      sql.add(
          other
              ? " and ((" + HELD + " and finalized_on < ?) or same_month = false)"
              : " and ((" + HELD + " and finalized_on >= ?) or same_month = true)",
          month);
    }
  }

  /** From its opening to now, or to when it was resolved. */
  static void aged(Map<String, @Nullable Object> row, RequestContext call) {
    Object opened = row.get("openedAt");
    Object resolved = row.get("resolvedAt");
    if (opened != null) {
      Instant until = resolved == null ? call.now() : Instant.parse(resolved.toString());
      long days = ChronoUnit.DAYS.between(Instant.parse(opened.toString()), until);
      row.put("ageDays", Math.max(0, days));
    }
  }

  /** What of a held visit depends on today. */
  static void held(Map<String, @Nullable Object> row, RequestContext call) {
    if ("HELD".equals(row.get("status"))) {
      LocalDate from = LocalDate.parse(String.valueOf(row.get("finalizedOn")));
      LocalDate today = call.today();
      row.put("lagDays", ChronoUnit.DAYS.between(from, today));
      row.put("sameWeek", isSame(Granularity.WEEK, from, call));
      row.put("sameMonth", isSame(Granularity.MONTH, from, call));
    }
  }

  /** Whether a day and today lie in one week or month. */
  private static boolean isSame(Granularity granularity, LocalDate day, RequestContext call) {
    return call.firstDay(granularity, day).equals(call.firstDay(granularity, call.today()));
  }
}
