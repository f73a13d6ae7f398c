package org.visitbalance.query.http;

import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Instant;
import java.time.InstantSource;
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
import org.visitbalance.query.request.Params;
import org.visitbalance.query.request.Problem;
import org.visitbalance.query.request.RequestContext;
import org.visitbalance.query.request.Sites;
import org.visitbalance.query.request.TenantDirectory;

/**
 * What every request passes before it is answered: who asks, for whom, and whether there is room.
 */
final class Gate {
  private static final String BEARER = "bearer ";
  private static final long PATIENCE_MS = 3_000;

  /** Requests that ask the database at once. */
  private final Semaphore places = new Semaphore(24);

  private final BodyReader bodies = new BodyReader();

  private final Authenticator authenticator;
  private final TenantDirectory tenants;
  private final Supplier<Freshness> freshness;
  private final InstantSource time;
  private final MeterRegistry meters;

  Gate(
      Authenticator authenticator,
      TenantDirectory tenants,
      Supplier<Freshness> freshness,
      InstantSource time,
      MeterRegistry meters) {
    this.authenticator = authenticator;
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
    Caller caller = caller(http, endpoint.role());
    Params params = new Params(http.queryParamMap(), withTenant(endpoint.params()));
    bodies.with(http, () -> answer(endpoint, http, caller, params));
  }

  private void answer(Endpoint endpoint, Context http, Caller caller, Params params)
      throws Exception {
    if (!placeFound()) {
      throw Problem.busy("Too many requests at the same time. Try again in a second.");
    }
    try {
      endpoint.route().answer(call(http, caller, params, endpoint.isTenants()));
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
  Caller caller(Context http, Role role) {
    Sites.check(http, authenticator == Authenticator.NONE);
    try {
      Caller caller = authenticator.caller(token(http));
      if (!caller.is(role)) {
        throw Problem.requires(role);
      }
      return caller;
    } catch (Authenticator.Denied e) {
      http.header("WWW-Authenticate", "Bearer");
      throw Problem.of(401, "Unauthorized", String.valueOf(e.getMessage()));
    }
  }

  private static @Nullable String token(Context http) {
    String header = http.header("Authorization");
    boolean bearer =
        header != null
            && header.length() > BEARER.length()
            && header.regionMatches(true, 0, BEARER, 0, BEARER.length());
    return header != null && bearer ? header.substring(BEARER.length()).strip() : null;
  }

  private RequestContext call(Context http, Caller caller, Params params, boolean isTenants) {
    Freshness fresh = freshness.get();
    Instant asOf = fresh.asOf();
    if (asOf != null) {
      http.header("Visit-Balance-As-Of", asOf.toString());
    }
    http.header("Visit-Balance-Lag", Long.toString(fresh.lag()));
    String tenant = isTenants ? tenants.of(caller, params.text("tenant")) : "";
    return new RequestContext(
        http,
        caller,
        params,
        tenant,
        tenants.settings(tenant),
        fresh,
        asOf == null ? time.instant() : asOf);
  }

  /** Returns who may listen to changes, and to those of which tenant. */
  ChangeFeed.Guest guest(Context http) {
    Caller caller = caller(http, Role.VIEWER);
    String tenant =
        tenants.of(caller, new Params(http.queryParamMap(), Set.of("tenant")).text("tenant"));
    String token = token(http);
    return new ChangeFeed.Guest(caller.user(), tenant, () -> mayListen(token, tenant));
  }

  private boolean mayListen(@Nullable String token, String tenant) {
    try {
      Caller caller = authenticator.caller(token);
      return caller.is(Role.VIEWER) && caller.maySee(tenant);
    } catch (Authenticator.Denied e) {
      return false;
    }
  }
}
