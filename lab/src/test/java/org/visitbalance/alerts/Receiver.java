package org.visitbalance.alerts;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** Somebody's server, which keeps what it gets and answers as it is told. */
final class Receiver implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Answered late, after any test's time-out. */
  static final int HANG = -1;

  /** A request, and what it was answered. */
  record Got(Map<String, List<String>> headers, String body, int status) {
    String header(String name) {
      return headers.entrySet().stream()
          .filter(header -> header.getKey().equalsIgnoreCase(name))
          .map(header -> header.getValue().get(0))
          .findFirst()
          .orElseThrow();
    }

    JsonNode json() {
      try {
        return JSON.readTree(body);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    String type() {
      return json().get("type").asText();
    }

    String about() {
      return json().get("data").get("id").asText();
    }

    /** Such as "opened D1". */
    String told() {
      return type().substring(type().indexOf('.') + 1) + " " + about();
    }
  }

  final List<Got> got = new CopyOnWriteArrayList<>();
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private volatile Function<Got, Integer> answers = any -> 204;
  private volatile Map<String, String> headers = Map.of();

  Receiver() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::take);
    server.start();
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/hook");
  }

  void answer(int status) {
    headers = Map.of();
    answers = any -> status;
  }

  void answer(int status, String header, String value) {
    headers = Map.of(header, value);
    answers = any -> status;
  }

  void answer(Function<Got, Integer> how) {
    headers = Map.of();
    answers = how;
  }

  private void take(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
      Map<String, List<String>> sent = Map.copyOf(exchange.getRequestHeaders());
      int status = answers.apply(new Got(sent, body, 0));
      headers.forEach(exchange.getResponseHeaders()::set);
      got.add(new Got(sent, body, status));
      if (status == HANG) {
        Thread.sleep(5_000);
      } else {
        exchange.sendResponseHeaders(status, -1);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What it took: such as "opened D1", in order. */
  List<String> told() {
    List<String> told = new ArrayList<>();
    got.stream().filter(one -> one.status / 100 == 2).forEach(one -> told.add(one.told()));
    return told;
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
