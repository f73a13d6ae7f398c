package org.visitbalance.query.commands;

import static org.visitbalance.query.model.Column.Type.DAY;
import static org.visitbalance.query.model.Column.Type.MOMENT;
import static org.visitbalance.query.model.Column.Type.TEXT;
import static org.visitbalance.query.model.Column.Type.WHOLE;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.visitbalance.output.AccessAction;
import org.visitbalance.output.AccessEntry;
import org.visitbalance.query.lists.WorkLists;
import org.visitbalance.query.model.Column;
import org.visitbalance.query.request.CommandPort;
import org.visitbalance.query.request.JsonValues;
import org.visitbalance.query.request.Problem;
import org.visitbalance.query.request.RequestContext;
import org.visitbalance.query.request.RequestHandler;
import org.visitbalance.query.request.Sql;

/**
 * Finds visits by an id of either system: EMR visit, account, charge or billing visit. If there is
 * none, the answer says what is known about the reason: how far each source is, the dead letters
 * that contain the id, and which files were read. The id is in the body, so no URL and no log has
 * it.
 */
public final class SearchRoute implements RequestHandler {
  public static final Set<String> PARAMS = Set.of("tenant");
  private static final String ID = "id";
  private static final int LONGEST = 256;
  private static final int MOST = 200;

  /** A charge has up to four ids that can lead to the same visit. */
  private static final int MOST_ROWS = 4 * MOST + 1;

  private static final String FOUND =
      "(select 'VISIT' as how, visit as token from {visit_ids} where tenant = ? and named_by = ?"
          + " union all"
          + " select 'ACCOUNT', visit from {visit_ids} where tenant = ? and patient_key = ?"
          + " union all"
          + " select 'CHARGE', visit from {visit_charge} where tenant = ? and charge_id = ?"
          + " union all"
          + " select 'BILLING_VISIT', visit from {visit_charge} where tenant = ?"
          + " and billing_visit_id = ?) as found";

  private static final List<Column> COLUMNS =
      List.of(
          new Column("found.how", "how", TEXT, ""),
          new Column("ids.visit", "visit", TEXT, ""),
          new Column("ids.patient_key", "patientKey", TEXT, ""),
          new Column("ids.name", "name", TEXT, ""),
          new Column("ids.payer_id", "payerId", TEXT, ""),
          new Column("v.location", "location", TEXT, ""),
          new Column("v.date_of_service", "dateOfService", DAY, ""),
          new Column("v.provider_id", "providerId", TEXT, ""),
          new Column("v.finalized_on", "finalizedOn", DAY, ""),
          new Column("v.created_on", "createdOn", DAY, ""),
          new Column("v.state", "state", TEXT, ""),
          new Column(
              "(select count(*) from {discrepancy d} where d.tenant = ids.tenant"
                  + " and d.visit = ids.visit and "
                  + WorkLists.OPEN
                  + ")",
              "openDiscrepancies",
              WHOLE,
              ""),
          new Column(
              "case when v.state is not null then 'CURRENT'"
                  + " when exists (select 1 from {item i} where i.tenant = ids.tenant"
                  + " and i.visit = ids.visit and i.list_name = 'OPEN_NOTE') then 'OPEN_NOTE'"
                  + " when exists (select 1 from {discrepancy d} where d.tenant = ids.tenant"
                  + " and d.visit = ids.visit and d.left_at is not null) then 'TOO_OLD'"
                  + " else 'GONE' end",
              "status",
              TEXT,
              ""));

  private static final List<Column> FEEDS =
      List.of(
          new Column("source", "source", TEXT, ""),
          new Column("complete_until", "completeUntil", MOMENT, ""));

  /** What intake has read; what a file says that it could use is on the topics, and so here. */
  private static final List<Column> FILES =
      List.of(
          new Column("min(received_at)", "since", MOMENT, ""),
          new Column("count(case when state = 'DONE' then 1 end)", "read", WHOLE, ""),
          new Column(
              "coalesce(sum(case when state = 'DONE' then dead end), 0)", "deadRows", WHOLE, ""),
          new Column("count(case when state = 'QUARANTINED' then 1 end)", "refused", WHOLE, ""));

  private final Jdbi jdbi;
  private final CommandPort commands;
  private final InstantSource time;

  public SearchRoute(Jdbi jdbi, CommandPort commands, InstantSource time) {
    this.jdbi = jdbi;
    this.commands = commands;
    this.time = time;
  }

