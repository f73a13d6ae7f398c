package org.visitbalance.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Changing settings by the API: checked, compared in words, remembered, and taken back. */
@Timeout(180)
@Tag("slow")
class SettingsApiTest {
  private static final String RIVAL = Installation.RIVAL_ADMIN;
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
            "Pseudo codes: removed COPAY");
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
}
