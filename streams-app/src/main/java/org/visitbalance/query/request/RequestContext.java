package org.visitbalance.query.request;

import io.javalin.http.Context;
import java.time.Instant;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.visitbalance.core.Period;
import org.visitbalance.core.TenantSettings;
import org.visitbalance.output.Granularity;
import org.visitbalance.query.access.Caller;
import org.visitbalance.query.model.Freshness;
import org.visitbalance.query.model.Stopped;

/**
 * A request that may be answered: whose it is, for which tenant, and what the answer reflects.
 *
 * @param tenant the one tenant that the answer is about
 * @param settings how the tenant's days and weeks lie
 * @param freshness seen before anything was asked of the tables
 * @param now the as-of, or the present before there is one
 */
public record RequestContext(
    Context http,
    Caller caller,
    Params params,
    String tenant,
    TenantSettings settings,
    Freshness freshness,
    Instant now) {
  /** The attribute of the HTTP context that holds the body. */
  public static final String BODY = "body";

  private static final byte[] EMPTY = {};

  /** Returns the body of the request, which was read before it took a place. */
  public byte[] body() {
    byte[] body = http.attribute(BODY);
    return body == null ? EMPTY : body;
  }

  /**
   * Whether the version that the caller wants to replace (If-Match) is the newest; yes if the
   * caller names none. A proxy that compresses answers makes their ETags weak: it is the same
   * version.
   */
  public boolean isMatch(@Nullable Object newest) {
    String match = http.header("If-Match");
    String own = "\"" + newest + "\"";
    return match == null || match.equals("*") || match.equals(own) || match.equals("W/" + own);
  }

  /** Refuses a location that the caller may not see, whether it exists or not. */
  public void requireLocation(String location) {
    if (!caller.maySeeLocation(location)) {
      throw Problem.of(
          403,
          "Forbidden",
          "You do not have access to this location. Choose one of yours, or sign in with access to"
              + " it.");
    }
  }

  /** Returns the rows that the caller may see. */
  public Scope scope() {
    return Scope.of(caller);
  }

  /** The tenant's today. */
  public LocalDate today() {
    return LocalDate.ofInstant(now, settings.zone());
  }

  /** The first day of the tenant's period that holds a day. */
  public LocalDate firstDay(Granularity granularity, LocalDate day) {
    return Period.from(granularity, day, settings.weekStartsOn());
  }

  /** What the answer says of its own freshness. */
  Map<String, @Nullable Object> fresh() {
    Map<String, @Nullable Object> fresh = new LinkedHashMap<>();
    Instant asOf = freshness.asOf();
    Stopped stopped = freshness.stopped();
    fresh.put("stopped", stopped == null ? null : stopped.shown());
    fresh.put("asOf", asOf == null ? null : asOf.toString());
    fresh.put("today", asOf == null ? null : today().toString());
    fresh.put("zone", settings.zone().getId());
    fresh.put("lag", freshness.lag());
    fresh.put("removed", freshness.removed().shown());
    return fresh;
  }

  /** Answers with a JSON object. */
  public void answer(Map<String, @Nullable Object> body) {
    http.contentType("application/json").result(JsonValues.bytes(body));
  }

  /** The same with the freshness in it. */
  public void answerFresh(Map<String, @Nullable Object> body) {
    answer(fresh(body));
  }

  /** Returns a JSON object with the freshness in it. */
  public Map<String, @Nullable Object> fresh(Map<String, @Nullable Object> body) {
    body.put("freshness", fresh());
    return body;
  }
}
