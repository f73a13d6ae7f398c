package org.visitbalance.lab.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Somebody's server, to which alerts sends webhooks; it keeps what it was told. */
final class AlertReceiver implements AutoCloseable {
  /** The bytes "fault suite: nothing to hide", as every webhook secret is written. */
  static final String SECRET = "whsec_ZmF1bHQgc3VpdGU6IG5vdGhpbmcgdG8gaGlkZQ==";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int NO_CONTENT = 204;

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();

  /** The message id of each opening and each end, by what it tells. */
  private final Map<String, String> told = new HashMap<>();

  private final Set<String> open = new TreeSet<>();
  private final List<String> wrong = new ArrayList<>();
  private int repeats;

  AlertReceiver() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::take);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/hook";
  }

  private void take(HttpExchange exchange) throws IOException {
    try (exchange) {
      JsonNode message = JSON.readTree(exchange.getRequestBody().readAllBytes());
      take(message, String.valueOf(exchange.getRequestHeaders().getFirst("webhook-id")));
      exchange.sendResponseHeaders(NO_CONTENT, -1);
    }
  }

  private synchronized void take(JsonNode message, String messageId) {
    String type = message.path("type").asText();
    JsonNode about = message.path("data");
    String id = about.path("id").asText();
    if (!type.equals("discrepancy.opened") && !type.equals("discrepancy.resolved")) {
      return;
    }
    String what = type + " " + id + " " + about.path("openedAt").asText();
    String before = told.put(what, messageId);
    if (before != null) {
      repeats++;
      if (!before.equals(messageId)) {
        wrong.add("told under two message ids: " + what);
      }
      return;
    }
    if (type.endsWith("opened")) {
      open.add(id);
    } else {
      open.remove(id);
    }
  }

  /** The ids of what it was told has opened and has not ended. */
  synchronized Set<String> open() {
    return new TreeSet<>(open);
  }

  /** How many openings it was told. */
  synchronized long openings() {
    return told.keySet().stream().filter(one -> one.startsWith("discrepancy.opened")).count();
  }

  /** How many messages came again, under the same id. */
  synchronized int repeats() {
    return repeats;
  }

  synchronized List<String> wrong() {
    return List.copyOf(wrong);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
