package org.visitbalance.query.lists;

import static org.visitbalance.query.model.Column.Type.DAY;
import static org.visitbalance.query.model.Column.Type.TEXT;
import static org.visitbalance.query.model.Column.Type.WHOLE;

import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.visitbalance.core.Retention;
import org.visitbalance.query.model.Column;
import org.visitbalance.query.model.Tables;
import org.visitbalance.query.request.Order;
import org.visitbalance.query.request.RequestContext;
import org.visitbalance.query.request.Sql;

/** The open notes, with those who are to finish them. */
public final class OpenNotes {
  /** The therapist of the open note of an item {@code i}: that of the latest fact about it. */
  static final String THERAPIST =
      "(select e.provider_id from {*visit_ids n} join event e on e.tenant = n.tenant"
          + " and e.patient_key = n.patient_key and e.kind = 'NOTE' and e.visit_name = n.name"
          + " where n.tenant = i.tenant and n.visit = i.visit"
          + " order by e.at desc, e.record_key desc limit 1)";

  /**
   * Returns the list.
   *
   * @param retention how long the service keeps business dates; null: forever
   */
  public static Listing of(@Nullable Duration retention) {
    return Listing.of(
            Tables.ITEM,
            "{item i} where i.tenant = ? and i.list_name = 'OPEN_NOTE' and i.granularity = 'DAY'")
        .withColumns(
            List.of(
                new Column(THERAPIST, "providerId", TEXT, ""),
                new Column("i.location", "location", TEXT, ""),
                new Column("i.from_date", "dateOfService", DAY, ""),
                Listing.later("ageDays", WHOLE),
                new Column("i.visit", "visit", TEXT, "")))
        .narrowed(
            Filter.of(
                "location",
                (call, sql) -> {
                  sql.in("i.location", call.params().texts("location"));
                  stay(sql, call, retention);
                }),
            Filter.texts("provider", THERAPIST),
            Filter.from("from", "i.from_date"),
            Filter.to("to", "i.from_date"))
        .sorted(
            "date",
            Order.up("i.from_date", DAY),
            Order.up("i.location", TEXT),
            Order.up("i.record_key", TEXT))
        .sorted(
            "provider",
            Order.up("coalesce(" + THERAPIST + ", '')", TEXT),
            Order.up("i.from_date", DAY),
            Order.up("i.record_key", TEXT))
        .finished(
            (row, call) ->
                row.put(
                    "ageDays",
                    ChronoUnit.DAYS.between(
                        LocalDate.parse(String.valueOf(row.get("dateOfService"))), call.today())));
  }

  /**
   * Adds that a note has not left the service's state: its date of service, or the business date of
   * a fact about it or about its patient's date, is not old (rules.md#leaving).
   */
  static void stay(Sql sql, RequestContext call, @Nullable Duration retention) {
    if (retention == null) {
      return;
    }
    LocalDate oldest = Retention.oldestStaying(call.now(), retention);
    sql.add(" and (i.from_date >= ? or exists (select 1 from event f", oldest)
        .add(" join visit_ids its on its.tenant = f.tenant and its.patient_key = f.patient_key")
        .add(" where its.tenant = i.tenant and its.visit = i.visit and f.kind <> 'DECISION'")
        .add(" and (f.date_of_service = i.from_date or f.visit_name = its.name)")
        .add(" and (f.business_date >= ?", oldest)
        .add(
            " or (f.business_date is null and f.at >= ?))))",
            oldest.atStartOfDay().atOffset(ZoneOffset.UTC));
  }

  private OpenNotes() {}
}
