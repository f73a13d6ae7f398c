package org.visitbalance.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.visitbalance.cli.serve.StallCheck;
import org.visitbalance.query.model.Freshness;

/** Health and metrics tell the truth, and nothing of any patient. */
@Timeout(180)
class HealthTest {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static Installation here;

  @BeforeAll
  static void start() {
    here = Installation.shared();
    here.settle();
  }

  private static HttpResponse<String> get(String path) {
    return here.send(HttpRequest.newBuilder(here.uri(path)).build());
  }

  @Test
  void aServiceThatIsWellSaysSo() {
    assertThat(get("/health/live").statusCode()).isEqualTo(200);
    HttpResponse<String> ready = get("/health/ready");
    JsonNode body = Installation.json(ready.body());

    assertThat(ready.statusCode()).as(ready.body()).isEqualTo(200);
    assertThat(body.path("status").asText()).isEqualTo("UP");
    assertThat(body.path("checks")).hasSize(5);
  }

  @Test
  void aStoppedClockAndAStalledTopologyAreSeen() {
    Instant now = Instant.parse("2026-11-04T12:00:00Z");
    Instant just = now.minusSeconds(1);
    Instant before = now.minus(Duration.ofMinutes(6));

    assertThat(StallCheck.trouble(new Freshness(now, 0, 0, just, just), now, PATIENCE)).isNull();
    assertThat(StallCheck.trouble(new Freshness(now, 0, 0, just, before), now, PATIENCE))
        .contains("clock has stopped");
    assertThat(StallCheck.trouble(new Freshness(now, 0, 7, before, just), now, PATIENCE))
        .contains("stalled", "7 facts");
    assertThat(StallCheck.trouble(new Freshness(null, 0, 0, just, null), now, PATIENCE))
        .contains("no tick");
    assertThat(StallCheck.trouble(new Freshness(null, 0, 0, just, just), now, PATIENCE))
        .contains("caught up");
  }

  @Test
  void metricsAreOfTheDomainAndOfFewSeries() {
    org.awaitility.Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> get("/metrics").body().contains("visit_balance_open_discrepancies{"));
    String metrics = get("/metrics").body();

    assertThat(metrics)
        .contains(
            "visit_balance_running 1",
            "visit_balance_facts_standing{source=\"emr.visits\"}",
            "visit_balance_late_arrivals{status=",
            "visit_balance_seconds_since_last_fact{kind=\"VISIT\"}",
            "visit_balance_streams_alive_stream_threads 2",
            "visit_balance_oldest_unmatched_seconds")
        .doesNotContain("HARBOR", "DTN", "TH101", "P-RV");
    assertThat(metrics.lines().filter(line -> !line.startsWith("#")).count()).isLessThan(400);
  }

  @Test
  void thePageAndTheAnswersAreGuarded() {
    HttpResponse<String> response = here.send("GET", "me", null, Installation.VIEWER);

    assertThat(response.headers().firstValue("Content-Security-Policy").orElse(""))
        .contains("script-src 'self'", "style-src 'self'", "frame-ancestors 'none'")
        .doesNotContain("unsafe");
    assertThat(response.headers().firstValue("Cache-Control")).contains("no-store");
    assertThat(response.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
    assertThat(response.headers().firstValue("Server")).isEmpty();
  }
}
