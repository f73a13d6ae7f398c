package org.visitbalance.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.visitbalance.cli.serve.QueryService;
import org.visitbalance.embedded.EmbeddedCluster;
import org.visitbalance.fact.NoCharge;
import org.visitbalance.fact.Note;
import org.visitbalance.fact.NoteStatus;
import org.visitbalance.fact.NoteType;
import org.visitbalance.fact.Rejection;
import org.visitbalance.fact.RejectionStatus;
import org.visitbalance.fact.RejectionType;
import org.visitbalance.fact.Visit;
import org.visitbalance.fact.VisitLine;
import org.visitbalance.fact.VisitStatus;
import org.visitbalance.platform.Patience;
import org.visitbalance.platform.serde.ValueSerdes;
import org.visitbalance.query.access.Authenticator;
import org.visitbalance.query.http.ApiServer;
import org.visitbalance.query.model.Database;
import org.visitbalance.service.BalancingService;
import org.visitbalance.service.FactProducer;
import org.visitbalance.service.TopicProvisioner;
import org.visitbalance.topology.ProgressListener;
import org.visitbalance.topology.Topic;
import org.visitbalance.topology.TopologyOptions;

/** What people see of visits and notes that are older than the 30 days that a service keeps. */
@Timeout(300)
@Tag("slow")
class WhatHasLeftOnThePageTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final LocalDate DAY = LocalDate.parse("2026-11-04");
  private static final Instant AT = Instant.parse("2026-11-04T17:00:00Z");
  private static final int PARTITIONS = 1;

  private final AtomicReference<Instant> clock = new AtomicReference<>(AT);
  private final EmbeddedCluster cluster = EmbeddedCluster.temporary();
  private final Map<String, Object> clients = new HashMap<>();
  private final HttpClient http = HttpClient.newHttpClient();
  private BalancingService service;
  private FactProducer producer;
  private QueryService web;

  @BeforeEach
  void start() {
    clients.put("bootstrap.servers", cluster.bootstrapServers());
    clients.put("schema.registry.url", cluster.registryUrl());
    TopologyOptions.Serdes serdes = ValueSerdes.of(clients)::forClass;
    TopicProvisioner.create(clients, "", PARTITIONS, Topic.Time.SIMULATION);
    service =
        BalancingService.start(
            new TopologyOptions(
                "",
                serdes,
                "key",
                PARTITIONS,
                Instant.EPOCH,
                Duration.ofDays(30),
                true,
                TopologyOptions.DATES_PER_TICK,
                ProgressListener.NONE),
            clients);
    producer = new FactProducer(clients, serdes, "", clock::get);
    web =
        QueryService.start(
            new QueryService.Plan(
                new ApiServer.Place("127.0.0.1", 0, null, null),
                Authenticator.NONE,
                Duration.ofMinutes(5),
                failure -> {}),
            new QueryService.Cluster(clients, serdes, ""),
            Database.temporary(),
            service,
            null,
            clock::get);
  }

  @AfterEach
  void stop() {
    web.close();
    producer.close();
    service.close();
    cluster.close();
  }

  private static Visit visit(String id) {
    return Visit.newBuilder()
        .setTenant("T1")
        .setEventId("v" + id)
        .setOccurredAt(AT)
        .setVisitId(id)
        .setRevision(0)
        .setStatus(VisitStatus.FINALIZED)
        .setPatientKey("P" + id)
        .setClinicId("DTN")
        .setDateOfService(DAY)
        .setFinalizedAt(AT)
        .setFinalizedOn(DAY)
        .setTherapistId("TH1")
        .setNoteType(NoteType.DAILY_NOTE)
        .setNoCharge(NoCharge.NONE)
        .setLines(List.of(new VisitLine("97110", List.of(), 2, true, null)))
        .build();
  }

  private static Rejection rejection(String visit) {
    return Rejection.newBuilder()
        .setTenant("T1")
        .setEventId("r" + visit)
        .setOccurredAt(AT)
        .setRejectionId("R" + visit)
        .setType(RejectionType.CHARGE)
        .setStatus(RejectionStatus.OPEN)
        .setAt(AT)
        .setReasonCode("AUTH")
        .setPatientKey("P" + visit)
        .setEmrVisitId(visit)
        .build();
  }

  private static Note note(String id, String at) {
    return Note.newBuilder()
        .setTenant("T1")
        .setEventId("n" + id)
        .setOccurredAt(Instant.parse(at))
        .setNoteId(id)
        .setPatientKey("P" + id)
        .setClinicId("DTN")
        .setDateOfService(DAY)
        .setStatus(NoteStatus.OPEN)
        .setAt(Instant.parse(at))
        .build();
  }

  private JsonNode ask(String method, String path, String body) {
    try {
      return JSON.readTree(send(method, path, body).body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private HttpResponse<String> send(String method, String path, String body) {
    try {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + web.port() + path))
              .method(
                  method,
                  body == null
                      ? HttpRequest.BodyPublishers.noBody()
                      : HttpRequest.BodyPublishers.ofString(body))
              .header("Content-Type", "application/json")
              .build();
      return http.send(request, BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private JsonNode get(String path) {
    return ask("GET", "/api/v1/" + path, null);
  }

  /** Lets it be a moment, and waits until the tables say so. */
  private void settle(String moment) {
    Instant at = Instant.parse(moment);
    clock.set(at);
    Patience.await(
        "the tables to follow",
        Duration.ofMinutes(2),
        () -> {
          producer.tick(at, PARTITIONS);
          producer.flush();
          String asOf =
              send("GET", "/api/v1/locations?tenant=T1", null)
                  .headers()
                  .firstValue("Visit-Balance-As-Of")
                  .orElse("");
          return !asOf.isEmpty() && !Instant.parse(asOf).isBefore(at);
        });
  }

  private long held() {
    long held = 0;
    for (JsonNode row : get("overview?tenant=T1").path("held")) {
      held += row.path("visits").asLong();
    }
    return held;
  }

  private long notes() {
    long notes = 0;
    for (JsonNode row : get("overview?tenant=T1").path("openNotes")) {
      notes += row.path("notes").asLong();
    }
    return notes;
  }

  private long reasons() {
    return get("late-arrivals/ageing?tenant=T1").path("reasons").size();
  }

  private String metrics() {
    return send("GET", "/metrics", null).body();
  }

  private List<JsonNode> discrepancies(String more) {
    List<JsonNode> rows = new ArrayList<>();
    get("discrepancies?tenant=T1&level=VISIT" + more).path("rows").forEach(rows::add);
    return rows;
  }

  private JsonNode decide(JsonNode discrepancy, String action, String more) {
    return ask(
        "POST",
        "/api/v1/decisions?tenant=T1",
        "{\"decisions\":[{\"discrepancy\":\"%s\",\"action\":\"%s\"%s}]}"
            .formatted(discrepancy.path("id").asText(), action, more));
  }

  @Test
  void itIsCountedInNoTileAndNothingIsDecidedAboutIt() {
    // Given two held visits, a missing charge, and two open notes
    for (String id : List.of("V1", "V2", "V3")) {
      producer.fact(visit(id), AT);
    }
    producer.fact(rejection("V1"), AT);
    producer.fact(rejection("V2"), AT);
    producer.fact(note("N1", "2026-11-04T17:00:00Z"), AT);
    producer.fact(note("N2", "2026-11-25T17:00:00Z"), Instant.parse("2026-11-25T17:00:00Z"));
    producer.flush();
    settle("2026-11-25T18:00:00Z");
    assertThat(held()).isEqualTo(2);
    assertThat(notes()).isEqualTo(2);
    assertThat(reasons()).isEqualTo(1);
    assertThat(discrepancies("")).hasSize(3);
    // When their day is older than what is kept
    settle("2026-12-10T00:00:00Z");

    // Then only the note whose last word is newer is counted
    assertThat(held()).isZero();
    assertThat(reasons()).isZero();
    assertThat(notes()).isEqualTo(1);
    assertThat(discrepancies("")).isEmpty();
    assertThat(get("late-arrivals?tenant=T1").path("rows")).isEmpty();
    Patience.await(
        "the metrics to follow",
        Duration.ofMinutes(1),
        () ->
            !metrics().contains("visit_balance_late_arrivals{")
                && !metrics().contains("kind=\"MISSING_CHARGE\""));

    // And nothing is decided about any of it, and the answer says why
    List<JsonNode> all = discrepancies("&status=ALL");
    assertThat(all).hasSize(3);
    for (JsonNode one : all) {
      for (String action :
          List.of(
              "ACCEPTED\",\"reason\":\"OTHER",
              "ASSIGNED\",\"assignee\":\"anna",
              "WITHDRAWN",
              "RELEASED")) {
        JsonNode answer = decide(one, action, "");
        assertThat(answer.path("rejected").asInt()).as(answer.toString()).isEqualTo(1);
        assertThat(answer.toString())
            .contains("The visit is older than the service keeps visits")
            .contains("so nothing can be decided about it.");
      }
    }
  }
}
