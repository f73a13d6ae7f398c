package org.visitbalance.query.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.visitbalance.platform.Patience.await;

import io.javalin.Javalin;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.visitbalance.query.model.Database;
import org.visitbalance.query.model.Freshness;

/** What those who listen are told although no row has changed. */
class ChangeFeedTest {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final Instant NOW = Instant.parse("2026-11-14T12:00:00Z");

  /** Until then, answers are about the days of the service's own clock. */
  @Test
  void thatTheDayIsKnownIsToldAtOnce() throws Exception {
    AtomicReference<Freshness> freshness = new AtomicReference<>(asOf(null));
    try (Database database = Database.temporary()) {
      ChangeFeed feed = new ChangeFeed(database.jdbi(), freshness::get);
      Javalin server =
          Javalin.create(
                  config ->
                      config.routes.sse(
                          "/changes",
                          client ->
                              feed.listen(
                                  new ChangeFeed.Guest("vera", "HARBOR", () -> true), client)))
              .start(0);
      try (Stream<String> lines = lines(server.port())) {
        Queue<String> heard = new ConcurrentLinkedQueue<>();
        CompletableFuture<Void> unused =
            CompletableFuture.runAsync(() -> lines.forEach(heard::add));
        await("everything", SOON, () -> heard.stream().anyMatch(line -> line.contains("balances")));
        assertThat(heard).noneMatch(line -> line.contains(NOW.toString()));

        freshness.set(asOf(NOW));

        await(
            "the moment",
            SOON,
            () -> heard.stream().anyMatch(line -> line.contains(NOW.toString())));
      } finally {
        // In this order: a server that is stopped while somebody listens does not end.
        feed.close();
        server.stop();
      }
    }
  }

  private static Freshness asOf(Instant asOf) {
    return new Freshness(asOf, 0, 0, NOW, null);
  }

  private static Stream<String> lines(int port) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/changes"))
                .header("Accept", "text/event-stream")
                .build(),
            BodyHandlers.ofLines())
        .body();
  }
}
