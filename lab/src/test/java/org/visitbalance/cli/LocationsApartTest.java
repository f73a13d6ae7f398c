package org.visitbalance.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.visitbalance.cli.Installation.ADMIN;
import static org.visitbalance.cli.Installation.SITE;
import static org.visitbalance.cli.Installation.SITE_ADMIN;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Whoever may see some locations only sees, and does, nothing at the others: on every path of the
 * API's document. A path that is added to it has to be added here.
 */
@Timeout(180)
@Tag("slow")
class LocationsApartTest {
  private static final String ROOT = "/api/v1/";

  /** They need no caller, and name nothing of a company. */
  private static final Set<String> OPEN =
      Set.of("get /api/v1/openapi.json", "get /health/live", "get /health/ready", "get /metrics");

  private static Installation here;
  private static ApiDocument document;
  private static final Set<String> VISITS = new TreeSet<>();
  private static final Set<String> OTHERS = new TreeSet<>();
  private static String ownVisit;
  private static String otherVisit;
  private static JsonNode otherDay;
  private static JsonNode otherDiscrepancy;

  /** Each request by method and path, as far as it has parameters or a body. */
  private static final Map<String, List<String>> REQUESTS =
      new TreeMap<>(
          Map.of(
              "get /api/v1/discrepancies", List.of("?status=ALL", "?status=ALL&sort=-openedAt"),
              "get /api/v1/matrix",
                  List.of("", "?granularity=WEEK&from=2026-10-01", "?granularity=MONTH"),
              "get /api/v1/settings/difference", List.of("?from=0"),
              "get /api/v1/money", List.of("", "?by=day", "?by=location", "?by=payer"),
              "get /api/v1/unit-variances/summary", List.of("", "?from=2026-11-01")));

  /** Figures of a company, and what changes it. */
  private static final Set<String> COMPANY_WIDE =
      Set.of(
          "get /api/v1/cap-proposals",
          "get /api/v1/dead-letters",
          "get /api/v1/dead-letters/records",
          "post /api/v1/dead-letters/retry",
          "post /api/v1/facts",
          "get /api/v1/files",
          "post /api/v1/files",
          "post /api/v1/files/accept-gap",
          "get /api/v1/files/missing",
          "post /api/v1/files/{sha}/again",
          "get /api/v1/settings/questions",
          "get /api/v1/files/again",
          "get /api/v1/mappings",
          "put /api/v1/mappings",
          "post /api/v1/mappings/revert",
          "post /api/v1/files/again",
          "get /api/v1/mappings/history",
          "put /api/v1/settings",
          "post /api/v1/settings/check",
          "post /api/v1/settings/revert",
          "post /api/v1/settings/what-if",
          "get /api/v1/settings/what-if/{id}",
          "delete /api/v1/settings/what-if/{id}");

  /** Of an evaluation that nobody has asked for. */
  private static final String SOME_ID = "00000000-0000-4000-8000-000000000000";

  @BeforeAll
  static void start() {
    here = Installation.shared();
    document = new ApiDocument(here.get("openapi.json", null));
    here.get("locations", ADMIN)
        .path("rows")
        .forEach(row -> OTHERS.add(row.path("location").asText()));
    assertThat(OTHERS).contains(SITE).hasSizeGreaterThan(1);
    OTHERS.remove(SITE);
    Set<String> own = new TreeSet<>();
    Set<String> ownProviders = new TreeSet<>();
    Set<String> providers = new TreeSet<>();
    for (JsonNode visit : here.get("visits?limit=1000", ADMIN).path("rows")) {
      boolean isOwn = visit.path("location").asText().equals(SITE);
      (isOwn ? own : VISITS).add(visit.path("visit").asText());
      (isOwn ? ownProviders : providers).add(visit.path("providerId").asText());
    }
    ownVisit = own.iterator().next();
    otherVisit = VISITS.iterator().next();
    // A visit that was charged at both is in the figures of both.
    for (JsonNode day : here.get("balances?limit=1000&location=EST", ADMIN).path("rows")) {
      for (JsonNode item : here.get("period/items" + period(day), ADMIN).path("rows")) {
        VISITS.remove(item.path("visit").asText());
      }
      for (JsonNode one : here.get("period/providers" + period(day), ADMIN).path("rows")) {
        ownProviders.add(one.path("providerId").asText());
      }
    }
    providers.removeAll(ownProviders);
    OTHERS.addAll(providers);
    assertThat(VISITS).isNotEmpty();
    for (JsonNode day : here.get("balances?limit=1000", ADMIN).path("rows")) {
      if (day.path("location").asText().equals(SITE)) {
        for (String path : List.of("period", "period/items", "period/providers")) {
          REQUESTS.computeIfAbsent("get " + ROOT + path, any -> new ArrayList<>()).add(period(day));
        }
      } else {
        otherDay = day;
      }
    }
    REQUESTS.put("get /api/v1/visits/{token}", own.stream().limit(60).toList());
    for (JsonNode one : here.get("discrepancies?level=VISIT&limit=1000", ADMIN).path("rows")) {
      if (!one.path("location").asText().equals(SITE)) {
        otherDiscrepancy = one;
      }
    }
  }