  @Override
  public void answer(RequestContext call) {
    String id = id(call.body());
    List<Visit> visits = jdbi.inTransaction(handle -> visits(handle, id, call));
    List<Visit> shown = visits.subList(0, Math.min(visits.size(), MOST));
    Map<String, @Nullable Object> body = new LinkedHashMap<>();
    body.put("visits", shown.stream().map(Visit::row).toList());
    body.put("more", visits.size() > MOST);
    body.put("feeds", jdbi.withHandle(handle -> feeds(handle, call)));
    // Nobody knows the location of what cannot be read.
    boolean isWhole = !call.scope().isLimited();
    body.put("deadLetters", visits.isEmpty() && isWhole ? letters(id, call) : List.of());
    body.put(
        "files",
        visits.isEmpty() && isWhole ? jdbi.withHandle(handle -> files(handle, call)) : null);
    writeDown(shown, call);
    call.http().header("Cache-Control", "no-store");
    call.answerFresh(body);
  }

  /**
   * A visit that was found.
   *
   * @param row what is shown of it
   * @param foundBy the kinds of id that led to it
   */
  private record Visit(
      Map<String, @Nullable Object> row,
      Set<String> foundBy,
      List<Map<String, @Nullable Object>> charges) {
    static Visit of(Map<String, @Nullable Object> row) {
      Visit visit = new Visit(row, new TreeSet<>(), new ArrayList<>());
      row.put("foundBy", visit.foundBy);
      row.put("charges", visit.charges);
      return visit;
    }

    String token() {
      return String.valueOf(row.get("visit"));
    }
  }

  private static String id(byte[] bytes) {
    JsonNode body;
    try {
      body = JsonValues.mapper().readTree(bytes);
    } catch (IOException e) {
      throw unusable();
    }
    String id = body != null && body.path(ID).isTextual() ? body.path(ID).textValue().strip() : "";
    if (body == null || body.size() != 1 || id.isEmpty() || id.length() > LONGEST) {
      throw unusable();
    }
    return id;
  }

  private static Problem unusable() {
    return Problem.unusable(
        "body", "must be a JSON object with one id of 1 to " + LONGEST + " characters");
  }

  /** Returns the visits, the latest date of service first. */
  private static List<Visit> visits(Handle handle, String id, RequestContext call) {
    String tenant = call.tenant();
    Map<String, Visit> visits = new LinkedHashMap<>();
    Sql.select(call.scope(), COLUMNS)
        .add(" from " + FOUND, tenant, id, tenant, id, tenant, id, tenant, id)
        .add(" join {visit_ids ids} on ids.tenant = ? and ids.visit = found.token", tenant)
        .add(" left join {visit v} on v.tenant = ids.tenant and v.visit = ids.visit")
        .add(" order by v.date_of_service desc nulls last, ids.name, ids.visit, found.how")
        .add(" limit " + MOST_ROWS)
        .rows(handle, COLUMNS)
        .forEach(
            row -> {
              String how = String.valueOf(row.remove("how"));
              visits
                  .computeIfAbsent(String.valueOf(row.get("visit")), any -> Visit.of(row))
                  .foundBy
                  .add(how);
            });
    VisitCharges.of(handle, call, visits.keySet())
        .forEach(
            (visit, charges) -> Objects.requireNonNull(visits.get(visit)).charges.addAll(charges));
    return List.copyOf(visits.values());
  }

  private static List<Map<String, @Nullable Object>> feeds(Handle handle, RequestContext call) {
    return Sql.select(call.scope(), FEEDS)
        .add(" from feed where tenant = ? order by source", call.tenant())
        .rows(handle, FEEDS)
        .list();
  }

  /** Returns what intake has read; null if it has read nothing. */
  private static @Nullable Map<String, @Nullable Object> files(Handle handle, RequestContext call) {
    return Sql.select(call.scope(), FILES)
        .add(" from received_file where tenant = ?", call.tenant())
        .add(" and state in ('DONE', 'QUARANTINED')")
        .rows(handle, FILES)
        .filter(row -> row.get("since") != null)
        .findFirst()
        .orElse(null);
  }

  private List<Map<String, @Nullable Object>> letters(String id, RequestContext call) {
    boolean seesAll = call.caller().tenants() == null;
    List<Map<String, @Nullable Object>> letters = new ArrayList<>();
    for (CommandPort.LetterWith letter :
        commands.lettersWith(
            id, tenant -> tenant == null ? seesAll : tenant.equals(call.tenant()))) {
      Map<String, @Nullable Object> row = new LinkedHashMap<>();
      row.put("source", letter.source());
      row.put("field", letter.field());
      row.put("reason", letter.reason());
      row.put("at", letter.at().toString());
      letters.add(row);
    }
    return letters;
  }

  /** Logs the user and the visits before anything is shown. */
  private void writeDown(List<Visit> visits, RequestContext call) {
    commands.writeDown(
        visits.isEmpty()
            ? List.of(entry(call, null))
            : visits.stream().map(visit -> entry(call, visit.token())).toList());
  }

  private AccessEntry entry(RequestContext call, @Nullable String visit) {
    return RevealRoute.entry(call, AccessAction.SEARCH, visit, time);
  }
}
