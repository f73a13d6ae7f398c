package org.visitbalance.service;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A registry node that is behind, down, or has schemas that the real one would not take. */
final class RegistryProxy implements AutoCloseable {
  private static final String UNKNOWN = "{\"error_code\":40403,\"message\":\"Schema not found\"}";

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpClient client = HttpClient.newHttpClient();
  private final String target;
  private final Set<Integer> hidden = ConcurrentHashMap.newKeySet();
  private final Map<String, String> made = new ConcurrentHashMap<>();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private volatile boolean isDown;

  RegistryProxy(String target) {
    this.target = target;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** From now on it does not know a schema that the registry has. */
  void hide(int id) {
    hidden.add(id);
  }

  /** It has caught up. */
  void showAll() {
    hidden.clear();
  }

  /** What it says to a question for a path. */
  void says(String path, String answer) {
    made.put(path, answer);
  }

  void isDown(boolean down) {
    isDown = down;
  }

  /** How often it was asked for something that begins so. */
  long asked(String path) {
    return asked.stream().filter(one -> one.startsWith(path)).count();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      String path = exchange.getRequestURI().toString();
      asked.add(path);
      if (isDown) {
        send(exchange, 503, "");
        return;
      }
      String own = made.get(path);
      if (own != null) {
        send(exchange, 200, own);
        return;
      }
      if (hidden.stream().anyMatch(id -> path.equals("/schemas/ids/" + id))) {
        send(exchange, 404, UNKNOWN);
        return;
      }
      HttpResponse<String> real =
          client.send(
              HttpRequest.newBuilder(URI.create(target + path))
                  .method(
                      exchange.getRequestMethod(),
                      body.length == 0
                          ? HttpRequest.BodyPublishers.noBody()
                          : HttpRequest.BodyPublishers.ofByteArray(body))
                  .header("Content-Type", "application/vnd.schemaregistry.v1+json")
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      send(exchange, real.statusCode(), real.body());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void send(HttpExchange exchange, int status, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    if (bytes.length > 0) {
      exchange.getResponseBody().write(bytes);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
