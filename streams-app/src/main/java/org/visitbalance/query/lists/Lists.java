package org.visitbalance.query.lists;

import static org.visitbalance.query.model.Column.Type.DAY;
import static org.visitbalance.query.model.Column.Type.MOMENT;
import static org.visitbalance.query.model.Column.Type.TEXT;
import static org.visitbalance.query.model.Column.Type.TRUTH;
import static org.visitbalance.query.model.Column.Type.WHOLE;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.visitbalance.core.TenantSettings;
import org.visitbalance.query.model.Column;
import org.visitbalance.query.model.Tables;
import org.visitbalance.query.request.Order;
import org.visitbalance.query.request.Problem;
import org.visitbalance.query.request.RequestContext;
import org.visitbalance.topology.Remedy;
import org.visitbalance.topology.Topics;

/** The plain lists of the API. */
public final class Lists {
  private static final String[] GRANULARITIES = {"DAY", "WEEK", "MONTH"};
  private static final Order KEY = Order.up("record_key", TEXT);
  private static final Filter LOCATION = Filter.texts("location", "location");

  /** Matches a part of the field and the reason, regardless of case. */
  private static final Filter REASON =
      Filter.of(
          "reason",
          (call, sql) -> {
            String part = call.params().text("reason");
            if (part != null) {
              sql.add(
                  " and position(? in lower(coalesce(field || ' ', '') || reason)) > 0",
                  part.toLowerCase(Locale.ROOT));
            }
          });

  private static final Filter SINCE = Filter.since("since", "at");
  private static final Filter UNTIL = Filter.until("until", "at");

  private Lists() {}

  public static final Listing BALANCES =
      Listing.of(Tables.BALANCE, "{balance} where tenant = ?")
          .narrowed(
              Filter.symbols("granularity", "granularity", GRANULARITIES),
              Filter.from("from", "from_date"),
              Filter.to("to", "from_date"),
              LOCATION,
              Filter.symbols(
                  "verdict", "verdict", "BALANCED", "EXPLAINED", "WAITING", "OUT_OF_BALANCE"))
          .sorted("-from", Order.down("from_date", DAY), KEY)
          .sorted("from", Order.up("from_date", DAY), KEY)
          .sorted("location", Order.up("location", TEXT), Order.down("from_date", DAY), KEY)
          .sorted(
              "-unexplained",
              Order.down("kinds_unexplained", WHOLE),
              Order.down("kinds_work", WHOLE),
              Order.down("from_date", DAY),
              KEY);

  public static final Listing LOCATIONS =
      Listing.of(
              Tables.BALANCE,
              "(select location, min(from_date) as first_day, max(from_date) as last_day"
                  + " from {balance} where tenant = ? and granularity = 'DAY'")
          .withColumns(
              List.of(
                  new Column("location", "location", TEXT, ""),
                  new Column("first_day", "first", DAY, ""),
                  new Column("last_day", "last", DAY, ""),
                  Listing.later("unmapped", TRUTH)))
          .grouped(" group by location) as seen where 1 = 1")
          .sorted("location", Order.up("location", TEXT))
          .finished(
              (row, call) ->
                  row.put(
                      "unmapped", TenantSettings.isUnmapped(String.valueOf(row.get("location")))));

  public static final Listing VISITS =
      Listing.of(Tables.VISIT, "{visit} where tenant = ?")
          .narrowed(
              Filter.from("from", "date_of_service"),
              Filter.to("to", "date_of_service"),
              LOCATION,
              Filter.reasons("state", "state", "MATCHED", "RETRACTED"),
              Filter.texts("provider", "provider_id"))
          .sorted("-dateOfService", Order.down("date_of_service", DAY), KEY);

  public static final Listing UNIT_VARIANCES =
      Listing.of(Tables.UNIT_VARIANCE, "{unit_variance} where tenant = ?")
          .narrowed(
              LOCATION,
              Filter.texts("payer", "payer_id"),
              Filter.texts("cpt", "cpt"),
              Filter.of(
                  "explained",
                  (call, sql) -> {
                    Boolean explained = call.params().truth("explained");
                    if (explained != null) {
                      sql.add(explained ? " and unexplained = 0" : " and unexplained <> 0");
                    }
                  }),
              Filter.from("from", "finalized_on"),
              Filter.to("to", "finalized_on"))
          .sorted("-finalizedOn", Order.down("finalized_on", DAY), KEY);

