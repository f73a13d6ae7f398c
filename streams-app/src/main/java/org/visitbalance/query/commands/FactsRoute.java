package org.visitbalance.query.commands;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.visitbalance.query.request.CommandPort;
import org.visitbalance.query.request.Problem;
import org.visitbalance.query.request.RequestContext;
import org.visitbalance.query.request.RequestHandler;

/** Facts in: each line is sent or rejected with its reason, and the answer says which. */
public final class FactsRoute implements RequestHandler {
  public static final Set<String> PARAMS = Set.of("tenant");
  public static final int MOST_BYTES = 8 << 20;
  private static final int MOST_LINES = 20_000;

  /** Requests at once: each holds its lines in memory. */
  private final Semaphore places = new Semaphore(4);

  private final CommandPort commands;

  public FactsRoute(CommandPort commands) {
    this.commands = commands;
  }

  @Override
  public void answer(RequestContext call) {
    if (!places.tryAcquire()) {
      throw Problem.busy("Too many requests with facts at the same time. Send these lines again.");
    }
    try {
      byte[] lines = call.body();
      check(lines);
      String only = call.params().text("tenant");
      CommandPort.Taken taken =
          commands.facts(
              lines,
              tenant -> call.caller().maySee(tenant) && (only == null || only.equals(tenant)));
      answer(call, taken);
    } finally {
      places.release();
    }
  }

  private static void check(byte[] lines) {
    long count = 1;
    for (byte one : lines) {
      count += one == '\n' ? 1 : 0;
    }
    if (lines.length == 0) {
      throw Problem.unusable("body", "is empty. Send one JSON object per line");
    } else if (lines.length > MOST_BYTES || count > MOST_LINES + 1) {
      throw Problem.of(
          413,
          "Content too large",
          "Send at most 8 MiB and 20,000 lines per request. No line was accepted.");
    }
  }

  private static void answer(RequestContext call, CommandPort.Taken taken) {
    List<Map<String, @Nullable Object>> rejected = new ArrayList<>();
    for (CommandPort.Rejected one : taken.rejected()) {
      Map<String, @Nullable Object> row = new LinkedHashMap<>();
      row.put("line", one.line());
      row.put("field", one.field());
      row.put("reason", one.reason());
      rejected.add(row);
    }
    Map<String, @Nullable Object> body = new LinkedHashMap<>();
    body.put("accepted", taken.accepted());
    body.put("rejectedLines", rejected.size());
    body.put("rejected", rejected);
    call.answer(body);
  }
}
