package org.visitbalance.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.visitbalance.cli.Browser.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.visitbalance.cli.serve.StallCheck;
import org.visitbalance.query.model.Failure;
import org.visitbalance.query.model.Freshness;
import org.visitbalance.query.model.Progress;
import org.visitbalance.query.model.Removed;
import org.visitbalance.query.model.Stopped;
import org.visitbalance.topology.WrongClock;

/** Health and metrics tell the truth, and nothing of any patient. */
@Timeout(180)
@Tag("slow")
class HealthTest {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final Failure REFUSED = new Failure(Failure.Side.DATABASE, "SQL state 90098");
  private static final Failure AWAY =
      new Failure(Failure.Side.KAFKA, "TimeoutException: no answer");
  private static Installation here;

  @BeforeAll
  static void start() {
    here = Installation.shared();
    here.settle();
    // The tables may still get their indexes.
    await("it to be ready", () -> get("/health/ready").statusCode() == 200);
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
    assertThat(body.path("checks").findValuesAsText("name"))
        .containsExactly(
            "topology",
            "topics",
            "progress",
            "database",
            "schema-registry",
            "read-model",
            "settings",
            "read-model-watch",
            "domain-metrics",
            "closing-policy",
            "read-model-removal",
            "intake",
            "changes");
    assertThat(body.path("checks").findValuesAsText("detail"))
        .anyMatch(detail -> detail.startsWith("its last success was at "));
  }

  @Test
  void figuresOfTopicsThatWereMadeAgainAreSaidAtOnce() {
    Instant now = Instant.parse("2026-11-04T12:00:00Z");
    Freshness well = new Freshness(now, 0, 0, now, now);

    assertThat(StallCheck.stopped(well, "figures mix", REFUSED, null, List.of(), now, PATIENCE))
        .extracting(Stopped::reason, Stopped::action)
        .satisfies(
            said ->
                assertThat(said.toString())
                    .contains("figures mix", "docs/operating.md#made-again"));
    assertThat(StallCheck.changedTopics(null)).isNull();
  }

  @Test
  void aStoppedClockAndAStalledTopologyAreSeen() {
    Instant now = Instant.parse("2026-11-04T12:00:00Z");
    Instant just = now.minusSeconds(1);
    Instant before = now.minus(Duration.ofMinutes(6));

    assertThat(trouble(new Freshness(now, 0, 0, just, just), now)).isNull();
    assertThat(trouble(new Freshness(now, 0, 0, just, before), now)).contains("clock has stopped");
    assertThat(trouble(new Freshness(now, 0, 7, before, just), now)).contains("stalled", "7 facts");
    assertThat(trouble(new Freshness(null, 0, 0, just, null), now)).contains("no clock tick");
    assertThat(trouble(new Freshness(null, 0, 0, just, just), now)).contains("caught up");
    // Just started: what it knows is older than what others know
    Freshness old =
        new Freshness(
            null,
            now.minusSeconds(91),
            0,
            0,
            just,
            just,
            just,
            false,
            null,
            null,
            Map.of(),
            Removed.NOTHING);
    assertThat(trouble(old, now)).contains("caught up");
  }

  /** One partition may stand while others are committed and the clock goes on. */
  @Test
  void figuresThatReflectNoNewerTickAreSeenUnlessTheServiceCatchesUp() {
    Instant now = Instant.parse("2026-11-04T12:00:00Z");
    Instant before = now.minus(Duration.ofMinutes(6));

    assertThat(trouble(standing(before, now, null, null), now))
        .contains("no newer tick", "database");
    assertThat(trouble(standing(now.minusSeconds(1), now, null, null), now)).isNull();
    Progress catchingUp = new Progress(Progress.Work.CATCHING_UP, before, 7, null);
    assertThat(trouble(standing(before, now, now, catchingUp), now)).isNull();
    // The more there is that stands, the more it looks like a catch-up
    assertThat(trouble(standing(before, now, before, catchingUp), now)).contains("no newer tick");
  }

  private static Freshness standing(
      Instant reachedAt, Instant now, Instant standsSince, Progress progress) {
    return new Freshness(
        null,
        reachedAt,
        0,
        0,
        now,
        reachedAt,
        now,
        true,
        standsSince,
        progress,
        Map.of(),
        Removed.NOTHING);
  }

  /** What the tables refuse is the reason, whatever else stands still because of it. */
  @Test
  void whyFiguresHaveStoppedIsSaidOnce() {
    Instant now = Instant.parse("2026-11-04T12:00:00Z");
    Instant before = now.minus(Duration.ofMinutes(6));
    Freshness old = new Freshness(before, 0, 7, before, before);

    assertThat(stopped(old, REFUSED, null, now).reason())
        .isEqualTo("the tables take no rows (SQL state 90098)");
    assertThat(stopped(old, null, null, now).reason()).contains("clock has stopped");
  }

  /** The tables keep the figures of the last run. */
  @Test
  void aServiceWithoutAnyClockSaysSoOnceItHasWaited() {
    Instant now = Instant.parse("2026-11-04T12:00:00Z");
    Instant before = now.minus(Duration.ofMinutes(6));

    assertThat(stopped(new Freshness(null, 0, 0, now, null), null, null, now)).isNull();
    // Facts may well be read meanwhile
    Freshness without =
        new Freshness(
            null, null, 0, 0, now, before, null, false, null, null, Map.of(), Removed.NOTHING);
    Stopped said = stopped(without, null, null, now);
    assertThat(said.reason()).isEqualTo("no clock tick has come for 5 minutes or more");
    assertThat(said.action()).contains("without --no-clock");
    assertThat(trouble(without, now)).startsWith("no clock tick has come");
  }

