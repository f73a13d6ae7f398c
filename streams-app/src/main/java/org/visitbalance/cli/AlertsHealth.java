package org.visitbalance.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.visitbalance.alerts.Alerts;
import org.visitbalance.ingest.InputException;

/** Says over HTTP how the routes are; no receiver's address, and nothing that was told. */
interface AlertsHealth extends AutoCloseable {
  /**
   * Starts to answer.
   *
   * @param port null: nowhere
   */
  static AlertsHealth start(@Nullable Integer port, Alerts alerts) {
    if (port == null) {
      return () -> {};
    }
    try {
      HttpServer server = HttpServer.create(new InetSocketAddress(port), 0);
      server.createContext("/health", exchange -> answer(exchange, alerts.troubles()));
      server.start();
      return () -> server.stop(0);
    } catch (IOException | IllegalArgumentException e) {
      throw new InputException("--health-port " + port + " cannot be used: " + e.getMessage(), e);
    }
  }

  private static void answer(HttpExchange exchange, Map<String, String> troubles)
      throws IOException {
    byte[] body =
        troubles.isEmpty()
            ? "ok\n".getBytes(UTF_8)
            : troubles.entrySet().stream()
                .map(trouble -> trouble.getKey() + " " + trouble.getValue() + "\n")
                .collect(Collectors.joining())
                .getBytes(UTF_8);
    try (exchange) {
      exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
      exchange.sendResponseHeaders(troubles.isEmpty() ? 200 : 503, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  void close();
}