  private static String period(JsonNode day) {
    return "?granularity=%s&from=%s&location=%s"
        .formatted(
            day.path("granularity").asText(),
            day.path("from").asText(),
            day.path("location").asText());
  }

  private static HttpResponse<String> ask(String method, String path, String body) {
    return here.send(method, path, body, SITE_ADMIN);
  }

  private static void assertNothingOfOthers(String request, String body) {
    for (String one : OTHERS) {
      assertThat(Pattern.compile("\\b" + Pattern.quote(one) + "\\b").matcher(body).find())
          .as("%s shows %s", request, one)
          .isFalse();
    }
    for (String visit : VISITS) {
      assertThat(body.contains(visit)).as("%s shows visit %s", request, visit).isFalse();
    }
  }

  /** All that the document has, with its parameters. */
  private static List<String[]> reading() {
    List<String[]> all = new ArrayList<>();
    document
        .paths()
        .properties()
        .forEach(
            path -> {
              String request = "get " + path.getKey();
              boolean isList =
                  path.getValue().path("get").toString().contains("#/components/parameters/format");
              boolean isRead = path.getValue().has("get") && !OPEN.contains(request);
              if (!isRead || path.getKey().equals("/api/v1/changes")) {
                return;
              }
              for (String rest : REQUESTS.getOrDefault(request, List.of(""))) {
                String name = path.getKey().substring(ROOT.length()).replace("{id}", SOME_ID);
                String asked = name.contains("{") ? name.replace("{token}", rest) : name + rest;
                all.add(new String[] {request, asked});
                if (isList) {
                  String more = asked + (asked.contains("?") ? "&" : "?");
                  all.add(new String[] {request, more + "format=csv"});
                }
              }
            });
    assertThat(all).hasSizeGreaterThan(60);
    return all;
  }

  @Test
  void nothingOfAnotherLocationIsInAnyAnswer() {
    for (String[] request : reading()) {
      HttpResponse<String> response = ask("GET", request[1], null);

      if (COMPANY_WIDE.contains(request[0])) {
        assertThat(response.statusCode()).as(request[1]).isEqualTo(403);
        assertThat(response.body()).contains("access to all locations");
      } else {
        assertThat(response.statusCode()).as(request[1]).isEqualTo(200);
      }
      assertNothingOfOthers(request[1], response.body());
    }
  }

  /** So are totals: they are those that one gets by asking for the location. */
  @Test
  void everyFigureIsThatOfTheOwnLocation() {
    Set<String> compared = new TreeSet<>();
    for (String[] request : reading()) {
      JsonNode parameters =
          document
              .paths()
              .path(request[0].substring("get ".length()))
              .path("get")
              .path("parameters");
      if (request[1].contains("format=csv")
          || !parameters.toString().contains("#/components/parameters/locations")) {
        continue;
      }
      String narrowed = request[1] + (request[1].contains("?") ? "&" : "?") + "location=EST";
      ObjectNode all = (ObjectNode) here.get(narrowed, ADMIN);
      ObjectNode own = (ObjectNode) here.get(request[1], SITE_ADMIN);

      assertThat(without(own)).as(request[1]).isEqualTo(without(all));
      compared.add(request[0]);
    }
    assertThat(compared).hasSizeGreaterThanOrEqualTo(9);
  }

  /** What is of the whole company, or of the moment of the answer. */
  private static JsonNode without(ObjectNode answer) {
    answer.remove(List.of("freshness", "deadLetters", "feeds", "files"));
    return answer;
  }

  @Test
  void anotherLocationCannotBeAskedForAndLooksLikeOneThatIsNotThere() {
    for (String path :
        List.of("balances", "overview", "matrix", "trends", "discrepancies", "late-arrivals")) {
      String there = ask("GET", path + "?location=" + OTHERS.iterator().next(), null).body();
      HttpResponse<String> not = ask("GET", path + "?location=EST&location=NONE", null);

      assertThat(not.statusCode()).as(path).isEqualTo(403);
      assertThat(there).isEqualTo(not.body());
    }
    assertThat(ask("GET", "period" + period(otherDay), null).statusCode()).isEqualTo(403);
  }

  @Test
  void aVisitAtAnotherLocationLeadsNowhere() {
    assertThat(ask("GET", "visits/" + otherVisit, null).statusCode()).isEqualTo(404);
    assertThat(ask("POST", "visits/" + otherVisit + "/reveal", "").statusCode()).isEqualTo(404);
    assertThat(ask("POST", "visits/" + ownVisit + "/reveal", "").statusCode()).isEqualTo(200);
  }

