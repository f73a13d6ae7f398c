package org.visitbalance.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.visitbalance.platform.Patience;

/** Changing settings by the API: checked, compared in words, remembered, and taken back. */
@Timeout(180)
@Tag("slow")
class SettingsApiTest {
  private static final Company OWN = Company.own();
  private static final String RIVAL = OWN.admin();
  private static Installation here;

  @BeforeAll
  static void start() {
    here = Installation.shared();
  }

  /** Other tests share the company. */
  @AfterEach
  void defaults() {
    put("", "{}");
    assertThat(here.faults).isEmpty();
  }

  private static JsonNode put(String params, String document, String... headers) {
    HttpResponse<String> response = here.send("PUT", "settings" + params, document, RIVAL, headers);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(202);
    here.settle();
    return Installation.json(response.body());
  }

  private static List<String> texts(JsonNode list) {
    List<String> texts = new ArrayList<>();
    list.forEach(one -> texts.add(one.isTextual() ? one.asText() : one.path("says").asText()));
    return texts;
  }

  @Test
  void theHistorySaysWhoChangedWhatAndWhy() {
    put("", "{\"payerRules\":[{\"payerId\":\"BCBS\",\"visitCap\":4,\"from\":\"2027-01-01\"}]}");
    JsonNode taken =
        put(
            "?why=New%20contract%20%E2%80%93%202027",
            "{\"payerRules\":[{\"payerId\":\"BCBS\",\"visitCap\":3,\"from\":\"2027-01-01\"}],"
                + "\"fees\":{\"97110\":4550}}");

    JsonNode newest = here.get("settings/history?limit=1", RIVAL).at("/rows/0");
    assertThat(newest.path("who").asText()).isEqualTo("rosa");
    assertThat(newest.path("why").asText()).isEqualTo("New contract – 2027");
    assertThat(newest.path("version")).isEqualTo(taken.path("version"));
    assertThat(texts(newest.path("changes")))
        .isEqualTo(texts(taken.path("changes")))
        .containsExactly("Payer BCBS: visit cap 4 -> 3 from 1/1/2027", "Fee 97110: none -> $45.50");
    HttpResponse<String> shown = here.send("GET", "settings", null, RIVAL);
    assertThat(shown.headers().firstValue("ETag"))
        .hasValue("\"" + taken.path("version").asText() + "\"");
    assertThat(Installation.json(shown.body()).path("who").asText()).isEqualTo("rosa");
    assertThat(here.send("GET", "settings/history?format=csv&limit=1", null, RIVAL).body())
        .contains("Changed by,Why,Changes")
        .contains("rosa,New contract – 2027,Payer BCBS: visit cap 4 -> 3 from 1/1/2027; Fee 97110");
  }

  @Test
  void twoVersionsAreToldApartInWords() {
    JsonNode first = put("", "{\"zone\":\"America/Denver\",\"missingAfter\":\"P2D\"}");
    put("", "{\"missingAfter\":\"P2D\"}");
    JsonNode third = put("", "{\"missingAfter\":\"PT36H\",\"pseudoCodes\":[\"INSOVER\"]}");

    JsonNode told =
        here.get(
            "settings/difference?from=%s&to=%s"
                .formatted(first.path("version").asText(), third.path("version").asText()),
            RIVAL);

    assertThat(texts(told.path("changes")))
        .containsExactly(
            "Time zone: America/Denver -> UTC (default)",
            "Missing after: 2 days -> 1 day 12 hours",
            "Bookkeeping codes: removed COPAY");
    assertThat(here.send("GET", "settings/difference?from=999999999", null, RIVAL).statusCode())
        .isEqualTo(404);
    assertThat(here.send("GET", "settings/difference", null, RIVAL).statusCode()).isEqualTo(400);
  }

  @Test
  void aDocumentIsCheckedWithoutBeingStored() {
    JsonNode before = here.get("settings", RIVAL);

    JsonNode told =
        here.post("settings/check", "{\"weekStartsOn\":\"SUNDAY\",\"wekStartsOn\":1}", RIVAL);

    assertThat(texts(told.path("changes")))
        .containsExactly("Week starts on: Monday (default) -> Sunday");
    assertThat(told.path("warnings").toString()).contains("wekStartsOn");
    assertThat(told.path("version")).isEqualTo(before.path("version"));
    here.settle();
    assertThat(here.get("settings", RIVAL).path("version")).isEqualTo(before.path("version"));
  }

