package org.visitbalance.cli.intake;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.visitbalance.ingest.InputException;

/** Serves the health and the metrics of intake over HTTP. Shows no content of a file. */
final class IntakeHealth implements AutoCloseable {
  private final @Nullable HttpServer server;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          work -> {
            Thread thread = new Thread(work, "intake-health");
            thread.setDaemon(true);
            return thread;
          });

  private IntakeHealth(@Nullable HttpServer server) {
    this.server = server;
  }

  /**
   * Opens the port. Nothing is answered yet.
   *
   * @param port the port to listen on; null for no server
   * @throws InputException if the address or the port cannot be used
   */
  static IntakeHealth at(String host, @Nullable Integer port) {
    if (port == null) {
      return new IntakeHealth(null);
    }
    try {
      return new IntakeHealth(
          HttpServer.create(new InetSocketAddress(InetAddress.getByName(host), port), 0));
    } catch (IOException | IllegalArgumentException e) {
      throw new InputException(
          "--health-port " + port + " cannot be used on " + host + ": " + e.getMessage(), e);
    }
  }

  /** Starts to answer. */
  void begin(RunningIntake running) {
    if (server == null) {
      return;
    }
    PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    IntakeMeters.bind(running, meters);
    server.createContext("/health", exchange -> health(exchange, running.problem()));
    server.createContext("/metrics", exchange -> answer(exchange, 200, meters.scrape()));
    server.setExecutor(threads);
    server.start();
  }

  /** Returns the port that it listens on. */
  int port() {
    return server == null ? 0 : server.getAddress().getPort();
  }

  private static void health(HttpExchange exchange, @Nullable String problem) throws IOException {
    if (problem == null) {
      answer(exchange, 200, "ok\n");
    } else {
      answer(exchange, 503, "intake " + problem + "\n");
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
  public void close() {
    if (server != null) {
      server.stop(0);
    }
    threads.shutdownNow();
  }
}
