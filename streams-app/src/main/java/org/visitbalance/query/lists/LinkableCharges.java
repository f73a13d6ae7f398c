package org.visitbalance.query.lists;

import static org.visitbalance.query.model.Column.Type.DAY;
import static org.visitbalance.query.model.Column.Type.TEXT;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.visitbalance.query.model.Column;
import org.visitbalance.query.model.VisitNames;
import org.visitbalance.query.request.RequestContext;
import org.visitbalance.query.request.Scope;
import org.visitbalance.query.request.Sql;

/**
 * The charges of a patient, and the visits that people have linked them to. Charges that replace
 * one another are one, under the id of their chain.
 */
public final class LinkableCharges {
  private static final String CHARGE = "charge";
  private static final int DAYS_AROUND = 7;
  private static final int MOST = 500;

  private static final List<Column> COLUMNS =
      List.of(
          new Column("chain", CHARGE, TEXT, ""),
          new Column("what", "what", TEXT, ""),
          new Column("codes", "codes", TEXT, ""),
          new Column("date_of_service", "dateOfService", DAY, ""),
          new Column("business_date", "createdOn", DAY, ""),
          new Column("location", "location", TEXT, ""),
          new Column("provider_id", "providerId", TEXT, ""),
          new Column("visit_name", "visitId", TEXT, ""));

  private LinkableCharges() {}

  /** The visit that each linked chain of a patient is linked to: the latest word of each. */
  public static Map<String, String> links(Handle handle, String tenant, String patient) {
    Map<String, String> links = new HashMap<>();
    new Sql(Scope.ALL)
        .add("select chain, what, visit_name from event where tenant = ?", tenant)
        .add(" and patient_key = ?", patient)
        .add(" and kind = 'DECISION' and chain is not null order by at, record_key")
        .on(handle)
        .map(
            (row, context) -> {
              if (row.getString(2).equals("LINKED")) {
                links.put(row.getString(1), row.getString(3));
              } else {
                links.remove(row.getString(1));
              }
              return row.getString(1);
            })
        .list();
    return links;
  }

  /** The chains that are linked to a visit. */
  static Set<String> of(String visit, Handle handle, String tenant, String patient) {
    Set<String> chains = new TreeSet<>();
    links(handle, tenant, patient)
        .forEach(
            (chain, name) -> {
              if (name.equals(visit)) {
                chains.add(chain);
              }
            });
    return chains;
  }

  /**
   * The charges of a patient that are linked to a visit, name it, or are of about its date of
   * service.
   *
   * @param name the visit's name
   */
  public static List<Map<String, @Nullable Object>> around(
      String name, LocalDate service, Handle handle, RequestContext call, String patient) {
    String id = VisitNames.id(name);
    String tenant = call.tenant();
    Map<String, String> links = links(handle, tenant, patient);
    Map<String, Map<String, @Nullable Object>> charges = new LinkedHashMap<>();
    Sql sql =
        Sql.select(call.scope(), COLUMNS)
            .add(" from event where tenant = ?", tenant)
            .add(" and patient_key = ?", patient)
            .add(" and kind = 'CHARGE' and chain is not null order by at, record_key");
    for (Map<String, @Nullable Object> row : sql.rows(handle, COLUMNS)) {
      charges.put(String.valueOf(row.get(CHARGE)), row);
    }
    List<Map<String, @Nullable Object>> found = new ArrayList<>();
    for (Map<String, @Nullable Object> row : charges.values()) {
      String link = links.get(String.valueOf(row.get(CHARGE)));
      LocalDate day = LocalDate.parse(String.valueOf(row.get("dateOfService")));
      Object named = row.get("visitId");
      boolean isLinked = name.equals(link);
      boolean isNamed = id.equals(named);
      boolean isAround =
          !day.isBefore(service.minusDays(DAYS_AROUND))
              && !day.isAfter(service.plusDays(DAYS_AROUND));
      boolean isSeen = isLinked || call.scope().sees(row.get("location"));
      if (found.size() < MOST && isSeen && (isLinked || isNamed || isAround)) {
        row.put("linked", isLinked);
        row.put("own", link == null && (isNamed || (named == null && day.equals(service))));
        found.add(row);
      }
    }
    return found;
  }
}
