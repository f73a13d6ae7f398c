package org.visitbalance.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.visitbalance.platform.registry.ErrorCodes;
import org.visitbalance.platform.registry.JsonTrees;
import org.visitbalance.platform.registry.LocalRegistry;
import org.visitbalance.platform.registry.RegistryException;
import org.visitbalance.platform.registry.RegistryRefusedException;

/**
 * Serves a local registry by Confluent's REST protocol, on the loopback interface. It has no
 * authentication: it is for programs on this machine.
 */
public final class RegistryServer implements AutoCloseable {
  private static final String CONTENT_TYPE = "application/vnd.schemaregistry.v1+json";
  private static final int INTERNAL_ERROR = 500;
  private static final int LARGEST_BODY = 1 << 20;

  /**
   * How many times the largest body is read on, and thrown away, before a larger one is refused.
   */
  private static final int DRAINED = 16;

  private static final int TOO_LARGE = 413;
  private static final int FORBIDDEN = 403;
  private static final int THREADS = 32;
  private static final String PATIENCE_SECONDS = "10";

  private static final Set<String> OWN_NAMES = Set.of("127.0.0.1", "localhost", "[::1]");

  static {
    // The head and body of an answer are two packets: without this, each answer takes 40 ms.
    if (System.getProperty("sun.net.httpserver.nodelay") == null) {
      System.setProperty("sun.net.httpserver.nodelay", "true");
    }
    // A request that has not come completely by then is given up.
    if (System.getProperty("sun.net.httpserver.maxReqTime") == null) {
      System.setProperty("sun.net.httpserver.maxReqTime", PATIENCE_SECONDS);
    }
  }

  private final RegistryAnswers answers;
  private final HttpServer server;
  private final ExecutorService threads;

  private RegistryServer(LocalRegistry registry, HttpServer server) {
    this.answers = new RegistryAnswers(registry);
    this.server = server;
    this.threads =
        Executors.newFixedThreadPool(
            THREADS,
            task -> {
              Thread thread = new Thread(task, "schema-registry");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Starts serving a registry on a free port; the caller closes the registry's log. */
  public static RegistryServer start(LocalRegistry registry) {
    return start(registry, 0);
  }

  /** Starts serving a registry on a port; the caller closes the registry's log. */
  public static RegistryServer start(LocalRegistry registry, int port) {
    HttpServer http;
    try {
      http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(
          port == 0
              ? "the schema registry found no free port"
              : "the schema registry cannot use port " + port + "; another program uses it",
          e);
    }
    RegistryServer server = new RegistryServer(registry, http);
    http.createContext("/", server::handle);
    http.setExecutor(server.threads);
    http.start();
    return server;
  }

  /** Returns {@code schema.registry.url} for its clients. */
  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Stops immediately and frees the port. Closing twice does nothing. */
  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      int status = 200;
      JsonNode answer;
      try {
        answer = answer(exchange);
      } catch (RegistryRefusedException e) {
        status = e.status();
        answer = error(e.code(), e.getMessage());
      } catch (RegistryException e) {
        status = INTERNAL_ERROR;
        answer = error(ErrorCodes.STORE_FAILED, e.getMessage());
      } catch (RuntimeException | StackOverflowError e) {
        status = INTERNAL_ERROR;
        answer = error(INTERNAL_ERROR, "Internal error: " + e.getClass().getSimpleName());
      }
      byte[] text = JsonTrees.bytes(answer);
      exchange.getResponseHeaders().set("Content-Type", CONTENT_TYPE);
      exchange.sendResponseHeaders(status, text.length);
      exchange.getResponseBody().write(text);
    }
  }

  private static ObjectNode error(int code, @Nullable String message) {
    return JsonTrees.object().put("error_code", code).put("message", message);
  }

  private JsonNode answer(HttpExchange exchange) throws IOException {
    requireThisMachine(exchange);
    return answers.of(
        RegistryRequest.of(exchange.getRequestMethod(), exchange.getRequestURI(), body(exchange)));
  }

  /** A page in a browser on this machine, from wherever it comes, is none of its programs. */
  private static void requireThisMachine(HttpExchange exchange) {
    String host = exchange.getRequestHeaders().getFirst("Host");
    String name = host == null ? "" : host.replaceFirst(":\\d+$", "");
    if (!OWN_NAMES.contains(name) || exchange.getRequestHeaders().containsKey("Origin")) {
      throw new RegistryRefusedException(FORBIDDEN, "Only programs on this machine are served");
    }
  }

  private static JsonNode body(HttpExchange exchange) throws IOException {
    byte[] text = exchange.getRequestBody().readNBytes(LARGEST_BODY + 1);
    if (text.length > LARGEST_BODY) {
      // A client that is still sending when the connection is closed never sees the answer.
      int parts = 0;
      while (parts < DRAINED && exchange.getRequestBody().readNBytes(LARGEST_BODY).length > 0) {
        parts++;
      }
      throw new RegistryRefusedException(TOO_LARGE, "The request is larger than 1 MiB");
    }
    try {
      return JsonTrees.parse(text);
    } catch (IOException e) {
      throw new RegistryRefusedException(400, "The request is not JSON");
    }
  }
}
