package org.visitbalance.query.commands;

import static org.visitbalance.query.model.Column.Type.DAY;
import static org.visitbalance.query.model.Column.Type.TEXT;
import static org.visitbalance.query.model.Column.Type.TRUTH;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.visitbalance.query.model.Column;
import org.visitbalance.query.request.RequestContext;
import org.visitbalance.query.request.Sql;

/** The charges of visits, with their ids in billing. */
final class VisitCharges {
  private static final List<Column> COLUMNS =
      List.of(
          new Column("visit", "visit", TEXT, ""),
          new Column("charge_id", "chargeId", TEXT, ""),
          new Column("billing_visit_id", "billingVisitId", TEXT, ""),
          new Column("created_on", "createdOn", DAY, ""),
          new Column("billed", "billed", TRUTH, ""));

  private VisitCharges() {}

  /** Returns the charges by the tokens of their visits, each in the order of the charge ids. */
  static Map<String, List<Map<String, @Nullable Object>>> of(
      Handle handle, RequestContext call, Collection<String> tokens) {
    Map<String, List<Map<String, @Nullable Object>>> charges = new HashMap<>();
    if (!tokens.isEmpty()) {
      Sql.select(call.scope(), COLUMNS)
          .add(" from {visit_charge} where tenant = ?", call.tenant())
          .in("visit", tokens)
          .add(" order by charge_id")
          .rows(handle, COLUMNS)
          .forEach(
              row ->
                  charges
                      .computeIfAbsent(
                          String.valueOf(row.remove("visit")), any -> new ArrayList<>())
                      .add(row));
    }
    return charges;
  }
}
