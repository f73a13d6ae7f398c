package org.visitbalance.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whatever comes in by any door, nothing breaks, and nothing is lost without a word. */
@Timeout(300)
@Tag("slow")
class HostileRequestsTest {
  private static final Company OWN = Company.own();
  private static final int REQUESTS = 1_000;

  private static final List<String> PATHS =
      List.of(
          "overview",
          "matrix",
          "trends",
          "locations",
          "balances",
          "period",
          "period/items",
          "period/providers",
          "visits",
          "visits/AAAAAAAAAAAAAAAAAAAAAAAAAA",
          "visits/x",
          "discrepancies",
          "late-arrivals",
          "late-arrivals/ageing",
          "unit-variances",
          "unit-variances/summary",
          "cap-proposals",
          "insights",
          "settings",
          "settings/history",
          "settings/difference",
          "feeds",
          "dead-letters",
          "dead-letters/records",
          "me",
          "nothing",
          "changes");

  private static final List<String> NAMES =
      List.of(
          "tenant",
          "from",
          "to",
          "location",
          "granularity",
          "verdict",
          "limit",
          "cursor",
          "sort",
          "format",
          "status",
          "minAge",
          "month",
          "list",
          "reason",
          "source",
          "since",
          "until",
          "explained",
          "otherMonth",
          "x");

  private static final List<String> VALUES =
      List.of(
          "",
          " ",
          "DAY",
          "HARBOR",
          "2026-11-04",
          "2026-02-30",
          "-999999999-01-01",
          "+999999999-12-31",
          "99999999999999999999",
          "-1",
          "0",
          "1",
          "1000",
          "1001",
          "true",
          "NaN",
          "null",
          "csv",
          "work",
          "' or 1=1 --",
          "\"; drop table balance; --",
          "%",
          "\u0000",
          "a\u0000b",
          "\ud83d\ude00",
          "%27",
          "{}",
          "[]",
          "W10",
          "WyJ3b3JrIl0",
          "WyItZnJvbSIsIngiLCJ5Il0",
          "WyItZnJvbSIsIjIwMjYtMTEtMDQiLCJcdTAwMDAiXQ",
          "x".repeat(1_999),
          "x".repeat(3_000),
          "../../etc/passwd",
          "=1+1",
          "<script>",
          "\r\nSet-Cookie: a=b",
          "OPEN",
          "BRIDGE");

  private static Installation here;

  @BeforeAll
  static void start() {
    here = Installation.shared();
  }

  @AfterEach
  void nothingFailedInside() {
    assertThat(here.faults).isEmpty();
  }

  @Test
  void aThousandMalformedQuestionsGetAnAnswerOrAProblem() {
    Random random = new Random(5);
    TreeMap<Integer, Integer> statuses = new TreeMap<>();
    for (int i = 0; i < REQUESTS; i++) {
      StringBuilder asked = new StringBuilder(one(PATHS, random));
      for (int p = random.nextInt(4); p >= 0; p--) {
        asked.append(asked.indexOf("?") < 0 ? '?' : '&').append(one(NAMES, random)).append('=');
        asked.append(URLEncoder.encode(one(VALUES, random), StandardCharsets.UTF_8));
      }
      if (asked.toString().startsWith("changes") && !asked.toString().contains("x=")) {
        continue;
      }

      HttpResponse<String> response = here.send("GET", asked.toString(), null, token(random));

      assertThat(response.statusCode()).as(asked + " " + response.body()).isLessThan(500);
      if (response.statusCode() >= 400) {
        assertThat(Installation.json(response.body()).path("detail").asText())
            .as("%s", asked)
            .isNotEmpty();
      }
      assertThat(response.headers().map()).doesNotContainKey("Set-Cookie");
      statuses.merge(response.statusCode(), 1, Integer::sum);
    }
    assertThat(statuses).containsKeys(200, 400, 401, 403, 404);
  }

  private static String token(Random random) {
    List<String> tokens =
        List.of(
            Installation.VIEWER,
            Installation.VIEWER,
            Installation.VIEWER,
            Installation.OPERATOR,
            "nobody");
    return one(tokens, random);
  }

  private static <T> T one(List<T> all, Random random) {
    return all.get(random.nextInt(all.size()));
  }

