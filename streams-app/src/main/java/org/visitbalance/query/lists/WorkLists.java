package org.visitbalance.query.lists;

import static org.visitbalance.query.model.Column.Type.DAY;
import static org.visitbalance.query.model.Column.Type.MOMENT;
import static org.visitbalance.query.model.Column.Type.TEXT;
import static org.visitbalance.query.model.Column.Type.TRUTH;
import static org.visitbalance.query.model.Column.Type.WHOLE;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.visitbalance.core.Reasons;
import org.visitbalance.output.Granularity;
import org.visitbalance.query.access.Role;
import org.visitbalance.query.model.Column;
import org.visitbalance.query.model.Tables;
import org.visitbalance.query.request.Order;
import org.visitbalance.query.request.Problem;
import org.visitbalance.query.request.RequestContext;
import org.visitbalance.query.request.Sql;

/** What people work: discrepancies and late arrivals, in the order of work. */
public final class WorkLists {
  private static final int OLDEST = 36_500;
  private static final String NEVER = "timestamp with time zone '2261-12-31 00:00:00+00'";
  private static final String HELD = "status = 'HELD'";

  /** PATIENT, then CASE, then CHARGE, then the rest. */
  private static final String REJECTIONS =
      "case rejection_type when 'PATIENT' then 0 when 'CASE' then 1 when 'CHARGE' then 2"
          + " else 3 end";

  private WorkLists() {}

  // The columns of the orders follow from the row: see the migration that adds them.
  private static final Order SEVERITY = Order.up("d.urgency", WHOLE);
  private static final Order ID = Order.up("d.record_key", TEXT);
  private static final Order DEADLINE = Order.up("d.due", DAY);
  private static final Order AT_RISK = Order.up("d.risk_order", WHOLE);
  private static final Order DOLLARS = Order.up("d.amount_order", WHOLE);
  private static final Order DATE = Order.up("d.on_day", DAY);
  private static final Order OPENED = Order.up("d.opened", MOMENT);
  private static final List<Order> BY_DEADLINE =
      List.of(DEADLINE, AT_RISK, DOLLARS, OPENED, DATE, ID);

  /** What is open and can still be worked: the service knows its visit. */
  public static final String OPEN = "d.stage = 0";

  private static final String BY = "acceptance";

  /** The dates of service of its charges that are not the visit's, where that is the finding. */
  private static final String BILLED_DATES =
      "case when d.kind = 'DATE_OF_SERVICE_MISMATCH' then (select string_agg(x.billed, ', '"
          + " order by x.billed) from (select distinct n.tenant, n.visit,"
          + " to_char(e.date_of_service, 'YYYY-MM-DD') as billed, e.date_of_service"
          + " from {*visit_ids n} join event e on e.tenant = n.tenant"
          + " and e.patient_key = n.patient_key and e.visit_name = n.named_by"
          + " and e.what = 'CHARGED') x where x.tenant = d.tenant and x.visit = d.visit"
          + " and x.date_of_service <> d.date_of_service) end";

  /** Of who accepted it for the reason that it was accepted for, the latest. */
  private static String acceptance(String column) {
    return "case when d.accepted_because is not null then (select a."
        + column
        + " from acceptance a where a.tenant = d.tenant and a.discrepancy = d.record_key"
        + " and a.reason = d.accepted_because order by a.at desc, a.record_key desc limit 1) end";
  }