  public static final Listing UNIT_SUMMARY =
      Listing.of(
              Tables.UNIT_VARIANCE,
              "(select payer_id, cpt, count(*) as visits, sum(documented) as documented,"
                  + " sum(billed) as billed, sum(scrubbed) as scrubbed, sum(added) as added,"
                  + " sum(explained) as explained, sum(unexplained) as unexplained"
                  + " from {unit_variance} where tenant = ?")
          .withColumns(
              List.of(
                  new Column("payer_id", "payerId", TEXT, ""),
                  new Column("cpt", "cpt", TEXT, ""),
                  sum("visits"),
                  sum("documented"),
                  sum("billed"),
                  sum("scrubbed"),
                  sum("added"),
                  sum("explained"),
                  sum("unexplained")))
          .narrowed(LOCATION, Filter.from("from", "finalized_on"), Filter.to("to", "finalized_on"))
          .grouped(" group by payer_id, cpt) as sums where 1 = 1")
          .sorted(
              "-unexplained",
              Order.down("unexplained", WHOLE),
              Order.down("scrubbed", WHOLE),
              Order.up("coalesce(payer_id, '')", TEXT),
              Order.up("cpt", TEXT));

  /**
   * How many scrubbed units a proposed cap would explain, from the first day of its month on: what
   * it explains of a code, less what is explained already (rules.md#caps).
   */
  private static final String UNITS_OF_A_CAP =
      "(select coalesce(sum(greatest(0, least(u.scrubbed, u.documented - cap_proposal.cap)"
          + " - u.explained)), 0) from {unit_variance u} where u.tenant = cap_proposal.tenant"
          + " and u.payer_id = cap_proposal.payer_id and u.cpt = cap_proposal.cpt"
          + " and u.finalized_on >= cast(cap_proposal.in_month || '-01' as date))";

  public static final Listing CAP_PROPOSALS =
      Listing.of(Tables.CAP_PROPOSAL, "{cap_proposal} where tenant = ?")
          .with(new Column(UNITS_OF_A_CAP, "units", WHOLE, ""))
          .narrowed(
              Filter.texts("payer", "payer_id"),
              Filter.of(
                  "month",
                  (call, sql) -> {
                    String month = call.params().text("month");
                    if (month != null && !month.matches("[0-9]{4}-[0-9]{2}")) {
                      throw Problem.unusable("month", "must be a month such as 2026-11");
                    } else if (month != null) {
                      sql.add(" and in_month = ?", month);
                    }
                  }))
          .sorted("-month", Order.down("in_month", TEXT), Order.down("support", WHOLE), KEY);

  /** What stands out now; what is resolved only if it is asked for. */
  public static final Listing INSIGHTS =
      Listing.of(Tables.INSIGHT, "{insight} where tenant = ?")
          .narrowed(
              Filter.of(
                      "status",
                      (call, sql) -> {
                        String status = call.params().symbol("status", List.of("OPEN", "RESOLVED"));
                        sql.add(" and status = ?", status == null ? "OPEN" : status);
                      })
                  .leavingOut(
                      call ->
                          call.params().text("status") == null
                              ? "Only what is open: nothing that is resolved."
                              : null),
              Filter.symbols(
                  "kind",
                  "kind",
                  "ARRIVALS_BEHIND",
                  "COMMON_CAUSE",
                  "OUT_OF_CONTROL",
                  "MISSING_AFTER",
                  "UNIT_LIMIT"),
              LOCATION,
              Filter.from("from", "on_date"),
              Filter.to("to", "on_date"))
          .sorted("-openedAt", Order.down("opened_at", MOMENT), KEY);

  public static final Listing CLOSES =
      Listing.of(Tables.PERIOD_CLOSE, "{period_close} where tenant = ?")
          .narrowed(
              Filter.symbols("granularity", "granularity", GRANULARITIES),
              Filter.from("from", "from_date"),
              Filter.to("to", "from_date"),
              LOCATION,
              Filter.of(
                  "changed",
                  (call, sql) -> {
                    Boolean changed = call.params().truth("changed");
                    if (changed != null) {
                      sql.add((changed ? " and " : " and not ") + Closings.HAS_CHANGED);
                    }
                  }))
          .sorted("-closedAt", Order.down("closed_at", MOMENT), KEY);

