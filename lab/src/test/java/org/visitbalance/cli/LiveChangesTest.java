package org.visitbalance.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.visitbalance.cli.serve.QueryService;
import org.visitbalance.query.access.Authenticator;
import org.visitbalance.query.access.Caller;
import org.visitbalance.query.access.Role;
import org.visitbalance.query.model.Database;
import org.visitbalance.query.model.Kind;

/** Who listens hears what has changed, of their own tenant only. */
@Timeout(180)
@Tag("slow")
class LiveChangesTest {
  private static final Company OWN = Company.own();
  private static final Duration SOON = Duration.ofSeconds(20);

  /** What one hears first: what was asked for before may have changed since. */
  private static final String EVERYTHING =
      Arrays.stream(Kind.values())
          .map(kind -> '"' + kind.word() + '"')
          .sorted()
          .collect(Collectors.joining(","));

  private static Installation here;

  @BeforeAll
  static void start() {
    here = Installation.shared();
  }

  private record Ear(HttpResponse<Stream<String>> response, Queue<String> heard)
      implements AutoCloseable {
    static Ear of(String token) throws Exception {
      HttpResponse<Stream<String>> response =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(here.uri("/api/v1/changes"))
                      .header("Authorization", "Bearer " + token)
                      .header("Accept", "text/event-stream")
                      .build(),
                  HttpResponse.BodyHandlers.ofLines());
      Queue<String> heard = new ConcurrentLinkedQueue<>();
      CompletableFuture<Void> unused =
          CompletableFuture.runAsync(() -> response.body().forEach(heard::add));
      return new Ear(response, heard);
    }

    boolean hears(String text) {
      return heard.stream().anyMatch(line -> line.contains(text));
    }

    @Override
    public void close() {
      response.body().close();
    }
  }

  @Test
  void aFactIsHeardOfByItsOwnTenantOnly() throws Exception {
    here.settle();
    Ear rival = Ear.of(OWN.admin());
    Ear company = Ear.of(Installation.VIEWER);
    Awaitility.await()
        .atMost(SOON)
        .until(() -> rival.hears(EVERYTHING) && company.hears(EVERYTHING));
    assertThat(company.heard).anyMatch(line -> line.contains("hello"));
    rival.heard.clear();
    company.heard.clear();

    here.post("facts", OWN.visit("RV7", "2026-11-09"), OWN.admin());
    here.settle();

    Awaitility.await()
        .atMost(SOON)
        .untilAsserted(
            () -> assertThat(rival.heard).anyMatch(line -> line.contains("\"balances\"")));
    assertThat(company.heard).noneMatch(line -> line.contains("kinds"));
    assertThat(company.response.headers().firstValue("Content-Type").orElse(""))
        .startsWith("text/event-stream");
  }

  @Test
  void aTokenThatIsNoGoodAnyMoreHearsNothingMore() throws Exception {
    AtomicBoolean isGood = new AtomicBoolean(true);
    Authenticator authenticator =
        token -> {
          if (!isGood.get()) {
            throw new Authenticator.Denied("The token has expired.");
          }
          return new Caller(
              "vera", Role.VIEWER, Set.of(Installation.TENANT), null, Caller.Way.TOKEN);
        };
    try (QueryService other = here.open(Database.temporary(), authenticator);
        Socket socket = listen(other.port(), Installation.VIEWER)) {
      assertThat(firstEvent(socket)).isEqualTo("hello");
      isGood.set(false);

      // The stream ends
      socket.setSoTimeout(40_000);
      assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8))
          .doesNotContain("Unauthorized");
    }
  }

  @Test
  void oneUserDoesNotTakeAllPlaces() throws Exception {
    List<Socket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < 50; i++) {
        sockets.add(listen(here.web.port(), Installation.LISTENER));
        assertThat(firstEvent(sockets.get(i))).isEqualTo("hello");
      }
      sockets.add(listen(here.web.port(), Installation.LISTENER));
      assertThat(firstEvent(sockets.get(50))).isEqualTo("busy");
      sockets.add(listen(here.web.port(), Installation.WORKER));
      assertThat(firstEvent(sockets.get(51))).isEqualTo("hello");
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }

  private static Socket listen(int port, String token) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(20_000);
    socket
        .getOutputStream()
        .write(
            ("GET /api/v1/changes?tenant="
                    + Installation.TENANT
                    + " HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n"
                    + "Authorization: Bearer "
                    + token
                    + "\r\n\r\n")
                .getBytes(UTF_8));
    return socket;
  }

  /** Reads until the name of an event has come. */
  private static String firstEvent(Socket socket) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int one = socket.getInputStream().read(); one >= 0; one = socket.getInputStream().read()) {
      if (one != '\n') {
        line.append((char) one);
      } else if (line.toString().startsWith("event: ")) {
        return line.substring("event: ".length()).strip();
      } else {
        line.setLength(0);
      }
    }
    return "";
  }

  @Test
  void nobodyListensWithoutAToken() {
    assertThat(here.send("GET", "changes", null, null, "Accept", "text/event-stream").statusCode())
        .isEqualTo(401);
    assertThat(
            here.send(
                    "GET",
                    "changes?tenant=HARBOR",
                    null,
                    OWN.admin(),
                    "Accept",
                    "text/event-stream")
                .statusCode())
        .isEqualTo(403);
  }
}
