package org.visitbalance.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.visitbalance.output.AccessAction;
import org.visitbalance.output.AccessEntry;
import org.visitbalance.platform.CommittedReading;
import org.visitbalance.service.TopicReader;
import org.visitbalance.topology.Topics;

/** People work the list: docs/decisions.md, over real HTTP. */
@Timeout(180)
@Tag("slow")
class DecisionDoorTest {
  private static final String NOTE = "wrote to Mrs Quillfeather-Zobb";
  private static final String OPEN = "discrepancies?level=VISIT&limit=1000";
  private static final String OTHER = ",\"reason\":\"OTHER\"";
  private static Installation here;
  private static ApiDocument document;
  private final List<String> accepted = new ArrayList<>();

  @BeforeAll
  static void start() {
    here = Installation.shared();
    document = new ApiDocument(here.get("openapi.json", null));
  }

  @BeforeEach
  void nothingIsDecidedYet() {
    assertThat(here.get("discrepancies?status=ALL&limit=1000", Installation.VIEWER).path("rows"))
        .extracting(one -> one.path("accepted").asBoolean())
        .doesNotContain(true);
  }

  /** Other tests share the company. */
  @AfterEach
  void undo() {
    if (!accepted.isEmpty()) {
      List<String> all = accepted.stream().map(id -> one(id, "WITHDRAWN", "")).toList();
      assertThat(decide(all).path("rejected").asInt()).isZero();
      here.settle();
    }
  }

  private static String one(String id, String action, String more) {
    return "{\"discrepancy\":\"%s\",\"action\":\"%s\"%s}".formatted(id, action, more);
  }

  private static JsonNode decide(List<String> decisions, String... headers) {
    return taken("{\"decisions\":[" + String.join(",", decisions) + "]}", headers);
  }

  private static JsonNode taken(String body, String... headers) {
    HttpResponse<String> answer =
        here.send("POST", "decisions", body, Installation.WORKER, headers);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    JsonNode json = Installation.json(answer.body());
    assertThat(document.problems("/api/v1/decisions", "post", 202, "application/json", json))
        .isEmpty();
    return json;
  }

  /** The only unexplained visit of its day. */
  private static JsonNode lost() {
    return here.get(OPEN + "&kind=LOST_AFTER_ACCEPTANCE&location=DTN", Installation.VIEWER)
        .path("rows")
        .get(0);
  }

  private static JsonNode row(String id) {
    return row(id, Installation.WORKER);
  }

  private static JsonNode row(String id, String token) {
    for (JsonNode row : here.get(OPEN + "&status=ALL", token).path("rows")) {
      if (row.path("id").asText().equals(id)) {
        return row;
      }
    }
    throw new AssertionError("no discrepancy " + id);
  }

  private static List<AccessEntry> accessLog() {
    List<AccessEntry> entries = new ArrayList<>();
    new TopicReader(here.clients, here.serdes, "")
        .read(List.of(Topics.ACCESS_LOG), (topic, key, value) -> entries.add((AccessEntry) value));
    return entries.stream()
        .filter(one -> one.getAction() == AccessAction.DECIDE)
        .sorted(Comparator.comparing(AccessEntry::getAt))
        .toList();
  }

  private static JsonNode period(JsonNode discrepancy) {
    return period(discrepancy, Installation.WORKER);
  }

  private static JsonNode period(JsonNode discrepancy, String token) {
    return here.get(
        "period?granularity=DAY&from=%s&location=%s"
            .formatted(discrepancy.path("date").asText(), discrepancy.path("location").asText()),
        token);
  }

  private static JsonNode discrepancy(JsonNode visit, String id) {
    for (JsonNode one : visit.path("discrepancies")) {
      if (one.path("id").asText().equals(id)) {
        return one;
      }
    }
    throw new AssertionError("no discrepancy " + id);
  }

  private static String csv(String list, String token) {
    return here.send("GET", list + "&format=csv", null, token).body();
  }