  @Test
  void anIdOfAnotherLocationIsNotFound() {
    for (String visit : List.of(otherVisit, ownVisit)) {
      JsonNode ids = here.post("visits/" + visit + "/reveal", "", ADMIN);
      String body =
          Installation.JSON.createObjectNode().put("id", ids.path("name").asText()).toString();
      boolean isOwn = visit.equals(ownVisit);

      assertThat(here.post("search", body, ADMIN).path("visits")).hasSize(1);
      JsonNode found = Installation.json(ask("POST", "search", body).body());

      assertThat(found.path("visits")).hasSize(isOwn ? 1 : 0);
      assertThat(found.path("deadLetters")).isEmpty();
    }
  }

  @Test
  void nothingIsDecidedOrClosedElsewhere() {
    String decision =
        """
        {"decisions": [{"discrepancy": "%s", "action": "ASSIGNED", "assignee": "dora"}]}
        """
            .formatted(otherDiscrepancy.path("id").asText());
    JsonNode decided = Installation.json(ask("POST", "decisions", decision).body());
    assertThat(decided.path("rejected").asInt()).isEqualTo(1);
    assertThat(decided.toString()).contains("No discrepancy has this ID");

    String everywhere =
        """
        {"filter": {}, "expected": 0, "action": "ASSIGNED", "assignee": "dora"}
        """;
    long own =
        here.get("discrepancies?level=VISIT&location=EST&limit=1000", ADMIN).path("rows").size();
    assertThat(ask("POST", "decisions", everywhere).body())
        .contains("The filter finds " + own + ", not 0");

    ObjectNode close = Installation.JSON.createObjectNode();
    close.put("location", otherDay.path("location").asText());
    close.put("granularity", otherDay.path("granularity").asText());
    close.put("from", otherDay.path("from").asText());
    close.put("seal", here.get("period" + period(otherDay), ADMIN).at("/close/seal").asText());
    assertThat(ask("POST", "closes", close.toString()).statusCode()).isEqualTo(403);

    ObjectNode note = Installation.JSON.createObjectNode();
    note.put("location", otherDay.path("location").asText());
    note.put("from", otherDay.path("from").asText());
    note.put("text", "Closed for a storm");
    assertThat(ask("PUT", "annotations", note.toString()).statusCode()).isEqualTo(403);
  }

  @Test
  void whatChangesAWholeCompanyIsRefused() {
    for (String request : COMPANY_WIDE) {
      String[] parts = request.split(" ", -1);
      String method = parts[0].toUpperCase(Locale.ROOT);

      HttpResponse<String> response =
          ask(
              method,
              parts[1]
                  .substring(ROOT.length())
                  .replace("{id}", SOME_ID)
                  .replace("{sha}", "0".repeat(64)),
              method.equals("GET") || method.equals("DELETE") ? null : "{}");

      assertThat(response.statusCode()).as(request).isEqualTo(403);
      assertThat(response.body()).contains("access to all locations");
    }
  }

  /** All that the document has is asked for above, or here. */
  @Test
  void everyPathThatWritesIsTried() {
    Set<String> writing = new TreeSet<>();
    document
        .paths()
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .fieldNames()
                    .forEachRemaining(
                        method -> {
                          if (!method.equals("get")) {
                            writing.add(method + " " + path.getKey());
                          }
                        }));
    writing.removeAll(COMPANY_WIDE);

    assertThat(writing)
        .containsExactly(
            "post /api/v1/closes",
            "post /api/v1/decisions",
            "post /api/v1/search",
            "post /api/v1/visits/{token}/reveal",
            "put /api/v1/annotations");
  }

  @Test
  void theSettingsShowTheOwnRowsOfTheMapping() {
    JsonNode own = here.get("settings", SITE_ADMIN).path("settings");
    JsonNode all = here.get("settings", ADMIN).path("settings");

    assertThat(own.path("locations")).isNotEmpty();
    assertThat(own.path("locations")).allMatch(row -> row.path("locationId").asText().equals(SITE));
    assertThat(all.path("locations").size()).isGreaterThan(own.path("locations").size());
    assertThat(own.path("payerRules")).isEqualTo(all.path("payerRules"));
    assertThat(here.get("me", SITE_ADMIN).path("locations").toString()).isEqualTo("[\"EST\"]");
    assertThat(here.get("me", ADMIN).path("locations").isNull()).isTrue();
  }

  @Test
  void theStreamSaysOnlyWhichKindsOfThingsHaveChanged() throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(here.uri(ROOT + "changes").toString()))
            .header("Authorization", "Bearer " + SITE_ADMIN)
            .header("Accept", "text/event-stream")
            .build();
    HttpResponse<InputStream> stream =
        HttpClient.newHttpClient().send(request, BodyHandlers.ofInputStream());
    StringBuilder said = new StringBuilder();
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8))) {
      String line = lines.readLine();
      while (line != null && !said.toString().contains("event: changed\ndata")) {
        said.append(line).append('\n');
        line = lines.readLine();
      }
    }

    assertThat(said.toString()).contains("kinds");
    assertNothingOfOthers("changes", said.toString());
  }
}