  @Test
  void ofAThousandMalformedFactsEachIsAcceptedOrRejectedWithItsReason() {
    Random random = new Random(7);
    String good = OWN.visit("RV4", "2026-11-10").strip();
    long accepted = 0;
    long rejected = 0;
    long sent = 0;
    for (int request = 0; request < 20; request++) {
      List<String> lines = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        lines.add(spoilt(good, random));
      }
      lines.removeIf(String::isBlank);

      JsonNode answer = here.post("facts", String.join("\n", lines), OWN.admin());

      sent += lines.size();
      accepted += answer.path("accepted").asLong();
      rejected += answer.path("rejected").size();
      assertThat(answer.path("rejected")).allMatch(one -> !one.path("reason").asText().isBlank());
      assertThat(answer.toString()).doesNotContain("P-RV4");
    }
    assertThat(accepted + rejected).isEqualTo(sent);
    assertThat(rejected).isGreaterThan(500);
    here.settle();
    assertThat(here.get("dead-letters", OWN.admin()).path("rows")).isEmpty();
  }

  @Test
  void ofMalformedDecisionsNoneIsTakenAndEachGetsAnAnswerOrAProblem() {
    Random random = new Random(8);
    String good =
        "{\"decisions\":[{\"discrepancy\":\"%s\",\"action\":\"ACCEPTED\",\"reason\":\"OTHER\"}]}"
            .formatted("A".repeat(26));
    String csv = "id,decision,reason,assignee,note\n%s,ACCEPTED,OTHER,,\n";
    for (int i = 0; i < 300; i++) {
      boolean isFile = random.nextBoolean();
      String body = spoilt(isFile ? csv.formatted("A".repeat(26)) : good, random);
      HttpResponse<String> answer =
          here.send(
              "POST",
              "decisions",
              body,
              OWN.admin(),
              "Content-Type",
              isFile ? "text/csv" : "application/json");

      assertThat(answer.statusCode()).as(body).isIn(202, 400);
      if (answer.statusCode() == 400) {
        assertThat(answer.headers().firstValue("Content-Type").orElse(""))
            .startsWith("application/problem+json");
      } else {
        assertThat(answer.body()).contains("\"taken\":0");
      }
    }
  }

  private static String spoilt(String fact, Random random) {
    int at = random.nextInt(fact.length());
    return switch (random.nextInt(10)) {
      case 0 -> fact.substring(0, at);
      case 1 -> fact.substring(at);
      case 2 -> fact.substring(0, at) + "\u0000" + fact.substring(at);
      case 3 ->
          fact.replace(
              "\"units\":2",
              "\"units\":"
                  + one(List.of("-1", "3.5", "1e99", "\"x\"", "null", "99999999999"), random));
      case 4 ->
          fact.replace(
              "2026-11-10", one(List.of("2026-02-30", "9999-12-31", "0000-01-01", "x"), random));
      case 5 -> fact.replace("FINALIZED", one(List.of("UNKNOWN", "finalized", ""), random));
      case 6 -> "[".repeat(1 + random.nextInt(5_000));
      case 7 -> fact + fact;
      case 8 ->
          fact.replace(
              "P-RV4",
              one(List.of("", " ", "\\u0000", "\\ud800", "x|y%z", "p".repeat(9_000)), random));
      default ->
          fact.replace(
              "\"fact\":\"visit\"",
              "\"fact\":\"" + one(List.of("charge", "feed", "x", ""), random) + "\"");
    };
  }

  @Test
  void whatIsTooLargeIsRefusedWithWhatToDo() {
    String line = OWN.visit("RV5", "2026-11-10");
    assertThat(here.send("POST", "facts", line.repeat(20_002), OWN.admin()).statusCode())
        .isEqualTo(413);
    assertThat(here.send("POST", "facts", "x".repeat(9 << 20), OWN.admin()).statusCode())
        .isEqualTo(413);
    assertThat(here.send("PUT", "settings", "a: " + "x".repeat(2 << 20), OWN.admin()).statusCode())
        .isEqualTo(413);
    JsonNode answer = here.post("facts", line.replace("TH1", "T".repeat(300_000)), OWN.admin());
    assertThat(answer.path("rejected").get(0).path("reason").asText()).contains("longer than");
    assertThat(here.send("POST", "facts", "", OWN.admin()).statusCode()).isEqualTo(400);
  }

  @Test
  void otherMethodsAndBrokenRequestsAreRefused() throws IOException {
    for (String method : List.of("PUT", "DELETE", "PATCH", "POST", "TRACE", "OPTIONS")) {
      assertThat(here.send(method, "balances", "", Installation.ADMIN).statusCode())
          .as(method)
          .isBetween(400, 499);
    }
    for (String raw :
        List.of(
            "GET /api/v1/%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n",
            "GET /api/v1/visits/%00 HTTP/1.1\r\nHost: localhost\r\n\r\n",
            "GET /api/v1/visits?%zz=1 HTTP/1.1\r\nHost: localhost\r\n\r\n",
            "GET /api/v1/visits?location=%ff%fe HTTP/1.1\r\nHost: localhost\r\n\r\n",
            "GET /" + "a".repeat(20_000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n",
            "NONSENSE\r\n\r\n",
            "GET / HTTP/9.9\r\n\r\n",
            "GET /api/v1/me HTTP/1.1\r\nHost: localhost\r\nHost: other\r\n\r\n",
            "POST /api/v1/facts HTTP/1.1\r\nHost: localhost\r\nContent-Length: -5\r\n\r\n",
            "POST /api/v1/facts HTTP/1.1|Host: localhost|Transfer-Encoding: chunked||zz|"
                .replace("|", "\r\n"))) {
      String answer = raw(raw);
      assertThat(answer)
          .as(raw.lines().findFirst().orElse(""))
          .matches("(?s)HTTP/1.1 (4\\d\\d|505).*");
      assertThat(answer).doesNotContain("jetty", "Jetty", "javalin", "at org.");
    }
  }

  private static String raw(String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), here.web.port())) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(request.getBytes(ISO_8859_1));
      socket.getOutputStream().flush();
      byte[] answer = new byte[4_096];
      int read = socket.getInputStream().read(answer);
      return new String(answer, 0, Math.max(0, read), ISO_8859_1);
    }
  }

  @Test
  void sixtySlowBodiesKeepNobodyWaiting() throws Exception {
    List<Socket> slow = new ArrayList<>();
    try {
      for (int i = 0; i < 60; i++) {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), here.web.port());
        socket.setSoTimeout(30_000);
        socket
            .getOutputStream()
            .write(
                ("PUT /api/v1/settings HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                        + OWN.admin()
                        + "\r\nContent-Length: 1000\r\n\r\n{")
                    .getBytes(ISO_8859_1));
        slow.add(socket);
      }
      for (int i = 0; i < 20; i++) {
        long begin = System.nanoTime();
        assertThat(here.send("GET", "locations", null, Installation.VIEWER).statusCode())
            .isEqualTo(200);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(2));
      }
      for (Socket socket : slow) {
        byte[] answer = new byte[12];
        assertThat(socket.getInputStream().readNBytes(answer, 0, 12)).isEqualTo(12);
        assertThat(new String(answer, ISO_8859_1)).isIn("HTTP/1.1 408", "HTTP/1.1 503");
      }
    } finally {
      for (Socket socket : slow) {
        socket.close();
      }
    }
    here.post("facts", OWN.visit("RV1", "2026-11-04"), OWN.admin());
  }

  @Test
  void factsInUtf16AreRefusedWithWhatToDo() {
    String line = OWN.visit("RV6", "2026-11-10");
    for (Charset charset : List.of(UTF_16, UTF_16LE, UTF_16BE)) {
      HttpResponse<String> answer =
          here.send(
              HttpRequest.newBuilder(here.uri("/api/v1/facts"))
                  .header("Authorization", "Bearer " + OWN.admin())
                  .POST(HttpRequest.BodyPublishers.ofByteArray(line.getBytes(charset)))
                  .build());

      assertThat(answer.statusCode()).as("%s", charset).isEqualTo(415);
      assertThat(answer.body()).contains("Save it as UTF-8");
    }
  }

  @Test
  void aBrowserThatComesFromAnotherSiteIsRefused() {
    for (String site : List.of("cross-site", "same-site")) {
      assertThat(
              here.send("GET", "me", null, Installation.VIEWER, "Sec-Fetch-Site", site)
                  .statusCode())
          .as(site)
          .isEqualTo(403);
    }
    for (String site : List.of("same-origin", "none")) {
      assertThat(
              here.send("GET", "me", null, Installation.VIEWER, "Sec-Fetch-Site", site)
                  .statusCode())
          .as(site)
          .isEqualTo(200);
    }
  }

  @Test
  void pagesOfOtherSitesMaySendNothing() {
    System.setProperty("jdk.httpclient.allowRestrictedHeaders", "host");
    for (String origin : List.of("https://evil.test", "null", "http://127.0.0.1:1")) {
      assertThat(here.send("POST", "facts", "{}", OWN.admin(), "Origin", origin).statusCode())
          .as(origin)
          .isEqualTo(403);
    }
    assertThat(
            here.send(
                    "GET", "me", null, OWN.admin(), "Origin", "http://127.0.0.1:" + here.web.port())
                .statusCode())
        .isEqualTo(200);
  }
}
