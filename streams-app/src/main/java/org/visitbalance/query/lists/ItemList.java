package org.visitbalance.query.lists;

import static org.visitbalance.query.model.Column.Type.DAY;
import static org.visitbalance.query.model.Column.Type.TEXT;
import static org.visitbalance.query.model.Column.Type.WHOLE;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.visitbalance.core.Reasons;
import org.visitbalance.output.Reason;
import org.visitbalance.query.model.Column;
import org.visitbalance.query.model.Tables;
import org.visitbalance.query.request.Order;
import org.visitbalance.query.request.Params;
import org.visitbalance.query.request.Problem;
import org.visitbalance.query.request.RequestContext;
import org.visitbalance.query.request.Sql;

/** The visits behind a period's figures, the worst kind first. */
public final class ItemList {
  static final String[] LISTS = {
    "BRIDGE",
    "NEW_PATIENTS",
    "OPEN_NOTE",
    "FAILED_TRANSMISSION",
    "PENDING_TRANSMISSION",
    "ABSENT_TRANSMISSION",
    "HELD"
  };

  private static final String SUMMARY = "summary";

  private ItemList() {}

  public static final Listing ITEMS =
      Listing.of(
              Tables.ITEM,
              "{item i} left join {visit v} on v.tenant = i.tenant and v.visit = i.visit"
                  + " where i.tenant = ?")
          .withColumns(columns())
          .narrowed(
              Filter.of("location", (call, sql) -> period(call, sql)),
              Filter.of("granularity", (call, sql) -> {}),
              Filter.of("from", (call, sql) -> {}),
              Filter.symbols("list", "i.list_name", LISTS),
              Filter.reasons("reason", "i.reason"))
          .sorted(
              "work",
              Order.up(rank("i.list_name", List.of(LISTS)), WHOLE),
              Order.up(kindRank(), WHOLE),
              Order.up("coalesce(i.reason, '')", TEXT),
              Order.up("coalesce(v.date_of_service, date '2261-12-31')", DAY),
              Order.up("i.visit", TEXT),
              Order.up("i.record_key", TEXT))
          .finished(ItemList::finish)
          .forWorkers("Blank for viewers: why a visit was accepted.", "acceptedBecause");

  public static final Listing PROVIDERS =
      Listing.of(
              Tables.PROVIDER,
              "{balance_provider p} join {balance b} on b.record_key = p.record_key"
                  + " where b.tenant = ?")
          .narrowed(
              Filter.of("location", (call, sql) -> periodOf("b.", call, sql)),
              Filter.of("granularity", (call, sql) -> {}),
              Filter.of("from", (call, sql) -> {}))
          .sorted(
              "-difference",
              Order.down("abs(p.emr_visits - p.billing_visits)", WHOLE),
              Order.down("abs(p.emr_units - p.billing_units)", WHOLE),
              Order.up("p.provider_id", TEXT));

  private static void period(RequestContext call, Sql sql) {
    periodOf("i.", call, sql);
  }

  /** The period that the three parameters name; all of them are needed. */
  static Closings.Period periodOf(RequestContext call) {
    Params params = call.params();
    String location = params.need("location", "a location");
    String granularity = params.symbol("granularity", List.of("DAY", "WEEK", "MONTH"));
    LocalDate from = params.day("from");
    if (granularity == null) {
      throw Problem.unusable("granularity", "is required and must be DAY, WEEK or MONTH");
    } else if (from == null) {
      throw Problem.unusable("from", "is required and must be the first day of the period");
    }
    return new Closings.Period(call.tenant(), location, granularity, from);
  }

  /** Narrows to that period. */
  static void periodOf(String alias, RequestContext call, Sql sql) {
    Closings.Period period = periodOf(call);
    sql.add(
        " and "
            + alias
            + "location = ? and "
            + alias
            + "granularity = ? and "
            + alias
            + "from_date = ?",
        period.location(),
        period.granularity(),
        period.from());
  }

  private static List<Column> columns() {
    List<Column> columns = new ArrayList<>();
    columns.add(new Column("i.list_name", "list", TEXT, ""));
    columns.add(new Column("i.visit", "visit", TEXT, ""));
    columns.add(new Column("i.reason", "reason", TEXT, ""));
    columns.add(Listing.later("kind", TEXT));
    columns.add(new Column("i.difference", "difference", WHOLE, ""));
    columns.add(new Column("i.accepted_because", "acceptedBecause", TEXT, ""));
    Listing.columns(Tables.VISIT, "v.")
        .forEach(one -> columns.add(Listing.as(one, one.name(), SUMMARY + "." + one.path())));
    return columns;
  }

  private static void finish(Map<String, @Nullable Object> row, RequestContext call) {
    row.put(
        "kind",
        row.get("acceptedBecause") == null
            ? kind((String) row.get("reason"))
            : Reasons.Kind.ACCEPTED.name());
    if (row.get(SUMMARY) instanceof Map<?, ?> summary && summary.get("visit") == null) {
      row.put(SUMMARY, null);
    }
  }

  /** The kind of a reason's name; null where it is none. */
  static @Nullable String kind(@Nullable String reason) {
    for (Reason one : Reason.values()) {
      if (one.name().equals(reason)) {
        return Reasons.kind(one).name();
      }
    }
    return null;
  }

  private static String rank(String column, List<String> order) {
    StringBuilder sql = new StringBuilder("case ").append(column);
    for (int i = 0; i < order.size(); i++) {
      sql.append(" when '").append(order.get(i)).append("' then ").append(i);
    }
    return sql.append(" else ").append(order.size()).append(" end").toString();
  }

  private static String kindRank() {
    StringBuilder sql = new StringBuilder("case i.reason");
    for (Reason reason : Reason.values()) {
      sql.append(" when '").append(reason).append("' then ").append(rank(Reasons.kind(reason)));
    }
    return sql.append(" else 9 end + case when i.accepted_because is null then 0 else 4 end")
        .toString();
  }

  private static int rank(Reasons.Kind kind) {
    return switch (kind) {
      case UNEXPLAINED -> 0;
      case WORK -> 1;
      case PENDING -> 2;
      case EXPECTED, ACCEPTED -> 3;
    };
  }
}
