package org.visitbalance.query.closes;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.visitbalance.core.Closes;
import org.visitbalance.output.AccessAction;
import org.visitbalance.output.Balance;
import org.visitbalance.output.Close;
import org.visitbalance.query.commands.RevealRoute;
import org.visitbalance.query.lists.Closings;
import org.visitbalance.query.request.CommandPort;
import org.visitbalance.query.request.JsonBody;
import org.visitbalance.query.request.Problem;
import org.visitbalance.query.request.RequestContext;
import org.visitbalance.query.request.RequestHandler;

/** A person closes a period: what was seen, and nothing else. */
public final class ClosesRoute implements RequestHandler {
  public static final Set<String> PARAMS = Set.of("tenant");
  private static final int LONGEST = 10_000;
  private static final List<String> GRANULARITIES = List.of("DAY", "WEEK", "MONTH");

  private final Jdbi jdbi;
  private final CommandPort commands;
  private final InstantSource time;

  public ClosesRoute(Jdbi jdbi, CommandPort commands, InstantSource time) {
    this.jdbi = jdbi;
    this.commands = commands;
    this.time = time;
  }

  /** What a request names. */
  private record Asked(String location, String granularity, LocalDate from, String seal) {}

  @Override
  public void answer(RequestContext call) {
    Asked asked = asked(call);
    call.requireLocation(asked.location());
    Close close =
        jdbi.inTransaction(
            handle -> {
              Balance balance = seen(handle, call, asked);
              Close standing = Closings.standing(handle, Closings.Period.of(balance)).orElse(null);
              if (standing != null && !Closes.isChanged(standing, balance)) {
                return standing;
              }
              int version = standing == null ? 1 : standing.getVersion() + 1;
              Close next = new Close(version, time.instant(), call.caller().user(), balance);
              commands.close(next, RevealRoute.entry(call, AccessAction.CLOSE_PERIOD, null, time));
              return next;
            });
    Map<String, @Nullable Object> body = new LinkedHashMap<>();
    body.put("version", close.getVersion());
    body.put("closedAt", close.getClosedAt().toString());
    body.put("closedBy", close.getClosedBy());
    call.http().status(202);
    call.answer(body);
  }

  /** The balance as it was seen, and still is. */
  private static Balance seen(Handle handle, RequestContext call, Asked asked) {
    Balance balance =
        Closings.row(
                handle,
                call.scope(),
                new Closings.Period(
                    call.tenant(), asked.location(), asked.granularity(), asked.from()))
            .map(row -> Closings.balance(call.tenant(), row))
            .orElseThrow(
                () ->
                    Problem.unknown("This period has no activity, so there is nothing to close."));
    if (!balance.getTo().isBefore(call.today())) {
      throw Problem.of(
          422,
          "Unprocessable content",
          "The period is not over. You can close it the day after it ends.");
    } else if (!Closings.seal(balance).equals(asked.seal())) {
      throw Problem.of(
          409,
          "Conflict",
          "The period has changed since you opened it. Review the new figures, then close it.");
    }
    return balance;
  }

  private static Asked asked(RequestContext call) {
    JsonNode body = JsonBody.of(call, LONGEST, "Close one period per request.");
    String granularity = JsonBody.text(body, "granularity");
    if (!GRANULARITIES.contains(granularity)) {
      throw Problem.unusable("granularity", "must be one of " + String.join(", ", GRANULARITIES));
    }
    try {
      return new Asked(
          JsonBody.text(body, "location"),
          granularity,
          LocalDate.parse(JsonBody.text(body, "from")),
          JsonBody.text(body, "seal"));
    } catch (DateTimeParseException e) {
      throw Problem.unusable("from", "must be a date such as 2026-11-04");
    }
  }
}
