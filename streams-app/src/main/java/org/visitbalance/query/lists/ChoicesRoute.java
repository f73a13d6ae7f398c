package org.visitbalance.query.lists;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.visitbalance.query.access.Role;
import org.visitbalance.query.request.RequestContext;
import org.visitbalance.query.request.RequestHandler;
import org.visitbalance.query.request.Sql;

/** What the filters of the work list can be set to: what the open discrepancies have. */
public final class ChoicesRoute implements RequestHandler {
  public static final Set<String> PARAMS = Set.of("tenant");
  private static final int MOST = 1_000;

  private final Jdbi jdbi;

  public ChoicesRoute(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  @Override
  public void answer(RequestContext call) {
    Map<String, @Nullable Object> body = new LinkedHashMap<>();
    jdbi.useHandle(
        handle -> {
          body.put("providers", some("d.provider_id", "", handle, call));
          body.put("assignees", some("d.assignee", "", handle, call));
          body.put(
              "payers",
              call.caller().is(Role.WORKER)
                  ? some(
                      "n.payer_id",
                      " join {*visit_ids n} on n.tenant = d.tenant and n.visit = d.visit",
                      handle,
                      call)
                  : null);
        });
    call.answerFresh(body);
  }

  private static List<String> some(
      String column, String joined, Handle handle, RequestContext call) {
    return new Sql(call.scope())
        .add("select distinct " + column + " from {*discrepancy d}" + joined)
        .add(" where d.tenant = ? and {?discrepancy d} and " + WorkLists.OPEN, call.tenant())
        .add(" and " + column + " is not null order by 1 limit " + MOST)
        .on(handle)
        .mapTo(String.class)
        .list();
  }
}