  @Test
  void everyValueThatIsWrongIsToldAndNothingIsStored() {
    JsonNode before = here.get("settings", RIVAL);
    String bad =
        """
        {"zone":"Mars","missingAfter":"tomorrow","fees":{"97110":45.5,"97112":100},
         "locations":[{"clinicId":"C1"},{"clinicId":"C2","locationId":"L","from":"2026-12-01",
                       "until":"2026-11-01"}],
         "payerRules":[{"payerId":"X","codeCap":{"97110":"two"},"visitCap":-1,"timelyFiling":"PT24H"}]}
        """;
    for (String path : List.of("settings", "settings/check")) {
      HttpResponse<String> response =
          here.send(path.endsWith("check") ? "POST" : "PUT", path, bad, RIVAL);

      assertThat(response.statusCode()).isEqualTo(422);
      JsonNode problem = Installation.json(response.body());
      List<String> fields = new ArrayList<>();
      problem.path("problems").forEach(one -> fields.add(one.path("field").asText()));
      assertThat(fields)
          .containsExactlyInAnyOrder(
              "zone",
              "missingAfter",
              "fees.97110",
              "locations[1].locationId",
              "locations[2].until",
              "payerRules[1].codeCap.97110",
              "payerRules[1].visitCap",
              "payerRules[1].timelyFiling");
      assertThat(problem.path("problems").toString()).contains("must be a whole number >= 0");
      assertThat(problem.path("detail").asText()).contains("'zone' must be a time zone");
    }
    here.settle();
    assertThat(here.get("settings", RIVAL).path("version")).isEqualTo(before.path("version"));
  }

  @Test
  void anEarlierVersionIsPutInForceAgain() {
    JsonNode old = put("", "{\"heldWithin\":\"P9D\"}");
    JsonNode now = put("", "{\"heldWithin\":\"P2D\"}");
    String body = "{\"version\":%s}".formatted(old.path("version").asText());

    assertThat(here.send("POST", "settings/revert", body, RIVAL, "If-Match", "\"1\"").statusCode())
        .isEqualTo(412);
    HttpResponse<String> response =
        here.send(
            "POST",
            "settings/revert",
            body,
            RIVAL,
            "If-Match",
            "\"" + now.path("version").asText() + "\"");

    assertThat(response.statusCode()).as(response.body()).isEqualTo(202);
    here.settle();
    JsonNode newest = here.get("settings/history?limit=1", RIVAL).at("/rows/0");
    assertThat(newest.at("/settings/heldWithin").asText()).isEqualTo("P9D");
    assertThat(newest.path("version").asLong()).isGreaterThan(now.path("version").asLong());
    assertThat(newest.path("why").asText())
        .isEqualTo("Reverted to version " + old.path("version").asText());
    for (String wrong : List.of("{}", "[]", "{\"version\":\"1\"}", "{\"version\":1,\"x\":2}")) {
      assertThat(here.send("POST", "settings/revert", wrong, RIVAL).statusCode())
          .as(wrong)
          .isEqualTo(400);
    }
    assertThat(here.send("POST", "settings/revert", "{\"version\":1999999}", RIVAL).statusCode())
        .isEqualTo(404);
  }

  @Test
  void ofSeveralWhoChangeTheSameVersionOneSucceeds() {
    String match = "\"" + here.get("settings", RIVAL).path("version").asText() + "\"";

    List<CompletableFuture<HttpResponse<String>>> all =
        IntStream.range(1, 7)
            .mapToObj(
                i ->
                    CompletableFuture.supplyAsync(
                        () ->
                            here.send(
                                "PUT",
                                "settings",
                                "{\"heldWithin\":\"P%dD\"}".formatted(i),
                                RIVAL,
                                "If-Match",
                                match)))
            .toList();

    List<Integer> answers = all.stream().map(one -> one.join().statusCode()).sorted().toList();
    assertThat(answers).containsExactly(202, 412, 412, 412, 412, 412);
    here.settle();
  }

  @Test
  void whoMayNotWriteMayReadTheHistory() {
    assertThat(here.get("settings/history", Installation.VIEWER).path("rows")).isNotEmpty();
    assertThat(
            here.send("GET", "settings/difference?from=0", null, Installation.VIEWER).statusCode())
        .isEqualTo(200);
    for (String token : List.of(Installation.WORKER, Installation.SITE_ADMIN)) {
      for (String path : List.of("settings/check", "settings/revert")) {
        assertThat(here.send("POST", path, "{}", token).statusCode()).as(path).isEqualTo(403);
      }
    }
    // Of other locations than the caller's, neither rows nor changes are shown
    String seen =
        here.send("GET", "settings/difference?from=0", null, Installation.SITE_ADMIN).body()
            + here.send("GET", "settings/history", null, Installation.SITE_ADMIN).body();
    assertThat(seen).contains(Installation.SITE).doesNotContain("DTN");
  }

  private static JsonNode whatIf(String document, String token) {
    HttpResponse<String> begun = here.send("POST", "settings/what-if", document, token);
    assertThat(begun.statusCode()).as(begun.body()).isEqualTo(202);
    String id = Installation.json(begun.body()).path("id").asText();
    JsonNode[] answer = {null};
    Patience.await(
        "the answer",
        Duration.ofSeconds(60),
        () -> {
          answer[0] = here.get("settings/what-if/" + id, token);
          return !answer[0].path("state").asText().equals("RUNNING");
        });
    return answer[0];
  }

