package org.visitbalance.query.commands;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.visitbalance.output.AccessAction;
import org.visitbalance.query.request.CommandPort;
import org.visitbalance.query.request.JsonValues;
import org.visitbalance.query.request.Params;
import org.visitbalance.query.request.Problem;
import org.visitbalance.query.request.RequestContext;
import org.visitbalance.query.request.RequestHandler;

/** Sends dead letters again, or shows which ones would be sent. */
public final class RetryLettersRoute implements RequestHandler {
  public static final Set<String> PARAMS = Set.of("tenant");
  private static final int LONGEST = 100_000;
  private static final Set<String> FIELDS =
      Set.of("source", "reason", "since", "until", "repartition", "dryRun");

  /** Allows one retry at a time, because a retry reads topics. */
  private final Semaphore place = new Semaphore(1);

  private final CommandPort commands;
  private final InstantSource time;

  public RetryLettersRoute(CommandPort commands, InstantSource time) {
    this.commands = commands;
    this.time = time;
  }

  @Override
  public void answer(RequestContext call) {
    JsonNode body = body(call);
    boolean isDry = truth(body, "dryRun");
    CommandPort.Retry retry = retry(call, body);
    if (!place.tryAcquire()) {
      throw Problem.busy("another retry is running; send the same request again in a moment");
    }
    try {
      answer(
          call,
          isDry,
          isDry
              ? commands.look(retry)
              : commands.retry(
                  retry, RevealRoute.entry(call, AccessAction.RETRY_DEAD_LETTERS, null, time)));
    } finally {
      place.release();
    }
  }

  /** Returns a retry of the dead letters that the caller sees in the list. */
  private static CommandPort.Retry retry(RequestContext call, JsonNode body) {
    String own = call.tenant();
    boolean seesAll = call.caller().tenants() == null;
    String since = text(body, "since");
    String until = text(body, "until");
    return new CommandPort.Retry(
        tenant -> tenant == null ? seesAll : tenant.equals(own),
        text(body, "source"),
        text(body, "reason"),
        since == null ? null : Params.moment("since", since),
        until == null ? null : Params.moment("until", until),
        truth(body, "repartition"));
  }

  private static void answer(RequestContext call, boolean isDry, CommandPort.Retried retried) {
    List<Map<String, @Nullable Object>> failing =
        retried.failing().stream()
            .map(
                one -> {
                  Map<String, @Nullable Object> row = new LinkedHashMap<>();
                  row.put("source", one.source());
                  row.put("field", one.field());
                  row.put("reason", one.reason());
                  row.put("records", one.records());
                  return row;
                })
            .toList();
    Map<String, @Nullable Object> body = new LinkedHashMap<>();
    body.put("dryRun", isDry);
    body.put("sent", retried.sent().values().stream().mapToLong(Long::longValue).sum());
    body.put("repartitioned", retried.repartitioned());
    body.put("topics", retried.sent());
    body.put(
        "failed", retried.failing().stream().mapToLong(CommandPort.StillRefused::records).sum());
    body.put("failing", failing);
    body.put("left", retried.left());
    call.answer(body);
  }

  private static JsonNode body(RequestContext call) {
    byte[] bytes = call.body();
    if (bytes.length > LONGEST) {
      throw Problem.of(413, "Too much", "the filter of a retry can have at most 100,000 bytes");
    }
    try {
      JsonNode body = JsonValues.mapper().readTree(bytes);
      if (body == null || !body.isObject()) {
        throw Problem.unusable("the body", "must be a JSON object");
      }
      for (Map.Entry<String, JsonNode> one : body.properties()) {
        if (!FIELDS.contains(one.getKey())) {
          throw Problem.unusable(
              "a field of the body",
              "is unknown; the fields are source, reason, since, until, repartition, dryRun");
        }
      }
      return body;
    } catch (JacksonException e) {
      throw Problem.unusable("the body", "is not JSON");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean truth(JsonNode body, String name) {
    JsonNode value = body.path(name);
    if (!value.isMissingNode() && !value.isNull() && !value.isBoolean()) {
      throw Problem.unusable(name, "must be true or false");
    }
    return value.asBoolean();
  }

  private static @Nullable String text(JsonNode body, String name) {
    JsonNode value = body.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return null;
    } else if (!value.isTextual() || value.asText().isBlank() || !Params.isText(value.asText())) {
      throw Problem.unusable(name, "must be a text");
    }
    return value.asText();
  }
}