  @Test
  void anAcceptedVisitLeavesTheListAndComesBackByUndo() {
    // Given a day that one lost visit keeps out of balance
    JsonNode lost = lost();
    String id = lost.path("id").asText();
    int before = accessLog().size();
    accepted.add(id);

    // When it is accepted with a note
    JsonNode answer =
        decide(
            List.of(one(id, "ACCEPTED", ",\"reason\":\"WRITTEN_OFF\",\"note\":\"" + NOTE + "\"")));

    // Then it is off the list, and the day counts it apart
    assertThat(answer.path("taken").asInt()).isOne();
    assertThat(answer.path("message").asText()).contains("in a moment");
    here.settle();
    JsonNode resolved = row(id);
    assertThat(resolved.path("status").asText()).isEqualTo("RESOLVED");
    assertThat(resolved.path("acceptedBecause").asText()).isEqualTo("WRITTEN_OFF");
    JsonNode period = period(lost);
    assertThat(period.path("balance").path("kinds").path("accepted").asInt()).isOne();
    assertThat(period.path("bridge"))
        .anySatisfy(
            item -> {
              assertThat(item.path("visit")).isEqualTo(lost.path("visit"));
              assertThat(item.path("kind").asText()).isEqualTo("ACCEPTED");
              assertThat(item.path("acceptedBecause").asText()).isEqualTo("WRITTEN_OFF");
            });
    String path = "visits/" + lost.path("visit").asText();
    JsonNode visit = here.get(path, Installation.WORKER);
    assertThat(visit.path("kind").asText()).isEqualTo("ACCEPTED");
    assertThat(visit.path("timeline"))
        .anySatisfy(
            event -> {
              assertThat(event.path("what").asText()).isEqualTo("ACCEPTED");
              assertThat(event.path("source").asText()).isEqualTo("PEOPLE");
              assertThat(event.path("detail").asText())
                  .isEqualTo("LOST_AFTER_ACCEPTANCE WRITTEN_OFF");
            });

    // And those who may decide see who accepted it, when, and the note
    for (JsonNode told : List.of(resolved, discrepancy(visit, id))) {
      assertThat(told.path("acceptance").path("by").asText()).isEqualTo("will");
      assertThat(told.path("acceptance").path("at").asText()).startsWith("20");
      assertThat(told.path("acceptance").path("note").asText()).isEqualTo(NOTE);
    }
    assertThat(csv("discrepancies?status=ACCEPTED", Installation.WORKER))
        .contains(id)
        .contains("Written off")
        .contains(NOTE);

    // And others see that it was accepted, not by whom or why
    JsonNode seen = here.get(path, Installation.VIEWER);
    for (JsonNode told : List.of(row(id, Installation.VIEWER), discrepancy(seen, id))) {
      assertThat(told.path("accepted").asBoolean()).isTrue();
      assertThat(told.path("acceptance").isNull()).isTrue();
      assertThat(told.path("acceptedBecause").isNull()).isTrue();
    }
    assertThat(seen.path("kind").asText()).isEqualTo("ACCEPTED");
    for (String shown :
        List.of(
            seen.toString(),
            period(lost, Installation.VIEWER).toString(),
            here.get("discrepancies?status=ALL&limit=1000", Installation.VIEWER).toString(),
            csv("discrepancies?status=ACCEPTED", Installation.VIEWER))) {
      assertThat(shown).doesNotContain("WRITTEN_OFF", "Written off", NOTE, "\"will\"");
    }

    // And the access log, and no other topic, has who, what and the note
    AccessEntry entry = accessLog().get(before);
    assertThat(entry.getWho()).isEqualTo("will");
    assertThat(entry.getDiscrepancy()).isEqualTo(id);
    assertThat(entry.getDecision()).hasToString("ACCEPTED");
    assertThat(entry.getReason()).hasToString("WRITTEN_OFF");
    assertThat(entry.getNote()).isEqualTo(NOTE);
    assertThat(entry.getFromAddress()).isEqualTo("127.0.0.1");
    assertNowhereElse("Quillfeather");

    // When it is undone, then all is as it was
    decide(List.of(one(id, "WITHDRAWN", "")));
    accepted.clear();
    here.settle();
    assertThat(row(id).path("status").asText()).isEqualTo("OPEN");
    assertThat(period(lost).path("balance").path("verdict").asText()).isEqualTo("OUT_OF_BALANCE");
    assertThat(here.faults).isEmpty();
  }

