package org.visitbalance.query.lists;

import static org.visitbalance.query.model.Column.Type.DAY;
import static org.visitbalance.query.model.Column.Type.MOMENT;
import static org.visitbalance.query.model.Column.Type.TEXT;
import static org.visitbalance.query.model.Column.Type.TRUTH;

import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.visitbalance.query.access.Role;
import org.visitbalance.query.model.Column;
import org.visitbalance.query.model.Tables;
import org.visitbalance.query.model.VisitNames;
import org.visitbalance.query.request.RequestContext;
import org.visitbalance.query.request.Sql;

/**
 * What the facts about a visit's patient say of it. The patient's key and the visit's id are used
 * in the database and never leave it.
 */
final class VisitLife {
  private static final String LOCATION = "location";
  private static final String CHAIN = "chain";
  private static final String NAME = "name";
  private static final String LEFT = "left";
  private static final String HAS_LEFT =
      "exists (select 1 from {*discrepancy d} where d.tenant = v.tenant and d.visit = v.visit"
          + " and d.left_at is not null)";
  private static final int MOST = 500;
  private static final int HINTS = 5;
  private static final int DAYS_AROUND = 7;
  private static final int DAYS_HELD = 31;

  private static final List<Column> EVENT =
      List.of(
          new Column("at", "at", MOMENT, ""),
          new Column("known_at", "knownAt", MOMENT, ""),
          new Column(
              "case when kind in ('CHARGE', 'REJECTION') then 'BILLING'"
                  + " when kind = 'DECISION' then 'PEOPLE' else 'EMR' end",
              "source",
              TEXT,
              ""),
          new Column("what", "what", TEXT, ""),
          new Column("detail", "detail", TEXT, ""),
          new Column("codes", "codes", TEXT, ""),
          new Column("business_date", "businessDate", DAY, ""),
          new Column("date_of_service", "dateOfService", DAY, ""),
          new Column("location", "location", TEXT, ""),
          new Column("provider_id", "providerId", TEXT, ""),
          new Column("chain", CHAIN, TEXT, ""));

  private VisitLife() {}

  /** Who a token is about. */
  private record Ids(String patient, String name, LocalDate service, boolean matched) {
    String id() {
      return VisitNames.id(name);
    }
  }

  private static @Nullable Ids ids(Handle handle, String token, RequestContext call) {
    return new Sql(call.scope())
        .add("select ids.patient_key, ids.name, v.date_of_service, v.state from visit_ids ids")
        .add(" join {visit v} on v.tenant = ids.tenant and v.visit = ids.visit")
        .add(" where ids.tenant = ? and ids.visit = ?", call.tenant(), token)
        .on(handle)
        .map(
            (row, context) ->
                new Ids(
                    row.getString(1),
                    row.getString(2),
                    row.getObject(3, LocalDate.class),
                    isMatched(row.getString(4))))
        .findOne()
        .orElse(null);
  }

  /** Whether both systems have a visit of this state. */
  private static boolean isMatched(String state) {
    return state.equals("MATCHED") || state.startsWith("POSTED") || state.startsWith("SPLIT");
  }

  /** Puts the timeline and the hints of a token into an answer. */
  static void tell(
      Map<String, @Nullable Object> body, Handle handle, String token, RequestContext call) {
    Ids ids = ids(handle, token, call);
    body.put("timeline", ids == null ? List.of() : timeline(handle, ids, call));
    body.put("hints", ids == null || ids.matched ? List.of() : hints(handle, ids, token, call));
  }

  /**
   * The facts that name the visit, those of its date of service that name none, the charges that
   * people linked to it, and what was held of its patient or case around that day; the oldest
   * first.
   */
  private static List<Map<String, @Nullable Object>> timeline(
      Handle handle, Ids ids, RequestContext call) {
    List<Column> columns = new ArrayList<>(EVENT);
    columns.add(
        new Column(
            "case when visit_name is not null then 'VISIT'"
                + " when date_of_service is not null then 'DATE' else 'PATIENT' end",
            "link",
            TEXT,
            ""));
    Set<String> linked = LinkableCharges.of(ids.name, handle, call.tenant(), ids.patient);
    Sql sql =
        Sql.select(call.scope(), columns)
            .add(" from event where tenant = ?")
            .add(" and patient_key = ? and (visit_name in (?, ?)")
            .add(" or (visit_name is null and date_of_service = ?)")
            .add(" or (visit_name is null and date_of_service is null and kind = 'REJECTION'")
            .add(" and at between ? and ?)");
    sql = bound(sql, call.tenant(), ids);
    if (!linked.isEmpty()) {
      sql =
          sql.add(" or (kind = 'CHARGE' and chain in (?")
              .add(", ?".repeat(linked.size() - 1))
              .add("))", linked.toArray());
    }
    sql = sql.add(") order by at, record_key limit " + MOST);
    List<Map<String, @Nullable Object>> events = sql.rows(handle, columns).list();
    for (Map<String, @Nullable Object> event : events) {
      Object chain = event.remove(CHAIN);
      if (chain != null && linked.contains(chain) && "BILLING".equals(event.get("source"))) {
        event.put("link", "LINKED");
      }
    }
    if (!call.caller().is(Role.WORKER)) {
      events.stream()
          .filter(event -> "ACCEPTED".equals(event.get("what")))
          .forEach(event -> event.computeIfPresent("detail", (any, text) -> kind(text)));
    }
    if (call.scope().isLimited()) {
      events.removeIf(event -> !isOwn(event, call));
      events.forEach(event -> hideOther(event, call));
    }
    return events;
  }

