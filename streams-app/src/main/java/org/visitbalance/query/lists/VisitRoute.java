package org.visitbalance.query.lists;

import static org.visitbalance.query.model.Column.Type.DAY;
import static org.visitbalance.query.model.Column.Type.TEXT;
import static org.visitbalance.query.model.Column.Type.WHOLE;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.visitbalance.core.Reasons;
import org.visitbalance.query.access.Role;
import org.visitbalance.query.model.Column;
import org.visitbalance.query.model.Table;
import org.visitbalance.query.model.Tables;
import org.visitbalance.query.request.Problem;
import org.visitbalance.query.request.RequestContext;
import org.visitbalance.query.request.RequestHandler;
import org.visitbalance.query.request.Sql;

/** All that is known of one visit. */
public final class VisitRoute implements RequestHandler {
  public static final Set<String> PARAMS = Set.of("tenant");
  static final String TOKEN = "token";
  private static final String TOKENS = "[A-Z2-7]{26}";
  private static final int MOST = 500;

  private static final List<Column> ITEMS =
      List.of(
          new Column("location", "location", TEXT, ""),
          new Column("granularity", "granularity", TEXT, ""),
          new Column("from_date", "from", DAY, ""),
          new Column("list_name", "list", TEXT, ""),
          new Column("reason", "reason", TEXT, ""),
          new Column("difference", "difference", WHOLE, ""),
          new Column("accepted_because", "acceptedBecause", TEXT, ""));

  private static final String ACCEPTED = Reasons.Kind.ACCEPTED.name();

  private final Jdbi jdbi;

  public VisitRoute(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /** The token of a path. */
  public static String token(RequestContext call) {
    String token = call.http().pathParam(TOKEN);
    if (!token.matches(TOKENS)) {
      throw Problem.unusable(TOKEN, "must be 26 letters and digits");
    }
    return token;
  }

  @Override
  public void answer(RequestContext call) {
    String token = token(call);
    Map<String, @Nullable Object> body = new LinkedHashMap<>();
    jdbi.useTransaction(
        handle -> {
          List<Map<String, @Nullable Object>> found = of(handle, Tables.VISIT, token, call, "");
          if (found.isEmpty()) {
            throw Problem.unknown(
                "No visit has this token. An open note becomes a visit when it is finalized.");
          }
          Map<String, @Nullable Object> summary = found.get(0);
          String state = String.valueOf(summary.get("state"));
          List<Map<String, @Nullable Object>> discrepancies =
              WorkLists.of(handle, token, call, MOST);
          String kind = isAccepted(state, discrepancies) ? ACCEPTED : ItemList.kind(state);
          body.put("summary", summary);
          body.put("kind", kind);
          body.put("action", action(state, kind));
          List<Map<String, @Nullable Object>> late =
              of(handle, Tables.LATE_ARRIVAL, token, call, "");
          late.forEach(row -> WorkLists.held(row, call));
          body.put("lateArrival", late.isEmpty() ? null : late.get(0));
          body.put("unitVariances", of(handle, Tables.UNIT_VARIANCE, token, call, "cpt"));
          body.put("discrepancies", discrepancies);
          body.put("items", items(handle, token, call));
          VisitLife.tell(body, handle, token, call);
        });
    call.answerFresh(body);
  }

  /** Whether people have accepted what it is on all days on which it is. */
  private static boolean isAccepted(
      String state, List<Map<String, @Nullable Object>> discrepancies) {
    boolean accepted = false;
    for (Map<String, @Nullable Object> one : discrepancies) {
      if (state.equals(one.get("kind"))) {
        if ("OPEN".equals(one.get("status"))) {
          return false;
        }
        accepted |= Boolean.TRUE.equals(one.get("accepted"));
      }
    }
    return accepted;
  }

  private static @Nullable String action(String state, @Nullable String kind) {
    boolean toDo = "WORK".equals(kind) || "UNEXPLAINED".equals(kind);
    return toDo ? Reasons.action(state) : null;
  }

  private static List<Map<String, @Nullable Object>> items(
      Handle handle, String token, RequestContext call) {
    List<Map<String, @Nullable Object>> items =
        Sql.select(call.scope(), ITEMS)
            .add(" from {item} where tenant = ? and visit = ?", call.tenant(), token)
            .add(" order by from_date, granularity, list_name limit " + MOST)
            .rows(handle, ITEMS)
            .list();
    if (!call.caller().is(Role.WORKER)) {
      items.forEach(item -> item.put("acceptedBecause", null));
    }
    return items;
  }

  private static List<Map<String, @Nullable Object>> of(
      Handle handle, Table table, String token, RequestContext call, String order) {
    List<Column> columns = Listing.columns(table, "");
    return Sql.select(call.scope(), columns)
        .add(" from {" + table.name() + "}")
        .add(" where tenant = ? and visit = ?", call.tenant(), token)
        .add(order.isEmpty() ? "" : " order by " + order)
        .add(" limit " + MOST)
        .rows(handle, columns)
        .list();
  }
}