  /** In the bytes of no topic but the access log's; some records of other tests are no Avro. */
  private static void assertNowhereElse(String text) {
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            CommittedReading.config(here.clients),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> all =
          Topics.ALL.stream()
              .filter(topic -> !topic.equals(Topics.ACCESS_LOG))
              .flatMap(topic -> CommittedReading.partitions(consumer, topic.name()).stream())
              .toList();
      consumer.assign(all);
      consumer.seekToBeginning(all);
      Map<TopicPartition, Long> ends = consumer.endOffsets(all);
      int read = 0;
      while (ends.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
          for (byte[] bytes : new byte[][] {record.key(), record.value()}) {
            assertThat(bytes == null ? "" : new String(bytes, UTF_8)).doesNotContain(text);
          }
          read++;
        }
      }
      assertThat(read).isPositive();
    }
  }

  @Test
  void theSameRequestSentAgainDecidesNothingAgain() {
    String id = lost().path("id").asText();
    accepted.add(id);
    String accept = one(id, "ACCEPTED", ",\"reason\":\"DATA_ENTRY\"");

    decide(List.of(accept), "Idempotency-Key", "k1");
    here.settle();
    assertThat(decide(List.of(accept)).path("already").asInt()).as("it is so").isOne();
    decide(List.of(one(id, "WITHDRAWN", "")));
    accepted.clear();
    here.settle();
    int written = accessLog().size();
    JsonNode again = decide(List.of(accept), "Idempotency-Key", "k1");

    assertThat(again.path("already").asInt()).isOne();
    here.settle();
    assertThat(row(id).path("status").asText()).as("it was undone since").isEqualTo("OPEN");
    assertThat(accessLog()).hasSize(written);

    // Nor is it said to be in effect once it has been undone, before the tables show that
    accepted.add(id);
    assertThat(decide(List.of(accept)).path("taken").asInt()).isOne();
    here.settle();
    decide(List.of(one(id, "WITHDRAWN", "")));
    assertThat(decide(List.of(accept)).path("taken").asInt()).as("undone a moment ago").isOne();
    here.settle();
    assertThat(row(id).path("status").asText()).isEqualTo("RESOLVED");

    // Another decision under the same name is another one
    String other = one(id, "ACCEPTED", OTHER);
    assertThat(decide(List.of(other), "Idempotency-Key", "k1").path("taken").asInt()).isOne();
    here.settle();
    assertThat(row(id).path("acceptedBecause").asText()).isEqualTo("OTHER");
  }

  @Test
  void aNoteThatIsAddedLaterIsNotLost() {
    String id = lost().path("id").asText();
    accepted.add(id);
    decide(List.of(one(id, "ACCEPTED", OTHER)));
    here.settle();
    String noted = one(id, "ACCEPTED", ",\"reason\":\"OTHER\",\"note\":\"see the letter\"");

    assertThat(decide(List.of(noted)).path("taken").asInt()).isOne();
    here.settle();
    assertThat(row(id).path("acceptance").path("note").asText()).isEqualTo("see the letter");
    assertThat(decide(List.of(noted)).path("already").asInt()).isOne();
  }

  @Test
  void eachDecisionIsAnsweredForItself() {
    String id = lost().path("id").asText();
    String day =
        here.get("discrepancies?level=PERIOD", Installation.VIEWER)
            .path("rows")
            .path(0)
            .path("id")
            .asText();

    JsonNode answer =
        decide(
            List.of(
                one(day, "ACCEPTED", OTHER),
                one("B".repeat(26), "ACCEPTED", OTHER),
                one(id, "ACCEPTED", ""),
                one(id, "WITHDRAWN", OTHER),
                one(id, "ASSIGNED", ""),
                one(id, "EATEN", ""),
                one("x", "WITHDRAWN", ""),
                one(id, "RELEASED", ",\"note\":\"" + "n".repeat(1_001) + "\"")));

    assertThat(answer.path("rejected").asInt()).isEqualTo(8);
    assertThat(answer.path("results"))
        .extracting(one -> one.path("problem").asText())
        .satisfiesExactly(
            one -> assertThat(one).contains("Decide on the discrepancies of its visits"),
            one -> assertThat(one).contains("No discrepancy has this ID"),
            one -> assertThat(one).contains("reason must be one of WRITTEN_OFF"),
            one -> assertThat(one).contains("reason is allowed only with ACCEPTED"),
            one -> assertThat(one).contains("assignee must be a user name"),
            one ->
                assertThat(one)
                    .contains("ACCEPTED, WITHDRAWN, ASSIGNED, RELEASED, LINKED or UNLINKED"),
            one -> assertThat(one).contains("must be an ID from the work list"),
            one -> assertThat(one).contains("at most 1000 characters"));
  }

  @Test
  void whatNobodyAcceptedIsNotWithdrawn() {
    String id = lost().path("id").asText();
    int written = accessLog().size();
    JsonNode answer = decide(List.of(one(id, "WITHDRAWN", "")));
    assertThat(answer.path("results").path(0).path("outcome").asText()).isEqualTo("REJECTED");
    assertThat(answer.path("results").path(0).path("problem").asText())
        .isEqualTo(
            "Nobody has accepted this, so there is nothing to withdraw. If you have just accepted it,"
                + " try again in a moment.");
    assertThat(accessLog()).hasSize(written);

    // A request that is sent again is not told that of what it has withdrawn itself
    decide(List.of(one(id, "ACCEPTED", OTHER)));
    here.settle();
    String withdraw = one(id, "WITHDRAWN", "");
    assertThat(decide(List.of(withdraw), "Idempotency-Key", "w1").path("taken").asInt()).isOne();
    here.settle();
    assertThat(row(id).path("status").asText()).isEqualTo("OPEN");
    assertThat(decide(List.of(withdraw), "Idempotency-Key", "w1").path("already").asInt()).isOne();
    assertThat(decide(List.of(withdraw)).path("rejected").asInt()).isOne();

    // What is rejected is no first decision
    accepted.add(id);
    JsonNode both = decide(List.of(one(id, "WITHDRAWN", ""), one(id, "ACCEPTED", OTHER)));
    assertThat(both.path("results"))
        .extracting(one -> one.path("outcome").asText())
        .containsExactly("REJECTED", "TAKEN");

    // Nor is a decision that is in effect already, once another one follows it
    here.settle();
    both = decide(List.of(one(id, "ACCEPTED", OTHER), one(id, "WITHDRAWN", "")));
    assertThat(both.path("results"))
        .extracting(one -> one.path("outcome").asText())
        .containsExactly("ALREADY", "REJECTED");
    here.settle();
    assertThat(row(id).path("status").asText()).isEqualTo("RESOLVED");
  }

  @Test
  void oneRequestDecidesAboutTheSameThingOnlyOnce() {
    // Given a list that was filled in by two people
    String id = lost().path("id").asText();
    accepted.add(id);
    String accept = one(id, "ACCEPTED", ",\"reason\":\"WRITTEN_OFF\"");

    // When it wants different things of one visit
    JsonNode answer =
        decide(
            List.of(
                accept,
                one(id, "ASSIGNED", ",\"assignee\":\"ann\""),
                accept,
                one(id, "ACCEPTED", OTHER),
                one(id, "WITHDRAWN", ""),
                one(id, "ASSIGNED", ",\"assignee\":\"bob\"")));

    // Then the first of them counts, and each of the others says so
    assertThat(answer.path("results"))
        .extracting(one -> one.path("outcome").asText())
        .containsExactly("TAKEN", "TAKEN", "ALREADY", "REJECTED", "REJECTED", "REJECTED");
    assertThat(answer.path("results").path(3).path("problem").asText())
        .contains("twice")
        .contains("first");
    here.settle();
    assertThat(row(id).path("acceptedBecause").asText()).isEqualTo("WRITTEN_OFF");
    decide(List.of(one(id, "RELEASED", "")));
  }

  @Test
  void whoWorksItIsAFilterOfTheList() {
    String id = lost().path("id").asText();
    decide(List.of(one(id, "ASSIGNED", ",\"assignee\":\"ann\"")));
    here.settle();

    assertThat(here.get(OPEN + "&assignee=ann", Installation.VIEWER).path("rows"))
        .extracting(one -> one.path("id").asText())
        .containsExactly(id);
    assertThat(here.get(OPEN + "&assigned=false", Installation.VIEWER).path("rows"))
        .extracting(one -> one.path("id").asText())
        .doesNotContain(id)
        .isNotEmpty();

    String release = one(id, "RELEASED", "");
    assertThat(decide(List.of(release)).path("taken").asInt()).isOne();
    here.settle();
    assertThat(row(id).path("assignee").isNull()).isTrue();
    assertThat(decide(List.of(release)).path("already").asInt()).as("nobody works it").isOne();
  }

  @Test
  void aFilterDecidesAboutAllThatWasSeenOrNothing() {
    JsonNode held = here.get(OPEN + "&kind=HELD", Installation.VIEWER).path("rows");
    assertThat(held).isNotEmpty();
    String body =
        "{\"filter\":{\"kind\":[\"HELD\"]},\"expected\":%d,\"action\":\"ACCEPTED\","
            + "\"reason\":\"PAYER_RULE\"}";

    HttpResponse<String> other =
        here.send("POST", "decisions", body.formatted(held.size() + 1), Installation.WORKER);
    assertThat(other.statusCode()).isEqualTo(409);
    assertThat(other.body()).contains("The filter finds " + held.size());

    held.forEach(one -> accepted.add(one.path("id").asText()));
    assertThat(taken(body.formatted(held.size())).path("taken").asInt()).isEqualTo(held.size());
    here.settle();
    assertThat(here.get(OPEN + "&kind=HELD", Installation.VIEWER).path("rows")).isEmpty();
  }

  @Test
  void theListIsFilledInAndSentBack() {
    // Given the list as a file, with three rows filled in
    String csv =
        here.send("GET", "discrepancies?level=VISIT&format=csv", null, Installation.WORKER).body();
    List<String> lines = new ArrayList<>(List.of(csv.split("\r\n", -1)));
    assertThat(lines.get(0)).startsWith("\uFEFFID,").endsWith(",Decision,Reason,Note");
    String id = lines.get(1).substring(0, 26);
    accepted.add(id);
    fillIn(lines, 1, ",accept,data_entry,\"it, is \"\"so\"\"\"");
    fillIn(lines, 2, ",eat,,");
    fillIn(lines, 3, ",accepted,because,");

    // When it is sent back
    JsonNode answer = taken(String.join("\r\n", lines), "Content-Type", "text/csv");

    // Then the good one is taken, the bad ones are told by their lines, the others left alone
    assertThat(answer.path("taken").asInt()).as(answer.toString()).isOne();
    assertThat(answer.path("results"))
        .extracting(one -> one.path("line").asInt() + one.path("outcome").asText())
        .containsExactly("2TAKEN", "3REJECTED", "4REJECTED");
    here.settle();
    assertThat(row(id).path("acceptedBecause").asText()).isEqualTo("DATA_ENTRY");
  }

  private static void fillIn(List<String> lines, int row, String cells) {
    assertThat(lines.get(row)).endsWith(",,,");
    lines.set(row, lines.get(row).replaceAll(",,,$", "") + cells);
  }

  @Test
  void onlyWorkersDecideAndOnlyForTheirOwn() {
    String id = lost().path("id").asText();
    String body = "{\"decisions\":[" + one(id, "ACCEPTED", OTHER) + "]}";

    assertThat(here.send("POST", "decisions", body, Installation.VIEWER).statusCode())
        .isEqualTo(403);
    HttpResponse<String> rival = here.send("POST", "decisions", body, Installation.RIVAL_ADMIN);
    assertThat(rival.statusCode()).isEqualTo(202);
    assertThat(rival.body()).contains("No discrepancy has this ID", "\"taken\":0");
    String fact =
        "{\"fact\":\"decision\",\"tenant\":\"HARBOR\",\"eventId\":\"e\",\"occurredAt\":"
            + "\"2026-11-06T00:00:00Z\",\"patientKey\":\"P\",\"visit\":\"V\",\"kind\":\"HELD\","
            + "\"location\":\"DTN\",\"date\":\"2026-11-04\",\"action\":\"WITHDRAWN\","
            + "\"decidedBy\":\"somebody else\"}";
    assertThat(here.post("facts", fact, Installation.WORKER).path("rejected").toString())
        .contains("/api/v1/decisions");
  }

  @Test
  void whateverIsSentIsAnsweredWithAProblem() {
    Map<String, String> bodies =
        Map.of(
            "",
            "application/json",
            "[]",
            "application/json",
            "{\"decisions\":[]}",
            "application/json",
            "{\"decisions\":[1]}",
            "application/json",
            "{\"decisions\":[{\"discrepancy\":1,\"action\":\"ACCEPTED\"}]}",
            "application/json",
            "{\"filter\":{\"x\":1},\"expected\":0,\"action\":\"RELEASED\"}",
            "application/json",
            "{\"filter\":{\"kind\":{}},\"expected\":0,\"action\":\"RELEASED\"}",
            "text/plain",
            "[".repeat(5_000),
            "application/json",
            "id,decision\n\"x",
            "text/csv",
            "id,id,decision\n",
            "text/csv");
    bodies.forEach(
        (body, type) -> {
          HttpResponse<String> answer =
              here.send("POST", "decisions", body, Installation.WORKER, "Content-Type", type);
          assertThat(answer.statusCode()).as(body).isEqualTo(400);
          assertThat(answer.headers().firstValue("Content-Type").orElse(""))
              .startsWith("application/problem+json");
        });
    String many = "x,ACCEPTED,OTHER\n".repeat(1_001);
    assertThat(
            here.send(
                    "POST",
                    "decisions",
                    "id,decision,reason\n" + many,
                    Installation.WORKER,
                    "Content-Type",
                    "text/csv")
                .statusCode())
        .isEqualTo(413);
    assertThat(here.faults).isEmpty();
  }
}
