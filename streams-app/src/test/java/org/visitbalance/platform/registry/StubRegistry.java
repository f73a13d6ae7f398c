package org.visitbalance.platform.registry;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A registry that answers what a test says, and remembers what it was asked. */
public final class StubRegistry implements AutoCloseable {
  /** What to say to a question. */
  @FunctionalInterface
  public interface Answer {
    void to(HttpExchange question) throws IOException;
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final List<String> authorizations = new CopyOnWriteArrayList<>();
  private volatile Answer answer;

  public StubRegistry(Answer answer) {
    this.answer = answer;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            exchange.getRequestBody().readAllBytes();
            asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
            authorizations.add(
                String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
            this.answer.to(exchange);
          }
        });
    server.start();
  }

  /** An answer of a status and a text. */
  public static Answer says(int status, String text) {
    return exchange -> {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(status, bytes.length);
      exchange.getResponseBody().write(bytes);
    };
  }

  /** Gives other answers from now on. */
  public void turnsTo(Answer other) {
    answer = other;
  }

  public String url() {
    return "http://" + address();
  }

  public String address() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  /** The questions so far, as {@code GET /path}. */
  public List<String> asked() {
    return asked;
  }

  /** The Authorization headers so far, or "null". */
  public List<String> authorizations() {
    return authorizations;
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
