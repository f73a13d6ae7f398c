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
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.visitbalance.alerts.Alerts;
import org.visitbalance.ingest.InputException;

/**
 * Serves the health and the metrics of the routes over HTTP. Shows no webhook address and no
 * message content.
 */
interface AlertsHealth extends AutoCloseable {
  /** Starts to answer for these alerts. */
  void begin(Alerts alerts);

  /**
   * Opens the port. Nothing is answered yet.
   *
   * @param host the address to listen on
   * @param port the port to listen on; null for no server
   * @throws InputException if the address or the port cannot be used
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
          "--health-port " + port + " cannot be used on " + host + ": " + e.getMessage(), e);
    }
    ExecutorService threads =
        Executors.newCachedThreadPool(
            work -> {
              Thread thread = new Thread(work, "alerts-health");
              thread.setDaemon(true);
              return thread;
            });
    return new AlertsHealth() {
      @Override
      public void begin(Alerts alerts) {
        PrometheusMeterRegistry meters = meters(alerts);
        server.createContext("/health", exchange -> health(exchange, alerts));
        server.createContext("/metrics", exchange -> answer(exchange, 200, meters.scrape()));
        server.setExecutor(threads);
        server.start();
      }

      @Override
      public void close() {
        server.stop(0);
        threads.shutdownNow();
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
          .description("1 while the route works, otherwise 0.")
          .tag("route", name)
          .register(meters);
      FunctionCounter.builder("visit_balance_alerts_told", alerts, of(name, Alerts.Standing::told))
          .description("Messages that the receiver accepted.")
          .tag("route", name)
          .register(meters);
      FunctionCounter.builder(
              "visit_balance_alerts_given_up", alerts, of(name, Alerts.Standing::givenUp))
          .description(
              "Messages given up after the last attempt; they are on the alert dead-letter topic.")
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
      answer(exchange, 200, "ok\n");
    } else {
      answer(
          exchange,
          503,
          ill.stream()
              .map(route -> route.name() + " " + route.trouble() + "\n")
              .collect(Collectors.joining()));
    }
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