  /** What was accepted, without why. */
  private static String kind(Object detail) {
    return detail.toString().split(" ", 2)[0];
  }

  /** The visit's own facts, and those that name its patient at one of the caller's locations. */
  private static boolean isOwn(Map<String, @Nullable Object> event, RequestContext call) {
    return List.of("VISIT", "LINKED").contains(String.valueOf(event.get("link")))
        || call.scope().sees(event.get(LOCATION));
  }

  /** Where else a visit was charged is not shown; the EMR's clinics are no locations. */
  private static void hideOther(Map<String, @Nullable Object> event, RequestContext call) {
    if (!call.scope().sees(event.get(LOCATION))) {
      event.put(LOCATION, null);
      if ("BILLING".equals(event.get("source"))) {
        event.put("providerId", null);
      }
    }
  }

  private static Sql bound(Sql sql, String tenant, Ids ids) {
    OffsetDateTime from = ids.service.minusDays(1).atStartOfDay().atOffset(ZoneOffset.UTC);
    return sql.add(
        "", tenant, ids.patient, ids.id(), ids.name, ids.service, from, from.plusDays(DAYS_HELD));
  }

  /** Unmatched visits of the same patient around the same day: perhaps the other half. */
  private static List<Map<String, @Nullable Object>> hints(
      Handle handle, Ids ids, String token, RequestContext call) {
    List<Column> columns = new ArrayList<>(Listing.columns(Tables.VISIT, "v."));
    columns.add(new Column("ids.name", NAME, TEXT, ""));
    columns.add(new Column(HAS_LEFT, LEFT, TRUTH, ""));
    boolean billingOnly = !ids.name.equals(ids.id());
    Sql sql =
        Sql.select(call.scope(), columns)
            .add(" from visit_ids ids join {visit v}")
            .add(" on v.tenant = ids.tenant and v.visit = ids.visit")
            .add(" where ids.tenant = ? and ids.patient_key = ?", call.tenant(), ids.patient)
            .add(
                " and ids.visit <> ? and v.date_of_service between ? and ?",
                token,
                ids.service.minusDays(DAYS_AROUND),
                ids.service.plusDays(DAYS_AROUND))
            .add(billingOnly ? " and v.finalized_on is not null" : " and v.finalized_on is null")
            .add(" and v.state <> 'MATCHED' and v.state not like 'POSTED%'")
            .add(" and v.state not like 'SPLIT%' limit " + MOST);
    boolean ownHasLeft = !billingOnly && hasLeft(handle, token, call);
    List<Map<String, @Nullable Object>> hints = new ArrayList<>();
    for (Map<String, @Nullable Object> row : sql.rows(handle, columns)) {
      LocalDate day = LocalDate.parse(String.valueOf(row.get("dateOfService")));
      Map<String, @Nullable Object> hint = new LinkedHashMap<>();
      hint.put(NAME, row.remove(NAME));
      hint.put(LEFT, Boolean.TRUE.equals(row.remove(LEFT)) || ownHasLeft);
      hint.put("summary", row);
      hint.put("days", ChronoUnit.DAYS.between(ids.service, day));
      hints.add(hint);
    }
    hints.sort(
        Comparator.comparingLong(
            hint -> Math.abs((Long) Objects.requireNonNull(hint.get("days")))));
    List<Map<String, @Nullable Object>> nearest = hints.subList(0, Math.min(HINTS, hints.size()));
    for (Map<String, @Nullable Object> hint : nearest) {
      String name = billingOnly ? ids.name : String.valueOf(hint.get(NAME));
      LocalDate service =
          billingOnly
              ? ids.service
              : ids.service.plusDays((Long) Objects.requireNonNull(hint.get("days")));
      hint.remove(NAME);
      boolean isGone = Boolean.TRUE.equals(hint.remove(LEFT));
      hint.put("linkable", isGone ? 0 : linkable(name, service, handle, call, ids.patient));
    }
    return nearest;
  }

  /** How many charges of the billing-only half can be linked to the other half. */
  private static long linkable(
      String name, LocalDate service, Handle handle, RequestContext call, String patient) {
    return LinkableCharges.around(name, service, handle, call, patient).stream()
        .filter(charge -> Boolean.FALSE.equals(charge.get("linked")))
        .count();
  }

  /** Nothing is decided about a visit that has left the service's state. */
  private static boolean hasLeft(Handle handle, String token, RequestContext call) {
    return new Sql(call.scope())
        .add("select count(*) from {*discrepancy d} where d.tenant = ?", call.tenant())
        .add(" and d.visit = ? and d.left_at is not null", token)
        .on(handle)
        .mapTo(Long.class)
        .map(rows -> rows > 0)
        .one();
  }
}