  /** All settings; the changes are the document before, until the route says them in words. */
  public static final Listing SETTINGS_HISTORY =
      Listing.of(
              Tables.SETTINGS,
              "(select settings_version.*, lag(settings) over (order by at, version, record_key)"
                  + " as previous from settings_version where tenant = ?) as versions where 1 = 1")
          .with(new Column("previous", "changes", TEXT, ""))
          .sorted("-version", Order.down("at", MOMENT), Order.down("version", WHOLE), KEY);

  /** Both sources are there as soon as anything is known of the tenant. */
  public static final Listing FEEDS =
      Listing.of(
              Tables.FEED,
              "(values ('EMR'), ('BILLING')) as sources (name) cross join"
                  + " (select cast(? as varchar) as tenant) as mine"
                  + " left join feed on feed.tenant = mine.tenant and feed.source = sources.name"
                  + " where 1 = 1")
          .withColumns(
              List.of(
                  new Column("sources.name", "source", TEXT, ""),
                  new Column("complete_until", "completeUntil", MOMENT, ""),
                  new Column(
                      "(select max(last_fact_at) from source where source.tenant = mine.tenant"
                          + " and source.kind <> 'DECISION'"
                          + " and (source.kind in ('CHARGE', 'REJECTION'))"
                          + " = (sources.name = 'BILLING'))",
                      "lastFactAt",
                      MOMENT,
                      "")))
          .sorted("source", Order.down("sources.name", TEXT));

  /** What names no tenant concerns those who look after all of them. */
  private static final Filter THEIR_TENANT =
      Filter.of(
          "tenant",
          (call, sql) -> sql.add(call.caller().tenants() == null ? " or tenant is null)" : ")"));

  /** The topics, with the prefix of the installation or without one. */
  private static final Filter TOPIC =
      Filter.of(
          "source",
          (call, sql) -> {
            List<String> named = call.params().texts("source");
            if (named.stream()
                .anyMatch(one -> Topics.ALL.stream().noneMatch(t -> one.endsWith(t.name())))) {
              throw Problem.unusable("source", "must be a topic such as emr.visits");
            }
            sql.in("source", named);
          });

  /** Invalid records that were not sent again. */
  public static final Listing DEAD_LETTER_RECORDS =
      Listing.of(Tables.DEAD_LETTER, Tables.OPEN_DEAD_LETTERS + " where (tenant = ?")
          .withColumns(Tables.DEAD_LETTER.columns())
          .narrowed(THEIR_TENANT, TOPIC, REASON, SINCE, UNTIL)
          .sorted("-at", Order.down("at", MOMENT), KEY);

  /** The same by topic, reason and tenant. */
  public static final Listing DEAD_LETTERS =
      Listing.of(
              Tables.DEAD_LETTER,
              "(select tenant, source, field, reason, min(at) as first_at, max(at) as last_at,"
                  + " count(*) as records from "
                  + Tables.OPEN_DEAD_LETTERS
                  + " where (tenant = ?")
          .withColumns(
              List.of(
                  new Column("tenant", "tenant", TEXT, ""),
                  new Column("source", "source", TEXT, ""),
                  new Column("field", "field", TEXT, ""),
                  new Column("reason", "reason", TEXT, ""),
                  new Column("first_at", "since", MOMENT, ""),
                  new Column("last_at", "until", MOMENT, ""),
                  new Column("records", "records", WHOLE, ""),
                  Listing.later("remedy", TEXT),
                  Listing.later("action", TEXT)))
          .narrowed(THEIR_TENANT, TOPIC, REASON, SINCE, UNTIL)
          .grouped(" group by tenant, source, field, reason) as found where 1 = 1")
          .sorted(
              "-records",
              Order.down("records", WHOLE),
              Order.up("source", TEXT),
              Order.up("reason", TEXT),
              Order.up("coalesce(field, '')", TEXT),
              Order.up("coalesce(tenant, '')", TEXT))
          .finished(Lists::remedy);

  private static void remedy(Map<String, @Nullable Object> row, RequestContext call) {
    Object field = row.get("field");
    Remedy remedy =
        Remedy.of(
            String.valueOf(row.get("source")),
            field == null ? null : field.toString(),
            String.valueOf(row.get("reason")));
    row.put("remedy", remedy.name());
    row.put("action", remedy.action());
  }

  private static Column sum(String name) {
    return new Column(name, name, WHOLE, "");
  }
}