  private static Map<String, JsonNode> open() {
    Map<String, JsonNode> open = new TreeMap<>();
    for (JsonNode one : here.get("discrepancies?limit=1000", Installation.ADMIN).path("rows")) {
      open.put(key(one), one);
    }
    return open;
  }

  private static String key(JsonNode one) {
    return String.join(
        "|",
        one.path("kind").asText(),
        one.path("location").asText(),
        one.path("date").asText(),
        one.path("visit").asText());
  }

  private static Set<String> keys(JsonNode found) {
    Set<String> keys = new TreeSet<>();
    found.path("first").forEach(one -> keys.add(key(one)));
    assertThat(keys).hasSize(found.path("count").asInt());
    return keys;
  }

  @Test
  void whatIsSaidBeforeIsWhatHappensAfter() {
    JsonNode before = here.get("settings", Installation.ADMIN);
    ObjectNode document = before.path("settings").deepCopy();
    document
        .withArrayProperty("payerRules")
        .removeAll()
        .addObject()
        .put("payerId", "*")
        .put("timelyFiling", "P100D");
    document.withObjectProperty("fees").put("97110", 5100);
    Map<String, JsonNode> old = open();

    JsonNode answer = whatIf(document.toString(), Installation.ADMIN);

    assertThat(answer.path("state").asText()).as(answer.toString()).isEqualTo("DONE");
    JsonNode result = answer.path("result");
    assertThat(result.at("/openBefore/count").asInt()).isEqualTo(old.size());
    assertThat(
            new ApiDocument(here.get("openapi.json", null))
                .problems("/api/v1/settings/what-if/{id}", "get", 200, "application/json", answer))
        .isEmpty();
    assertThat(answer.toString()).doesNotContain("patient", "P-", "4711");
    assertThat(open().keySet()).isEqualTo(old.keySet());
    Set<String> expected = new TreeSet<>(old.keySet());
    expected.removeAll(keys(result.path("ended")));
    expected.addAll(keys(result.path("opened")));
    assertThat(expected).isNotEqualTo(old.keySet());

    assertThat(here.send("PUT", "settings", document.toString(), Installation.ADMIN).statusCode())
        .isEqualTo(202);
    try {
      Patience.await(
          "what was said",
          Duration.ofSeconds(60),
          () -> {
            here.settle();
            return open().keySet().equals(expected);
          });
      for (JsonNode changed : result.at("/changed/first")) {
        JsonNode live = open().get(key(changed.path("after")));
        assertThat(live.path("amountCents")).isEqualTo(changed.at("/after/amountCents"));
        assertThat(live.path("fileBy")).isEqualTo(changed.at("/after/fileBy"));
      }
      assertThat(result.at("/changed/count").asInt()).isPositive();
    } finally {
      here.send(
          "POST",
          "settings/revert",
          "{\"version\":%s}".formatted(before.path("version").asText()),
          Installation.ADMIN);
      Patience.await(
          "what was before",
          Duration.ofSeconds(60),
          () -> {
            here.settle();
            return open().keySet().equals(old.keySet());
          });
    }
  }

  @Test
  void oneQuestionIsWorkedOnAtATimeAndCanBeCanceled() {
    String id = "";
    for (int i = 0; i < 3; i++) {
      HttpResponse<String> begun = here.send("POST", "settings/what-if", "{}", Installation.ADMIN);
      assertThat(begun.statusCode()).as(begun.body()).isEqualTo(202);
      id = Installation.json(begun.body()).path("id").asText();
    }
    HttpResponse<String> other = here.send("POST", "settings/what-if", "{}", RIVAL);
    HttpResponse<String> canceled =
        here.send("DELETE", "settings/what-if/" + id, null, Installation.ADMIN);

    // It may have been done by then
    assertThat(other.statusCode()).isIn(202, 503);
    assertThat(Installation.json(canceled.body()).path("state").asText()).isIn("CANCELED", "DONE");
    assertThat(here.send("GET", "settings/what-if/" + id, null, RIVAL).statusCode()).isEqualTo(404);
    assertThat(here.send("GET", "settings/what-if/x", null, RIVAL).statusCode()).isEqualTo(404);
    assertThat(here.send("POST", "settings/what-if", "{\"zone\":1}", RIVAL).statusCode())
        .isEqualTo(422);
    assertThat(here.send("POST", "settings/what-if", "{}", Installation.WORKER).statusCode())
        .isEqualTo(403);
    Patience.await(
        "an idle desk",
        Duration.ofSeconds(60),
        () -> here.send("POST", "settings/what-if", "{}", RIVAL).statusCode() == 202);
  }
}
