package org.visitbalance.query.decisions;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Semaphore;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.visitbalance.core.Facts;
import org.visitbalance.fact.Decision;
import org.visitbalance.fact.DecisionAction;
import org.visitbalance.query.lists.Filter;
import org.visitbalance.query.lists.Listing;
import org.visitbalance.query.lists.WorkLists;
import org.visitbalance.query.request.CommandPort;
import org.visitbalance.query.request.Order;
import org.visitbalance.query.request.Params;
import org.visitbalance.query.request.Problem;
import org.visitbalance.query.request.RequestContext;
import org.visitbalance.query.request.RequestHandler;

/**
 * What people decide: each wish is taken or rejected with its reason, and the answer says which.
 */
public final class DecisionsRoute implements RequestHandler {
  public static final Set<String> PARAMS = Set.of("tenant");
  static final String REQUEST = "Idempotency-Key";
  private static final int MOST = 1_000;
  private static final int MOST_REMEMBERED = 10 * MOST;
  private static final int MOST_BYTES = 4 << 20;
  private static final int LONGEST_REQUEST = 200;
  private static final Set<String> FIXED = Set.of("status", "level");

  /** Requests at once: each holds its decisions in memory. */
  private final Semaphore places = new Semaphore(4);

  /**
   * What this instance said last about what is decided: the tables may not have it yet. What is
   * forgotten too early may be called in effect although it was undone a moment ago.
   */
  private final ConcurrentSkipListMap<Decision, Decision> sent =
      new ConcurrentSkipListMap<>(Facts.BY_WHAT_IS_DECIDED);

  private final Jdbi jdbi;
  private final CommandPort commands;
  private final InstantSource time;

  public DecisionsRoute(Jdbi jdbi, CommandPort commands, InstantSource time) {
    this.jdbi = jdbi;
    this.commands = commands;
    this.time = time;
  }

  @Override
  public void answer(RequestContext call) {
    if (!places.tryAcquire()) {
      throw Problem.busy(
          "Too many requests with decisions at the same time. Send this request again.");
    }
    try {
      byte[] bytes = call.body();
      if (bytes.length > MOST_BYTES) {
        throw Problem.of(
            413, "Content too large", "Send at most 4 MiB per request. No decision was saved.");
      }
      String request = request(call);
      DecisionService decided =
          jdbi.inTransaction(
              handle ->
                  DecisionService.of(
                      handle, call, wanted(handle, call, bytes), request, time, sent::get));
      if (!decided.facts.isEmpty()) {
        commands.decide(decided.facts, decided.entries);
        remember(decided.facts);
      }
      answer(call, decided.answers);
    } finally {
      places.release();
    }
  }

  private void remember(List<Decision> facts) {
    facts.forEach(fact -> sent.put(fact, fact));
    while (sent.size() > MOST_REMEMBERED) {
      sent.pollFirstEntry();
    }
  }

  /** Names the request; one that nobody has named is like no other. */
  private static String request(RequestContext call) {
    String name = call.http().header(REQUEST);
    if (name != null && name.length() > LONGEST_REQUEST) {
      throw Problem.unusable(REQUEST, "is longer than " + LONGEST_REQUEST + " characters");
    }
    return name == null || name.isBlank() ? UUID.randomUUID().toString() : name;
  }

  private static List<DecisionRequest> wanted(Handle handle, RequestContext call, byte[] bytes) {
    String type = call.http().contentType();
    if (type != null && type.startsWith("text/csv")) {
      return DecisionSheet.read(bytes, MOST);
    }
    DecisionBody body = DecisionBody.read(bytes, MOST);
    if (body.filter() == null) {
      return body.each();
    }
    DecisionRequest one = body.each().get(0);
    List<String> ids = found(handle, call, body.filter(), one);
    if (ids.size() != body.expected()) {
      throw Problem.of(
          409,
          "Conflict",
          "The filter finds "
              + (ids.size() > MOST ? "more than " + MOST : ids.size())
              + ", not "
              + body.expected()
              + ". No decision was saved. Reload the list and try again.");
    }
    return ids.stream().map(one::about).toList();
  }

  /** The open discrepancies of visits that a filter finds; one more than the limit tells of it. */
  private static List<String> found(
      Handle handle, RequestContext call, Map<String, List<String>> filter, DecisionRequest one) {
    List<Filter> filters = new ArrayList<>();
    Set<String> known = new TreeSet<>();
    for (Filter own : WorkLists.DISCREPANCIES.filters()) {
      if (!FIXED.contains(own.param())) {
        filters.add(own);
        known.add(own.param());
      }
    }
    filters.add(
        Filter.of(
            "status", (any, sql) -> sql.add(" and " + WorkLists.OPEN + " and d.level = 'VISIT'")));
    if (one.action() == DecisionAction.ACCEPTED) {
      filters.add(
          Filter.of("kind", (any, sql) -> sql.add(" and d.kind <> 'ACCEPTED_BUT_CHANGED'")));
    }
    Listing listing = WorkLists.DISCREPANCIES.narrowed(filters.toArray(Filter[]::new));
    RequestContext narrowed =
        new RequestContext(
            call.http(),
            call.caller(),
            new Params(filter, known),
            call.tenant(),
            call.settings(),
            call.freshness(),
            call.now());
    List<Order> order = listing.sorts().getOrDefault("work", List.of());
    return listing.first(handle, narrowed, order, MOST + 1).stream()
        .map(row -> String.valueOf(row.get("id")))
        .toList();
  }

  private static void answer(RequestContext call, List<DecisionService.Answer> answers) {
    List<Map<String, @Nullable Object>> results = new ArrayList<>();
    Map<String, Long> counts = new LinkedHashMap<>();
    for (DecisionService.Outcome outcome : DecisionService.Outcome.values()) {
      counts.put(outcome.name(), 0L);
    }
    for (DecisionService.Answer one : answers) {
      counts.merge(one.outcome().name(), 1L, Long::sum);
      Map<String, @Nullable Object> row = new LinkedHashMap<>();
      row.put("discrepancy", one.wanted().discrepancy());
      row.put("visit", one.wanted().visit());
      row.put("charge", one.wanted().charge());
      row.put("line", one.wanted().line() == 0 ? null : one.wanted().line());
      row.put("outcome", one.outcome().name());
      row.put("problem", one.wanted().problem());
      results.add(row);
    }
    Map<String, @Nullable Object> body = new LinkedHashMap<>();
    body.put("taken", counts.get("TAKEN"));
    body.put("already", counts.get("ALREADY"));
    body.put("rejected", counts.get("REJECTED"));
    body.put("message", "Saved decisions take effect in a moment.");
    body.put("results", results);
    call.http().status(202);
    call.answer(body);
  }
}
