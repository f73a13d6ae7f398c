package org.visitbalance.query.lists;

import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.visitbalance.query.request.Order;
import org.visitbalance.query.request.Problem;
import org.visitbalance.query.request.RequestContext;
import org.visitbalance.query.request.RequestHandler;

/** One period: its balance, its providers, and the visits behind its figures. */
public final class PeriodRoute implements RequestHandler {
  public static final Set<String> PARAMS = Set.of("tenant", "location", "granularity", "from");

  /** Of each list. */
  private static final int MOST = 500;

  private static final Map<String, String> READINESS = readiness();

  private final Jdbi jdbi;

  public PeriodRoute(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  private static Map<String, String> readiness() {
    Map<String, String> lists = new LinkedHashMap<>();
    lists.put("OPEN_NOTE", "openNotes");
    lists.put("FAILED_TRANSMISSION", "failedTransmissions");
    lists.put("PENDING_TRANSMISSION", "pendingTransmissions");
    lists.put("ABSENT_TRANSMISSION", "absentTransmissions");
    lists.put("HELD", "heldVisits");
    return lists;
  }

  @Override
  public void answer(RequestContext call) {
    Map<String, @Nullable Object> body = new LinkedHashMap<>();
    jdbi.useTransaction(
        handle -> {
          Map<String, @Nullable Object> balance = balance(handle, call);
          body.put("balance", balance);
          body.put(
              "close",
              Closings.told(handle, call.scope(), Closings.balance(call.tenant(), balance)));
          body.put(
              "money",
              MoneySums.total(
                  handle,
                  MoneySums.Which.of(call)
                      .between(
                          LocalDate.parse(String.valueOf(balance.get("from"))),
                          LocalDate.parse(String.valueOf(balance.get("to"))))));
          body.put("providers", rows(handle, ItemList.PROVIDERS, "", call));
          body.put("bridge", items(handle, "BRIDGE", call));
          body.put("newPatients", items(handle, "NEW_PATIENTS", call));
          Map<String, @Nullable Object> readiness = new LinkedHashMap<>();
          READINESS.forEach((list, name) -> readiness.put(name, items(handle, list, call)));
          body.put("readiness", readiness);
        });
    call.answerFresh(body);
  }

  private static Map<String, @Nullable Object> balance(Handle handle, RequestContext call) {
    return Closings.row(handle, call.scope(), ItemList.periodOf(call))
        .orElseThrow(
            () ->
                Problem.unknown(
                    "This period has no activity: no visits, charges or open notes. Check the location"
                        + " and the first day of the period (from)."));
  }

  private static List<Map<String, @Nullable Object>> items(
      Handle handle, String list, RequestContext call) {
    return rows(handle, ItemList.ITEMS, list, call);
  }

  /** The first rows of a list; the period's parameters narrow it. */
  private static List<Map<String, @Nullable Object>> rows(
      Handle handle, Listing listing, String list, RequestContext call) {
    List<Order> orders = Objects.requireNonNull(listing.sorts().values().iterator().next());
    Listing one =
        list.isEmpty()
            ? listing
            : listing.narrowed(
                Filter.of("location", (c, sql) -> ItemList.periodOf("i.", c, sql)),
                Filter.of("list", (c, sql) -> sql.add(" and i.list_name = ?", list)));
    return one.first(handle, call, orders, MOST);
  }
}
