package org.visitbalance.lab.bench;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.visitbalance.query.access.Authenticator;
import org.visitbalance.query.http.ApiServer;
import org.visitbalance.query.http.Health;
import org.visitbalance.query.model.Database;
import org.visitbalance.query.model.Freshness;
import org.visitbalance.query.request.CommandPort;
import org.visitbalance.query.settings.WhatIf;
import org.visitbalance.query.settings.WhatIfDesk;

/** The page and the API over tables that nothing fills any more; nothing can be written. */
public final class ReadModelServer implements AutoCloseable {
  private final ApiServer server;
  private final WhatIfDesk desk;

  private ReadModelServer(ApiServer server, WhatIfDesk desk) {
    this.server = server;
    this.desk = desk;
  }

  /**
   * Starts a server.
   *
   * @param port the port; 0 for any free one
   */
  public static ReadModelServer start(LargeCompany company, Database database, int port) {
    Instant asOf = company.asOf();
    CommandPort commands = nothing();
    WhatIfDesk desk =
        new WhatIfDesk(
            (proposed, moment, from, progress) -> {
              throw new WhatIf.Refused("There are no facts here.");
            },
            commands,
            null,
            Duration.ofSeconds(1),
            problem -> {
              throw new IllegalStateException(problem);
            });
    return new ReadModelServer(
        ApiServer.start(
            new ApiServer.Place("127.0.0.1", port, null, null),
            new ApiServer.Parts(
                database,
                () -> new Freshness(asOf, 0, 0, asOf, asOf),
                commands,
                desk,
                Authenticator.NONE,
                null,
                new Health(List.of(), List.of()),
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
                () -> asOf,
                null,
                problem -> {
                  throw new IllegalStateException(problem);
                })),
        desk);
  }

  private static CommandPort nothing() {
    return (CommandPort)
        Proxy.newProxyInstance(
            CommandPort.class.getClassLoader(),
            new Class<?>[] {CommandPort.class},
            (proxy, method, values) -> {
              if (method.getName().equals("files")) {
                return null;
              }
              throw new CommandPort.Closed(
                  "Nothing can be written here.", new IllegalStateException());
            });
  }

  /** Returns the port that the server listens on. */
  public int port() {
    return server.port();
  }

  @Override
  public void close() {
    server.close();
    desk.close();
  }
}
