package org.visitbalance.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.visitbalance.output.AccessAction;
import org.visitbalance.output.AccessEntry;
import org.visitbalance.service.TopicReader;
import org.visitbalance.topology.FactDecoder;
import org.visitbalance.topology.Topics;

/** Dead letters are worked by the API, over real HTTP. */
@Timeout(180)
@Tag("slow")
class DeadLetterApiTest {
  private static final String MISPLACED = "?tenant=HARBOR&reason=wrong+partition";
  private static Installation here;
  private static ApiDocument document;

  @BeforeAll
  static void start() {
    here = Installation.shared();
    document = new ApiDocument(here.get("openapi.json", null));
  }

  @AfterEach
  void nothingFailedInside() {
    assertThat(here.faults).isEmpty();
  }

  /** Visits of the company in the wrong partition, as another partitioner puts them. */
  static void misplace(Installation here, String... ids) {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(here.clients, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (String id : ids) {
        byte[] key = (Installation.TENANT + "|P-" + id).getBytes(UTF_8);
        int wrong = 1 - FactDecoder.partition(key, 2);
        byte[] value =
            here.serdes
                .of(org.visitbalance.fact.Visit.class)
                .serializer()
                .serialize(Topics.VISITS.name(), visit(id));
        var unused = producer.send(new ProducerRecord<>(Topics.VISITS.name(), wrong, key, value));
      }
      producer.flush();
    }
    here.settle();
  }

  private static org.visitbalance.fact.Visit visit(String id) {
    Instant at = Instant.parse("2026-11-11T17:05:00Z");
    LocalDate day = LocalDate.parse("2026-11-11");
    return org.visitbalance.fact.Visit.newBuilder()
        .setTenant(Installation.TENANT)
        .setEventId("e-" + id)
        .setOccurredAt(at)
        .setVisitId(id)
        .setRevision(0)
        .setStatus(org.visitbalance.fact.VisitStatus.RETRACTED)
        .setPatientKey("P-" + id)
        .setClinicId("C01")
        .setDateOfService(day)
        .setFinalizedAt(at)
        .setFinalizedOn(day)
        .setTherapistId("TH1")
        .setNoteType(org.visitbalance.fact.NoteType.DAILY_NOTE)
        .setNoCharge(org.visitbalance.fact.NoCharge.NONE)
        .setLines(List.of())
        .build();
  }

  private static JsonNode retry(String body, String token) {
    HttpResponse<String> answer =
        here.send("POST", "dead-letters/retry?tenant=HARBOR", body, token);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    JsonNode json = Installation.json(answer.body());
    assertThat(
            document.problems("/api/v1/dead-letters/retry", "post", 200, "application/json", json))
        .isEmpty();
    return json;
  }

  private static List<AccessEntry> accessLog() {
    List<AccessEntry> entries = new ArrayList<>();
    new TopicReader(here.clients, here.serdes, "")
        .read(List.of(Topics.ACCESS_LOG), (topic, key, value) -> entries.add((AccessEntry) value));
    return entries.stream()
        .filter(one -> one.getAction() == AccessAction.RETRY_DEAD_LETTERS)
        .filter(one -> one.getTenant().equals(Installation.TENANT))
        .toList();
  }

  private static long late() {
    return here.get("overview?tenant=HARBOR", Installation.VIEWER).path("deadLetters").asLong();
  }

  private static String metrics() {
    return here.send(HttpRequest.newBuilder(here.uri("/metrics")).build()).body();
  }

