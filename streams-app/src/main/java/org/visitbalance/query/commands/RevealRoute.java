package org.visitbalance.query.commands;

import static org.visitbalance.query.model.Column.Type.TEXT;

import java.time.InstantSource;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.visitbalance.output.AccessAction;
import org.visitbalance.output.AccessEntry;
import org.visitbalance.query.lists.LinkableCharges;
import org.visitbalance.query.lists.VisitRoute;
import org.visitbalance.query.model.Column;
import org.visitbalance.query.request.CommandPort;
import org.visitbalance.query.request.Problem;
import org.visitbalance.query.request.RequestContext;
import org.visitbalance.query.request.RequestHandler;
import org.visitbalance.query.request.Sql;

/** The ids behind a token. First it is written down who looks, then they are shown. */
public final class RevealRoute implements RequestHandler {
  public static final Set<String> PARAMS = Set.of("tenant");

  private static final List<Column> COLUMNS =
      List.of(
          new Column("visit", "visit", TEXT, ""),
          new Column("patient_key", "patientKey", TEXT, ""),
          new Column("name", "name", TEXT, ""),
          new Column("payer_id", "payerId", TEXT, ""));

  private static final List<Column> SERVICE =
      List.of(new Column("date_of_service", "dateOfService", Column.Type.DAY, ""));

  private final Jdbi jdbi;
  private final CommandPort commands;
  private final InstantSource time;

  public RevealRoute(Jdbi jdbi, CommandPort commands, InstantSource time) {
    this.jdbi = jdbi;
    this.commands = commands;
    this.time = time;
  }

  @Override
  public void answer(RequestContext call) {
    String token = VisitRoute.token(call);
    Map<String, @Nullable Object> ids = jdbi.inTransaction(handle -> ids(handle, call, token));
    commands.writeDown(List.of(entry(call, AccessAction.REVEAL, token, time)));
    call.http().header("Cache-Control", "no-store");
    call.answer(ids);
  }

  private static Map<String, @Nullable Object> ids(
      Handle handle, RequestContext call, String token) {
    Map<String, @Nullable Object> ids =
        Sql.select(call.scope(), COLUMNS)
            .add(" from {visit_ids} where tenant = ? and visit = ?", call.tenant(), token)
            .rows(handle, COLUMNS)
            .findOne()
            .orElseThrow(() -> Problem.unknown("No visit or note has this token."));
    ids.put(
        "charges", VisitCharges.of(handle, call, List.of(token)).getOrDefault(token, List.of()));
    ids.put("linkable", linkable(ids, handle, call, token));
    return ids;
  }

  /** An open note has no charges yet. */
  private static List<Map<String, @Nullable Object>> linkable(
      Map<String, @Nullable Object> ids, Handle handle, RequestContext call, String token) {
    return Sql.select(call.scope(), SERVICE)
        .add(" from {visit} where tenant = ? and visit = ?", call.tenant(), token)
        .rows(handle, SERVICE)
        .findOne()
        .map(
            row ->
                LinkableCharges.around(
                    String.valueOf(ids.get("name")),
                    LocalDate.parse(String.valueOf(row.get("dateOfService"))),
                    handle,
                    call,
                    String.valueOf(ids.get("patientKey"))))
        .orElse(List.of());
  }

  public static AccessEntry entry(
      RequestContext call, AccessAction action, @Nullable String token, InstantSource time) {
    return AccessEntry.newBuilder()
        .setTenant(call.tenant())
        .setAt(time.instant())
        .setWho(call.caller().user())
        .setAction(action)
        .setVisit(token)
        .setFromAddress(call.http().ip())
        .build();
  }
}
