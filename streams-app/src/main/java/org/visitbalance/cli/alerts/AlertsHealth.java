package org.visitbalance.cli.alerts;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.visitbalance.alerts.Alerts;
import org.visitbalance.ingest.InputException;

/** Says over HTTP how the routes are; no webhook's address, and nothing that was told. */
interface AlertsHealth extends AutoCloseable {
  /** Answers of some alerts from now on. */
  void begin(Alerts alerts);

  /**
   * Takes the port, and answers nothing yet.
   *
   * @param host the address that it listens on
   * @param port null: nowhere
   * @throws InputException if it cannot be had
   */
  static AlertsHealth at(String host, @Nullable Integer port) {
    if (port == null) {
      return new AlertsHealth() {
        @Override
        public void begin(Alerts alerts) {}

        @Override
        public void close() {}
      };
    }
    HttpServer server;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getByName(host), port), 0);
    } catch (IOException | IllegalArgumentException e) {
      throw new InputException(
          "--health-port " + port + " cannot be used at " + host + ": " + e.getMessage(), e);
    }
    return new AlertsHealth() {
      @Override
      public void begin(Alerts alerts) {
        PrometheusMeterRegistry meters = meters(alerts);
        server.createContext("/health", exchange -> health(exchange, alerts));
        server.createContext("/metrics", exchange -> answer(exchange, 200, meters.scrape()));
        server.setExecutor(
            Executors.newCachedThreadPool(
                work -> {
                  Thread thread = new Thread(work, "alerts-health");
                  thread.setDaemon(true);
                  return thread;
                }));
        server.start();
      }

      @Override
      public void close() {
        server.stop(0);
      }
    };
  }

  private static PrometheusMeterRegistry meters(Alerts alerts) {
    PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    for (Alerts.Standing route : alerts.standings()) {
      String name = route.name();
      Gauge.builder(
              "visit_balance_alerts_well",
              alerts,
              of(name, standing -> standing.trouble() == null ? 1 : 0))
          .description("1 while the route works, else 0.")
          .tag("route", name)
          .register(meters);
      FunctionCounter.builder("visit_balance_alerts_told", alerts, of(name, Alerts.Standing::told))
          .description("Messages that a receiver has taken.")
          .tag("route", name)
          .register(meters);
      FunctionCounter.builder(
              "visit_balance_alerts_passed_records", alerts, of(name, Alerts.Standing::passed))
          .description("Records of the topics that cannot be read.")
          .tag("route", name)
          .register(meters);
      FunctionCounter.builder(
              "visit_balance_alerts_given_up", alerts, of(name, Alerts.Standing::givenUp))
          .description("Messages that no receiver took; they are on the topic of dead letters.")
          .tag("route", name)
          .register(meters);
    }
    return meters;
  }

  private static ToDoubleFunction<Alerts> of(
      String name, ToDoubleFunction<Alerts.Standing> figure) {
    return alerts ->
        alerts.standings().stream()
            .filter(route -> route.name().equals(name))
            .mapToDouble(figure)
            .sum();
  }

  private static void health(HttpExchange exchange, Alerts alerts) throws IOException {
    List<Alerts.Standing> ill =
        alerts.standings().stream().filter(route -> route.trouble() != null).toList();
    if (ill.isEmpty()) {
      answer(exchange, 200, "ok\n" + passed(alerts));
    } else {
      answer(
          exchange,
          503,
          ill.stream()
              .map(route -> route.name() + " " + route.trouble() + "\n")
              .collect(Collectors.joining()));
    }
  }

  /** What cannot be read is no reason to send nobody there, but somebody should look at it. */
  private static String passed(Alerts alerts) {
    return alerts.standings().stream()
        .filter(route -> route.passed() > 0)
        .map(
            route ->
                route.name()
                    + " has passed over "
                    + route.passed()
                    + " records that cannot be read; the log says where they are\n")
        .collect(Collectors.joining());
  }

  private static void answer(HttpExchange exchange, int status, String text) throws IOException {
    byte[] body = text.getBytes(UTF_8);
    try (exchange) {
      exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
      exchange.sendResponseHeaders(status, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  void close();
}
