package org.visitbalance.query.http;

import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HandlerType;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.visitbalance.query.access.Authenticator;
import org.visitbalance.query.access.Caller;
import org.visitbalance.query.access.Role;
import org.visitbalance.query.model.Freshness;
import org.visitbalance.query.model.Progress;
import org.visitbalance.query.model.Removed;
import org.visitbalance.query.model.Stopped;
import org.visitbalance.query.request.JsonValues;
import org.visitbalance.query.request.Params;
import org.visitbalance.query.request.Problem;
import org.visitbalance.query.request.RequestContext;
import org.visitbalance.query.request.Sites;
import org.visitbalance.query.request.TenantDirectory;

/**
 * What every request passes before it is answered: who asks, for whom, and whether there is room.
 */
final class Gate {
  /** What a tenant is set up by, which is asked for before anything is known of it. */
  private static final List<String> FOR_NEW_TENANTS =
      List.of("/api/v1/settings", "/api/v1/mappings", "/api/v1/files");

  private static final String BEARER = "bearer ";
  private static final long PATIENCE_MS = 3_000;

  /** Requests that ask the database at once. */
  private final Semaphore places = new Semaphore(24);

  private final BodyReader bodies = new BodyReader();

  private final Authenticator authenticator;
  private final @Nullable Sessions sessions;
  private final TenantDirectory tenants;
  private final Supplier<Freshness> freshness;
  private final InstantSource time;
  private final MeterRegistry meters;

  Gate(
      Authenticator authenticator,
      @Nullable Sessions sessions,
      TenantDirectory tenants,
      Supplier<Freshness> freshness,
      InstantSource time,
      MeterRegistry meters) {
    this.authenticator = authenticator;
    this.sessions = sessions;
    this.tenants = tenants;
    this.freshness = freshness;
    this.time = time;
    this.meters = meters;
  }

  /** An endpoint behind the gate. */
  Handler before(Endpoint endpoint) {
    return http -> {
      Timer.Sample sample = Timer.start(meters);
      String outcome = "ok";
      try {
        pass(endpoint, http);
      } catch (Problem e) {
        outcome = "problem";
        throw e;
      } catch (Exception e) {
        outcome = "failed";
        throw e;
      } finally {
        sample.stop(
            meters.timer(
                "visit_balance_http",
                "method",
                endpoint.method().name(),
                "path",
                endpoint.path(),
                "outcome",
                outcome));
      }
    };
  }

  private void pass(Endpoint endpoint, Context http) throws Exception {
    Caller caller = visitor(http, endpoint.role()).caller();
    if (endpoint.isCompanyWide() && !caller.seesAllLocations()) {
      throw Problem.of(
          403,
          "Forbidden",
          "This is about the whole company, and you have access to some of its locations only. Ask"
              + " your administrator for access to all locations.");
    }
    Params params =
        Params.of(http.queryString(), http.queryParamMap(), withTenant(endpoint.params()));
    bodies.with(
        http, endpoint.route().mostFileBytes(), () -> answer(endpoint, http, caller, params));
  }

  private void answer(Endpoint endpoint, Context http, Caller caller, Params params)
      throws Exception {
    if (!placeFound()) {
      throw Problem.busy("Too many requests at the same time. Try again in a second.");
    }
    try {
      endpoint.route().answer(call(http, caller, params, endpoint));
    } finally {
      places.release();
    }
  }

  private boolean placeFound() {
    try {
      return places.tryAcquire(PATIENCE_MS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Whoever may see several tenants may name one anywhere. */
  private static Set<String> withTenant(Set<String> params) {
    Set<String> all = new TreeSet<>(params);
    all.add("tenant");
    return all;
  }

  /** The caller, if it has a role; a request that another site's page has made is nobody's. */
  private Sessions.Visitor visitor(Context http, Role role) {
    Sites.check(http, authenticator == Authenticator.NONE);
    try {
      Sessions.Visitor visitor = visitor(http);
      if (!visitor.caller().is(role)) {
        throw Problem.requires(role);
      }
      return visitor;
    } catch (Authenticator.Denied e) {
      http.header("WWW-Authenticate", "Bearer");
      throw Problem.unauthorized(String.valueOf(e.getMessage()), waysIn());
    }
  }

  /** A token goes before a session: whoever sends one means it. */
  private Sessions.Visitor visitor(Context http) throws Authenticator.Denied {
    String token = token(http);
    Sessions.Visitor visitor = token == null && sessions != null ? sessions.visitor(http) : null;
    if (visitor != null) {
      return visitor;
    } else if (token == null && sessions != null) {
      throw new Authenticator.Denied(sessions.advice());
    }
    return new Sessions.Visitor(authenticator.caller(token), () -> isGood(token));
  }

  /** How one may sign in on the page. */
  private List<String> waysIn() {
    List<String> ways = new ArrayList<>();
    if (sessions != null) {
      ways.add(sessions.way());
    }
    if (authenticator != Authenticator.NO_TOKENS) {
      ways.add("token");
    }
    return ways;
  }

  private boolean isGood(@Nullable String token) {
    try {
      return authenticator.caller(token).is(Role.VIEWER);
    } catch (Authenticator.Denied e) {
      return false;
    }
  }

  static @Nullable String token(Context http) {
    String header = http.header("Authorization");
    boolean bearer =
        header != null
            && header.length() > BEARER.length()
            && header.regionMatches(true, 0, BEARER, 0, BEARER.length());
    return header != null && bearer ? header.substring(BEARER.length()).strip() : null;
  }

  private RequestContext call(Context http, Caller caller, Params params, Endpoint endpoint) {
    Freshness fresh = freshness.get();
    Stopped stopped = fresh.stopped();
    if (stopped != null) {
      http.header("Visit-Balance-Stopped", JsonValues.ascii(stopped.shown()));
    }
    Instant asOf = fresh.asOf();
    if (asOf != null) {
      http.header("Visit-Balance-As-Of", asOf.toString());
    }
    http.header("Visit-Balance-Lag", Long.toString(fresh.lag()));
    String tenant = endpoint.isTenants() ? tenants.of(caller, params.text("tenant")) : "";
    if (endpoint.isTenants()
        && endpoint.method().equals(HandlerType.GET)
        && FOR_NEW_TENANTS.stream().noneMatch(endpoint.path()::startsWith)) {
      tenants.requireKnown(caller, tenant);
    }
    if (!fresh.removed().equals(Removed.NOTHING)) {
      http.header("Visit-Balance-Removed", JsonValues.text(fresh.removed().shown()));
    }
    Progress progress = fresh.progress(tenant);
    if (progress != null) {
      http.header("Visit-Balance-Progress", JsonValues.text(progress.shown()));
    }
    RequestContext call =
        new RequestContext(
            http,
            caller,
            params,
            tenant,
            tenants.settings(tenant),
            fresh,
            asOf == null ? time.instant() : asOf);
    params.texts("location").forEach(call::requireLocation);
    return call;
  }

  /** Returns who may listen to changes, and to those of which tenant. */
  ChangeFeed.Guest guest(Context http) {
    Sessions.Visitor visitor = visitor(http, Role.VIEWER);
    Caller caller = visitor.caller();
    String tenant =
        tenants.of(
            caller,
            Params.of(http.queryString(), http.queryParamMap(), Set.of("tenant")).text("tenant"));
    return new ChangeFeed.Guest(caller.user(), tenant, visitor.isGood());
  }
}
