package org.visitbalance.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.visitbalance.cli.serve.QueryService;
import org.visitbalance.embedded.EmbeddedCluster;
import org.visitbalance.fact.Tick;
import org.visitbalance.output.DeadLetter;
import org.visitbalance.output.VisitSummary;
import org.visitbalance.platform.Patience;
import org.visitbalance.platform.serde.ValueSerdes;
import org.visitbalance.query.access.Authenticator;
import org.visitbalance.query.http.ApiServer;
import org.visitbalance.query.model.Database;
import org.visitbalance.service.BalancingService;
import org.visitbalance.service.FactProducer;
import org.visitbalance.service.SendBatch;
import org.visitbalance.service.TopicProvisioner;
import org.visitbalance.service.TopicReader;
import org.visitbalance.topology.ProgressListener;
import org.visitbalance.topology.Topics;
import org.visitbalance.topology.TopologyOptions;

/** A running service whose clock gets a tick of a year far ahead, tombstones, and garbage. */
@Timeout(180)
@Tag("slow")
class WrongClockTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int PARTITIONS = 2;
  private static final Instant WRONG = Instant.parse("2128-04-01T00:00:00Z");

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private static EmbeddedCluster cluster;
  private static Map<String, Object> clients;
  private static TopologyOptions.Serdes serdes;
  private static BalancingService service;
  private static FactProducer producer;
  private static QueryService web;

  @BeforeAll
  static void start() {
    cluster = EmbeddedCluster.temporary();
    clients = cluster.clients();
    serdes = ValueSerdes.of(clients)::forClass;
    TopicProvisioner.create(clients, "", PARTITIONS);
    service =
        BalancingService.start(
            new TopologyOptions(
                "",
                serdes,
                "key",
                PARTITIONS,
                Instant.EPOCH,
                null,
                true,
                TopologyOptions.DATES_PER_TICK,
                ProgressListener.NONE),
            clients);
    producer = new FactProducer(clients, serdes, "");
    web =
        QueryService.start(
            new QueryService.Plan(
                new ApiServer.Place("127.0.0.1", 0, null, null),
                Authenticator.NONE,
                Duration.ofMinutes(5),
                problem -> {}),
            new QueryService.Cluster(clients, serdes, ""),
            Database.temporary(),
            service,
            null);
  }

  @AfterAll
  static void stop() {
    web.close();
    producer.close();
    service.close();
    cluster.close();
  }

  @Test
  void neitherAWrongTickNorGarbageMovesTimeOrStopsIt() {
    // Given a service that is at the present
    tickUntil("it is ready", () -> get("/health/ready").statusCode() == 200);

    // When a host says that it is 2128, and there are tombstones and garbage on the clock
    tick(WRONG, "host-7");
    garbage(null);
    garbage("no tick at all".getBytes(StandardCharsets.UTF_8));

    // Then health and the metrics name the host, while all is ready
    tickUntil("health to name it", () -> get("/health/ready").body().contains("host-7"));
    HttpResponse<String> ready = get("/health/ready");
    assertThat(ready.statusCode()).as(ready.body()).isEqualTo(200);
    assertThat(
            Installation.json(ready.body()).path("checks").findParents("name").stream()
                .filter(check -> check.path("name").asText().equals("progress")))
        .singleElement()
        .satisfies(check -> assertThat(check.path("status").asText()).isEqualTo("WARN"))
        .satisfies(
            check ->
                assertThat(check.path("detail").asText())
                    .contains("the clock of host host-7 is", "days ahead of the broker's"));
    tickUntil(
        "the metrics to name it",
        () ->
            get("/metrics").body().contains("visit_balance_wrong_clock_seconds{host=\"host-7\"}"));
    assertThat(get("/metrics").body())
        .containsPattern("(?m)^visit_balance_ticks_refused " + PARTITIONS + ".0$");

    // And of one whose clock is behind health says so until it is right
    tick(Instant.now().minus(Duration.ofDays(17)), "host-8");
    tickUntil(
        "health to name it",
        () -> get("/health/ready").body().contains("host-8 is 17 days behind the broker's"));
    assertThat(get("/health/ready").statusCode()).isEqualTo(200);

    // And time goes on: an answer reflects a tick of the present, and so does a new visit
    Instant after = Instant.now();
    String today = LocalDate.ofInstant(after, ZoneOffset.UTC).toString();
    HttpResponse<String> sent =
        send(
            request("/api/v1/facts")
                .POST(BodyPublishers.ofString(Installation.visit("T1", "V1", today))));
    assertThat(sent.statusCode()).as(sent.body()).isEqualTo(200);
    tickUntil("the answers to go on", () -> asOf().isAfter(after));
    assertThat(asOf()).isBeforeOrEqualTo(Instant.now());
    assertThat(new TopicReader(clients, serdes, "").outputs().values(Topics.VISIT_SUMMARIES))
        .singleElement()
        .extracting(VisitSummary::getState)
        .isEqualTo("AWAITING_CHARGE");
    assertThat(new TopicReader(clients, serdes, "").outputs().deadLetters())
        .allSatisfy(one -> assertThat(one.getSource()).isEqualTo("balancing.clock"))
        .extracting(DeadLetter::getField)
        .containsExactlyInAnyOrder("at", "at", null, null);
  }

  private static void tickUntil(String what, BooleanSupplier done) {
    Patience.await(
        what,
        PATIENCE,
        () -> {
          tick(Instant.now(), "host-1");
          return done.getAsBoolean();
        });
  }

  private static void tick(Instant at, String host) {
    SendBatch batch = producer.batch();
    batch.tick(new Tick(at, host), Set.of(0, 1));
    batch.await();
  }

  private static void garbage(byte[] value) {
    try (KafkaProducer<byte[], byte[]> raw =
        new KafkaProducer<>(clients, new ByteArraySerializer(), new ByteArraySerializer())) {
      var unused = raw.send(new ProducerRecord<>(Topics.CLOCK.name(), 1, null, value));
    }
  }

  private static Instant asOf() {
    return Instant.parse(
        Objects.requireNonNull(
            get("/api/v1/locations?tenant=T1")
                .headers()
                .firstValue("Visit-Balance-As-Of")
                .orElse(Instant.EPOCH.toString())));
  }

  private static HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + web.port() + path));
  }

  private static HttpResponse<String> get(String path) {
    return send(request(path));
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