  @Test
  void whatIsInTheWrongPartitionIsSeenLookedAtAndSentOnce() {
    // Given three visits in the wrong partition
    long before = late();
    int logged = accessLog().size();
    misplace(here, "DL1", "DL2", "DL3");

    // Then a worker sees one group that says what to do, and each of them
    JsonNode group = here.get("dead-letters" + MISPLACED, Installation.WORKER).path("rows").get(0);
    assertThat(group.path("records").asInt()).isEqualTo(3);
    assertThat(group.path("source").asText()).isEqualTo("emr.visits");
    assertThat(group.path("remedy").asText()).isEqualTo("REPARTITION");
    assertThat(group.path("reason").asText()).contains("set partitioner=murmur2_random");
    assertThat(group.path("action").asText()).contains("Then retry");
    assertThat(here.get("dead-letters/records" + MISPLACED, Installation.WORKER).path("rows"))
        .hasSize(3);
    assertThat(
            here.get(
                    "dead-letters/records?tenant=HARBOR&until=2020-01-01T00:00:00Z",
                    Installation.WORKER)
                .path("rows"))
        .isEmpty();
    assertThat(late()).isEqualTo(before + 3);

    // When an admin looks what a retry would do
    String filter = "{\"source\":\"emr.visits\",\"reason\":\"wrong partition\"";
    JsonNode plain = retry(filter + ",\"dryRun\":true}", Installation.ADMIN);
    assertThat(plain.path("sent").asInt()).isZero();
    assertThat(plain.path("failed").asInt()).isEqualTo(3);
    assertThat(plain.path("failing").get(0).path("field").asText()).isEqualTo("key");
    JsonNode look = retry(filter + ",\"repartition\":true,\"dryRun\":true}", Installation.ADMIN);
    assertThat(look.path("sent").asInt()).isEqualTo(3);
    assertThat(look.path("repartitioned").asInt()).isEqualTo(3);

    // Then nothing has changed, and nothing is in the access log
    here.settle();
    assertThat(late()).isEqualTo(before + 3);
    assertThat(accessLog()).hasSize(logged);

    // When it is done, then they are facts, and no longer counted
    JsonNode sent = retry(filter + ",\"repartition\":true}", Installation.ADMIN);
    assertThat(sent.path("topics").path("emr.visits").asInt()).isEqualTo(3);
    here.settle();
    assertThat(here.get("dead-letters" + MISPLACED, Installation.WORKER).path("rows")).isEmpty();
    assertThat(here.get("dead-letters/records" + MISPLACED, Installation.WORKER).path("rows"))
        .isEmpty();
    assertThat(late()).isEqualTo(before);
    assertThat(here.get("visits?state=RETRACTED&tenant=HARBOR", Installation.WORKER).path("rows"))
        .hasSizeGreaterThanOrEqualTo(3);

    // And it is written down who did it
    assertThat(accessLog()).hasSize(logged + 1);
    assertThat(accessLog()).extracting(AccessEntry::getWho).containsOnly("ada");

    // And a second time nothing is sent
    JsonNode again = retry(filter + ",\"repartition\":true}", Installation.ADMIN);
    assertThat(again.path("sent").asInt()).isZero();
    assertThat(again.path("failed").asInt()).isZero();
  }

  @Test
  void onlyAdminsRetryOnlyWorkersSeeAndOnlyTheirOwn() {
    misplace(here, "DL9");
    String all = "{\"repartition\":true}";

    assertThat(here.send("GET", "dead-letters", null, Installation.VIEWER).statusCode())
        .isEqualTo(403);
    assertThat(here.send("POST", "dead-letters/retry", all, Installation.WORKER).statusCode())
        .isEqualTo(403);
    assertThat(
            here.send("POST", "dead-letters/retry?tenant=HARBOR", all, Installation.RIVAL_ADMIN)
                .statusCode())
        .isEqualTo(403);
    HttpResponse<String> rival =
        here.send("POST", "dead-letters/retry", all, Installation.RIVAL_ADMIN);
    assertThat(rival.statusCode()).isEqualTo(200);
    assertThat(Installation.json(rival.body()).path("sent").asInt()).isZero();

    assertThat(retry(all, Installation.ADMIN).path("sent").asInt()).isOne();
    here.settle();
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () ->
                assertThat(metrics())
                    .doesNotContain("visit_balance_dead_letters{source=\"emr.visits\"}"));
  }

  @Test
  void whateverIsSentIsAnsweredWithAProblem() {
    for (String body :
        List.of(
            "",
            "[]",
            "{",
            "{\"source\":1}",
            "{\"source\":\"\"}",
            "{\"sauce\":\"emr.visits\"}",
            "{\"reason\":\"a\\u0000b\"}",
            "{\"since\":\"yesterday\"}",
            "{\"until\":\"+999999999-12-31T00:00:00Z\"}",
            "{\"dryRun\":\"yes\"}",
            "{\"repartition\":1}",
            "[".repeat(5_000))) {
      HttpResponse<String> answer =
          here.send("POST", "dead-letters/retry", body, Installation.ADMIN);
      assertThat(answer.statusCode()).as(body).isEqualTo(400);
      assertThat(answer.headers().firstValue("Content-Type").orElse(""))
          .startsWith("application/problem+json");
    }
    String long1 = "{\"reason\":\"" + "x".repeat(200_000) + "\"}";
    assertThat(here.send("POST", "dead-letters/retry", long1, Installation.ADMIN).statusCode())
        .isEqualTo(413);
  }
}
