package org.visitbalance.query.lists;

import static org.visitbalance.query.model.Column.Type.TEXT;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.visitbalance.output.AccessAction;
import org.visitbalance.output.AccessEntry;
import org.visitbalance.query.access.Role;
import org.visitbalance.query.model.Column;
import org.visitbalance.query.request.CommandPort;
import org.visitbalance.query.request.Problem;
import org.visitbalance.query.request.RequestContext;

/**
 * Shows the ids of both systems in lists of visits, to workers only. Who saw which list with which
 * filter is logged before it is shown, once per view: its pages and refreshes within 15 minutes are
 * one view.
 */
public final class ShownIds {
  static final String PARAM = "ids";
  private static final Duration VIEW = Duration.ofMinutes(15);
  private static final int MOST_VIEWS = 10_000;
  private static final List<String> NO_FILTERS =
      List.of(PARAM, "cursor", "limit", "format", "sort");

  private final CommandPort commands;
  private final InstantSource time;
  private final Map<List<String>, Instant> views = new HashMap<>();

  public ShownIds(CommandPort commands, InstantSource time) {
    this.commands = commands;
    this.time = time;
  }

  /**
   * Returns the columns with ids.
   *
   * @param visits the name, in the query, of the table that has the visits' tokens
   */
  static List<Column> columns(String visits) {
    return List.of(
        column("visitId", "x.name", "{visit_ids x}", visits),
        column("account", "x.patient_key", "{visit_ids x}", visits),
        column("payerId", "x.payer_id", "{visit_ids x}", visits),
        column(
            "charges",
            "string_agg(x.charge_id || case when x.billed then '' else ' (removed)' end, ', '"
                + " order by x.charge_id)",
            "{visit_charge x}",
            visits),
        column(
            "billingVisits",
            "string_agg(x.billing_visit_id, ', ' order by x.billing_visit_id)",
            "(select distinct tenant, visit, billing_visit_id from {visit_charge} where billed) x",
            visits));
  }

  private static Column column(String name, String sql, String from, String visits) {
    String same = " where x.tenant = %1$s.tenant and x.visit = %1$s.visit)".formatted(visits);
    return new Column("(select " + sql + " from " + from + same, PARAM + "." + name, TEXT, "");
  }

  /** Returns whether a request asks for ids; checks its caller, and logs the view. */
  boolean areWanted(RequestContext call, String list) {
    if (!Boolean.TRUE.equals(call.params().truth(PARAM))) {
      return false;
    }
    if (!call.caller().is(Role.WORKER)) {
      throw Problem.requires(Role.WORKER);
    }
    String filter = filter(call);
    if (isNewView(List.of(call.tenant(), call.caller().user(), list, filter))) {
      commands.writeDown(
          List.of(
              AccessEntry.newBuilder()
                  .setTenant(call.tenant())
                  .setAt(time.instant())
                  .setWho(call.caller().user())
                  .setAction(AccessAction.SHOW_IDS)
                  .setFilter(list + filter)
                  .setFromAddress(call.http().ip())
                  .build()));
    }
    call.http().header("Cache-Control", "no-store");
    return true;
  }

  private static String filter(RequestContext call) {
    Map<String, List<String>> filters = new TreeMap<>(call.http().queryParamMap());
    filters.keySet().removeAll(NO_FILTERS);
    List<String> parts = new ArrayList<>();
    filters.forEach((name, values) -> values.forEach(value -> parts.add(name + "=" + value)));
    return parts.stream().collect(Collectors.joining("&", parts.isEmpty() ? "" : "?", ""));
  }

  private synchronized boolean isNewView(List<String> view) {
    Instant now = time.instant();
    views.values().removeIf(seen -> seen.plus(VIEW).isBefore(now));
    if (views.size() >= MOST_VIEWS) {
      views.clear();
    }
    return views.putIfAbsent(view, now) == null;
  }
}