  /** The discrepancies of a visit, what is open first. */
  static List<Map<String, @Nullable Object>> of(
      Handle handle, String visit, RequestContext call, int limit) {
    return DISCREPANCIES
        .narrowed(Filter.of("visit", (any, sql) -> sql.add(" and d.visit = ?", visit)))
        .first(handle, call, List.of(Order.up("d.opened", MOMENT), ID), limit);
  }

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
      Listing.of(Tables.DISCREPANCY, "{*discrepancy d} where d.tenant = ? and {?discrepancy d}")
          .withColumns(Listing.columns(Tables.DISCREPANCY, "d."))
          .with(
              Listing.later("ageDays", WHOLE),
              Listing.later("daysSinceService", WHOLE),
              new Column(BILLED_DATES, "billedDatesOfService", TEXT, ""),
              new Column("d.accepted_because is not null", "accepted", TRUTH, ""),
              new Column(acceptance("who"), BY + ".by", TEXT, ""),
              new Column(acceptance("at"), BY + ".at", MOMENT, ""),
              new Column(acceptance("note"), BY + ".note", TEXT, ""))
          .narrowed(
              Filter.of("status", WorkLists::status).leavingOut(WorkLists::unasked),
              Filter.symbols("level", "d.level", "PERIOD", "VISIT", "LOCATION"),
              Filter.symbols("severity", "d.severity", "HIGH", "MEDIUM", "LOW"),
              Filter.symbols("kind", "d.kind", Reasons.kinds()),
              Filter.texts("location", "d.location"),
              Filter.texts("provider", "d.provider_id"),
              Filter.texts("assignee", "d.assignee"),
              Filter.of("assigned", WorkLists::assigned),
              Filter.from("from", "d.on_date"),
              Filter.to("to", "d.on_date"),
              Filter.of("days", WorkLists::days),
              Filter.of("payer", WorkLists::payer),
              Filter.from("fileFrom", "d.file_by"),
              Filter.to("fileTo", "d.file_by"),
              Filter.of("fileWithin", WorkLists::fileWithin),
              Filter.of("minAmount", WorkLists::amount),
              Filter.of("minAge", (call, sql) -> age("minAge", " <= ?", call, sql)),
              Filter.of("maxAge", (call, sql) -> age("maxAge", " >= ?", call, sql)))
          .sorted("work", AT_RISK, DOLLARS, OPENED, DATE, ID)
          .sorted("date", DATE, SEVERITY, ID)
          .sorted("-date", Order.down("d.on_day", DAY), SEVERITY, ID)
          .sorted("-openedAt", Order.down("d.opened", MOMENT), ID)
          .sorted("fileBy", BY_DEADLINE)
          .sorted("-amount", DOLLARS, DEADLINE, DATE, ID)
          .sorted("location", Order.up("d.place", TEXT), SEVERITY, DATE, ID)
          .sorted("kind", Order.up("d.kind", TEXT), DATE, ID)
          .first(
              new Listing.First(
                  "work",
                  call -> call.today().plusDays(Reasons.DAYS_TO_FILE),
                  BY_DEADLINE,
                  " and d.due <= ?",
                  " and (d.file_by is null or d.file_by > ?)"))
          .constant(call -> isAll(call) ? "" : "d.tenant, d.stage, ")
          .finished(WorkLists::finish)
          .forWorkers(
              "Blank for viewers: why a difference was accepted, by whom, and when.",
              "acceptedBecause",
              BY);

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
              Order.up(REJECTIONS, WHOLE),
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
    String status = status(call);
    if ("ACCEPTED".equals(status)) {
      sql.add(" and d.stage = 2 and d.accepted_because is not null");
    } else if (!isAll(call)) {
      sql.add(" and " + ("RESOLVED".equals(status) ? "d.stage = 2" : OPEN));
    }
  }

  private static @Nullable String status(RequestContext call) {
    return call.params().symbol("status", List.of("OPEN", "RESOLVED", "ACCEPTED", "ALL"));
  }

  private static @Nullable String unasked(RequestContext call) {
    LocalDate kept = call.freshness().removed().resolved();
    if (status(call) == null) {
      return "Only what is open: nothing that is accepted or resolved.";
    }
    return kept == null || "OPEN".equals(status(call))
        ? null
        : "Nothing that was resolved before " + kept + ": it is no longer kept.";
  }

  private static boolean isAll(RequestContext call) {
    return "ALL".equals(status(call));
  }

  private static void assigned(RequestContext call, Sql sql) {
    Boolean assigned = call.params().truth("assigned");
    if (assigned != null) {
      sql.add(" and d.assignee is " + (assigned ? "not null" : "null"));
    }
  }

  /** A day that is out of balance repeats what its visits say. */
  private static void days(RequestContext call, Sql sql) {
    if (Boolean.FALSE.equals(call.params().truth("days"))) {
      sql.add(" and d.kind <> 'DAY'");
    }
  }

  /** The payer of a visit is for those who may see its ids. */
  private static void payer(RequestContext call, Sql sql) {
    List<String> payers = call.params().texts("payer");
    if (payers.isEmpty()) {
      return;
    } else if (!call.caller().is(Role.WORKER)) {
      throw Problem.requires(Role.WORKER);
    }
    sql.add(" and d.visit in (select n.visit from {*visit_ids n} where n.tenant = ?", call.tenant())
        .in("n.payer_id", payers)
        .add(")");
  }

  private static void fileWithin(RequestContext call, Sql sql) {
    Integer days = call.params().whole("fileWithin", 0, OLDEST);
    if (days != null) {
      sql.add(" and d.file_by <= ?", call.today().plusDays(days));
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

  /** What SQL does not know. */
  private static void finish(Map<String, @Nullable Object> row, RequestContext call) {
    aged(row, call);
    Object service = row.get("dateOfService");
    if (service != null) {
      LocalDate day = LocalDate.parse(service.toString());
      row.put("daysSinceService", Math.max(0, ChronoUnit.DAYS.between(day, call.today())));
    }
    if (row.get(BY) instanceof Map<?, ?> by && by.get("by") == null) {
      row.put(BY, null);
    }
  }

  /** From its opening to now, or to when it was resolved. */
  private static void aged(Map<String, @Nullable Object> row, RequestContext call) {
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