  /**
   * Without Kafka there is neither a tick nor a row, and nothing is wrong with clock or database.
   */
  @Test
  void kafkaIsTheReasonWhereItIs() {
    Instant now = Instant.parse("2026-11-04T12:00:00Z");
    Instant before = now.minus(Duration.ofMinutes(6));
    Freshness old = new Freshness(before, 0, 0, before, before);
    Freshness never = new Freshness(null, 0, 0, before, null);

    for (Stopped said : List.of(stopped(old, AWAY, REFUSED, now), stopped(old, null, AWAY, now))) {
      assertThat(said.reason())
          .contains("TimeoutException")
          .doesNotContain("clock", "take no rows");
      assertThat(said.action()).contains("Kafka").doesNotContain("--no-clock", "database");
    }
    assertThat(stopped(old, null, REFUSED, now).action()).contains("database");
    assertThat(stopped(never, null, AWAY, now).reason()).contains("TimeoutException");
    assertThat(StallCheck.trouble(never, AWAY, List.of(), before, PATIENCE))
        .contains("TimeoutException")
        .doesNotContain("no-clock");
    // One look that failed says nothing yet
    assertThat(stopped(new Freshness(now, 0, 0, now, now), null, AWAY, now)).isNull();
  }

  /** Each look at something that stands would be news, and a page would read it out again. */
  @Test
  void theWordsStayTheSameWhileFactsPileUp() {
    Instant now = Instant.parse("2026-11-04T12:00:00Z");
    Instant before = now.minus(Duration.ofMinutes(6));

    Stopped first = stopped(new Freshness(before, 0, 7, before, now), null, null, now);
    assertThat(first.reason()).contains("processing has stalled");
    assertThat(stopped(new Freshness(before, 0, 8, before, now), null, null, now.plusSeconds(1)))
        .isEqualTo(first);
  }

  private static Stopped stopped(Freshness fresh, Failure refused, Failure unseen, Instant now) {
    return StallCheck.stopped(fresh, null, refused, unseen, List.of(), now, PATIENCE);
  }

  private static String trouble(Freshness fresh, Instant now, WrongClock... wrong) {
    return StallCheck.trouble(fresh, null, List.of(wrong), now, PATIENCE);
  }

  @Test
  void aClockThatHasStoppedBecauseItsTicksAreRefusedNamesTheHost() {
    Instant now = Instant.parse("2026-11-04T12:00:00Z");
    Instant before = now.minus(Duration.ofMinutes(6));
    WrongClock wrong = new WrongClock("host-7", before, now, 360, Duration.ofDays(511));

    assertThat(trouble(new Freshness(now, 0, 0, before, before), now, wrong))
        .contains("clock has stopped", "the clock of host host-7 is 511 days ahead", "360");
    assertThat(trouble(new Freshness(now, 0, 0, now, now), now, wrong)).isNull();
    assertThat(StallCheck.wrongClocks(List.of(wrong))).contains("host-7", "NTP");
    assertThat(StallCheck.wrongClocks(List.of())).isNull();
  }

  /** Everything moves, and nothing is ever missing: that must not look well. */
  @Test
  void aClockThatWasBehindFromTheBeginningIsSaidFirst() {
    Instant now = Instant.parse("2026-11-04T12:00:00Z");
    Instant late = now.minus(Duration.ofDays(17));
    WrongClock behind = new WrongClock("host-7", now, now, 9, Duration.ofDays(-17));
    Freshness moving = new Freshness(late, 0, 0, now, now);

    Stopped said = StallCheck.stopped(moving, null, null, null, List.of(behind), now, PATIENCE);
    assertThat(said.reason()).contains("host-7 is 17 days behind", "no charge becomes missing");
    assertThat(said.action()).contains("NTP");
    assertThat(trouble(moving, now, behind)).startsWith("the clock of host host-7 is 17 days");
    // Its name is said once
    assertThat(trouble(moving, now, behind)).containsOnlyOnce("host-7");

    // Where another host ticks too, figures are of the present: that is worth a warning
    Freshness present = new Freshness(now, 0, 0, now, now);
    assertThat(trouble(present, now, behind)).isNull();
    assertThat(StallCheck.wrongClocks(List.of(behind))).contains("host-7");
    // The clock of a simulation is its own
    assertThat(trouble(moving, now)).isNull();
  }

  @Test
  void metricsAreOfTheDomainAndOfFewSeries() {
    // The tables are looked at now and then: their metrics come one after the other.
    org.awaitility.Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertMetrics(get("/metrics").body()));
  }

  private static void assertMetrics(String metrics) {
    assertThat(metrics)
        .contains(
            "visit_balance_running 1",
            "visit_balance_facts_standing{source=\"emr.visits\"}",
            "visit_balance_late_arrivals{status=",
            "visit_balance_seconds_since_last_fact{kind=\"VISIT\"}",
            "visit_balance_streams_alive_stream_threads 2",
            "visit_balance_oldest_unmatched_seconds",
            "visit_balance_intake_well 1",
            "visit_balance_intake_quarantined",
            "visit_balance_intake_missing ")
        .contains(
            "visit_balance_at_risk_dollars{kind=\"LOST_AFTER_ACCEPTANCE\"",
            "visit_balance_exposed_dollars{kind=\"DUPLICATE_BILLING\"",
            "visit_balance_money_dollars{side=\"at_risk\"}",
            "visit_balance_unpriced_visits{side=\"exposed\"}",
            "visit_balance_visits_to_file{deadline=\"soon\"}",
            "visit_balance_dollars_to_file{deadline=\"past\"}")
        .doesNotContain("HARBOR", "DTN", "TH101", "P-RV", "tenant=");
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
