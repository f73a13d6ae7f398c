package org.visitbalance.query.http;

import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.staticfiles.Location;
import io.javalin.util.JavalinBindException;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;
import org.visitbalance.query.access.Authenticator;
import org.visitbalance.query.commands.FactsRoute;
import org.visitbalance.query.model.Database;
import org.visitbalance.query.model.Freshness;
import org.visitbalance.query.request.CommandPort;
import org.visitbalance.query.request.JsonValues;
import org.visitbalance.query.request.TenantDirectory;
import org.visitbalance.query.settings.WhatIfDesk;
import org.visitbalance.query.signin.OneUser;
import org.visitbalance.query.signin.SignIn;

/** The page and the API, on one port. */
public final class ApiServer implements AutoCloseable {
  private static final int THREADS = 48;
  private static final int SPARE_THREADS = 4;
  private static final int IDLE_MS = 60_000;
  private static final int HEADER_BYTES = 16 << 10;
  private static final String WEB = "/web";
  private static final String CHANGES = Api.ROOT + "changes";
  private static final String GUEST = "guest";
  private static final String DOCUMENT = Api.ROOT + "openapi.json";

  private final Javalin javalin;
  private final ChangeFeed changes;

  private ApiServer(Javalin javalin, ChangeFeed changes) {
    this.javalin = javalin;
    this.changes = changes;
  }

  /**
   * Where the server listens.
   *
   * @param port the port; 0 for any free one
   * @param keystore the keystore for TLS; null for no TLS
   */
  public record Place(
      String host, int port, @Nullable String keystore, @Nullable String keystorePassword) {}

  /**
   * What the server needs.
   *
   * @param freshness how current the tables are
   * @param whatIf says what other settings would change
   * @param signIn how people sign in with their browsers; null: not at all
   * @param retention how long the service keeps business dates; null: forever
   * @param failures receives errors that occur while answering requests
   */
  public record Parts(
      Database database,
      Supplier<Freshness> freshness,
      CommandPort commands,
      WhatIfDesk whatIf,
      Authenticator authenticator,
      @Nullable SignIn signIn,
      Health health,
      PrometheusMeterRegistry meters,
      InstantSource time,
      @Nullable Duration retention,
      Consumer<Exception> failures) {}

  /**
   * Starts the server.
   *
   * @throws IllegalArgumentException if the host, port or keystore cannot be used
   */
  public static ApiServer start(Place place, Parts parts) {
    ChangeFeed changes = new ChangeFeed(parts.database.jdbi(), parts.freshness);
    Sessions sessions = sessions(parts);
    Gate gate =
        new Gate(
            parts.authenticator,
            sessions,
            new TenantDirectory(parts.database.jdbi(), parts.commands),
            parts.freshness,
            parts.time,
            parts.meters);
    byte[] document = OpenApi.json();
    try {
      Javalin javalin =
          Javalin.create(
              config -> {
                server(config, place);
                if (place.keystore() != null) {
                  config.routes.before(ApiServer::onlyTls);
                }
                routes(config, parts, gate, changes, document);
                if (sessions != null) {
                  sessions.register(config.routes);
                }
              });
      return new ApiServer(javalin.start(), changes);
    } catch (JavalinBindException e) {
      changes.close();
      throw new IllegalArgumentException(
          place.host() + ":" + place.port() + " is in use or not of this machine; choose another",
          e);
    }
  }

  private static @Nullable Sessions sessions(Parts parts) {
    if (parts.authenticator instanceof OneUser user) {
      return new OneUserSessions(user);
    }
    return parts.signIn == null ? null : new ProviderSessions(parts.signIn);
  }

  private static void server(JavalinConfig config, Place place) {
    config.startup.showJavalinBanner = false;
    config.startup.startupWatcherEnabled = false;
    config.http.maxRequestSize = FactsRoute.MOST_BYTES;
    config.http.prefer405over404 = true;
    config.http.asyncTimeout = 0;
    QueuedThreadPool threads = new QueuedThreadPool(THREADS, SPARE_THREADS);
    threads.setName("http");
    threads.setDaemon(true);
    config.jetty.threadPool = threads;
    config.jetty.host = place.host();
    config.jetty.port = place.port();
    config.jetty.modifyServer(server -> server.setErrorHandler(new RawProblems()));
    config.jetty.modifyHttpConfiguration(ApiServer::http);
    if (place.keystore() != null) {
      config.jetty.addConnector((server, http) -> Tls.connector(server, http, place));
    }
  }

  private static void http(HttpConfiguration http) {
    http.setSendServerVersion(false);
    http.setIdleTimeout(IDLE_MS);
    // A browser's session takes two cookies.
    http.setRequestHeaderSize(HEADER_BYTES);
    http.setResponseHeaderSize(HEADER_BYTES);
  }

  private static void routes(
      JavalinConfig config, Parts parts, Gate gate, ChangeFeed changes, byte[] document) {
    config.routes.before(ApiServer::secure);
    if (ApiServer.class.getResource(WEB + "/index.html") != null) {
      config.staticFiles.add(
          files -> {
            files.directory = WEB;
            files.location = Location.CLASSPATH;
            files.headers = Map.of("Cache-Control", "no-cache");
          });
    }
    List<Endpoint> endpoints =
        Api.endpoints(
            parts.database.jdbi(), parts.commands, parts.whatIf, parts.time, parts.retention);
    for (Endpoint endpoint : endpoints) {
      config.routes.addHttpHandler(endpoint.method(), endpoint.path(), gate.before(endpoint));
    }
    config.routes.before(CHANGES, http -> http.attribute(GUEST, gate.guest(http)));
    config.routes.sse(
        CHANGES,
        client -> changes.listen(Objects.requireNonNull(client.ctx().attribute(GUEST)), client));
    config.routes.get(DOCUMENT, http -> http.contentType("application/json").result(document));
    config.routes.get("/health/live", http -> health(http, parts.health.live()));
    List<Health.Check> ready = new ArrayList<>(parts.health.ready());
    ready.add(Health.Check.of(changes.task()));
    config.routes.get("/health/ready", http -> health(http, ready));
    config.routes.get(
        "/metrics",
        http -> http.contentType("text/plain; version=0.0.4").result(parts.meters.scrape()));
    ErrorResponses.register(config.routes, parts.failures);
  }

  private static void health(Context http, List<Health.Check> checks) {
    Health.Finding finding = Health.look(checks);
    http.status(finding.up() ? 200 : 503)
        .contentType("application/json")
        .result(JsonValues.bytes(finding.body()));
  }

  /** A browser that has been here over TLS does not come back without it. */
  private static void onlyTls(Context http) {
    http.header("Strict-Transport-Security", "max-age=31536000");
  }

  /** Nothing of other sites runs in the page, and no other site shows it. */
  private static void secure(Context http) {
    http.header(
        "Content-Security-Policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
            + " font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none';"
            + " form-action 'none'; frame-ancestors 'none'");
    http.header("X-Content-Type-Options", "nosniff");
    http.header("X-Frame-Options", "DENY");
    http.header("Referrer-Policy", "no-referrer");
    http.header("Cross-Origin-Opener-Policy", "same-origin");
    http.header("Cross-Origin-Resource-Policy", "same-origin");
    http.header("Permissions-Policy", "geolocation=(), camera=(), microphone=()");
    if (http.path().startsWith(Api.ROOT)) {
      http.header("Cache-Control", "no-store");
    }
  }

  /** Returns the port the server listens on. */
  public int port() {
    return javalin.port();
  }

  @Override
  public void close() {
    changes.close();
    javalin.stop();
  }
}
