package org.visitbalance.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLConnection;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.dhatim.fastexcel.reader.ReadableWorkbook;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.visitbalance.query.http.ApiRoutes;

/** The API does what its OpenAPI document says, on every path. */
@Timeout(180)
@Tag("slow")
class ApiContractTest {
  private static final String ROOT = "/api/v1/";
  private static Installation here;
  private static ApiDocument document;

  @BeforeAll
  static void start() {
    here = Installation.shared();
    document = new ApiDocument(here.get("openapi.json", null));
  }

  static Stream<String> requests() {
    Installation shared = Installation.shared();
    JsonNode day =
        shared
            .get("balances?granularity=DAY&verdict=OUT_OF_BALANCE&limit=1", Installation.VIEWER)
            .path("rows")
            .get(0);
    String period =
        "?granularity=DAY&from=%s&location=%s"
            .formatted(day.path("from").asText(), day.path("location").asText());
    String held =
        shared
            .get("late-arrivals?status=HELD", Installation.VIEWER)
            .path("rows")
            .path(0)
            .path("visit")
            .asText();
    String late =
        shared
            .get("late-arrivals", Installation.VIEWER)
            .path("rows")
            .path(0)
            .path("visit")
            .asText();
    String lost =
        shared
            .get("discrepancies?level=VISIT", Installation.VIEWER)
            .path("rows")
            .path(0)
            .path("visit")
            .asText();
    return Stream.of(
            "me ",
            "overview ",
            "overview ?location=DTN",
            "matrix ",
            "matrix ?granularity=WEEK&from=2026-10-01&to=2026-11-30",
            "matrix ?granularity=MONTH&location=DTN&location=NBR",
            "trends ",
            "trends ?by=month&location=DTN&from=2026-01-15&to=2026-11-20",
            "locations ",
            "names ",
            "balances ",
            "balances"
                + " ?granularity=DAY&from=2026-11-02&to=2026-11-13&location=DTN&verdict=EXPLAINED&sort=-unexplained&limit=3",
            "money ",
            "money ?by=day&from=2026-11-02&to=2026-11-30",
            "money ?by=location&location=DTN&location=EST",
            "money ?by=payer&payer=X",
            "money ?by=reason",
            "period " + period,
            "period/items " + period,
            "period/items " + period + "&list=BRIDGE&reason=HELD",
            "period/providers " + period,
            "visits ?limit=5",
            "visits ?from=2026-11-02&to=2026-11-30&state=MATCHED&provider=TH101&location=DTN",
            "visits/{token} " + held,
            "visits/{token} " + late,
            "visits/{token} " + lost,
            "discrepancies ",
            "discrepancies"
                + " ?status=ALL&level=VISIT&severity=HIGH&kind=HELD&location=DTN&provider=X&from=2026-11-01&to=2026-11-30&minAge=0&maxAge=400&sort=-openedAt",
            "discrepancies ?status=RESOLVED&sort=date",
            "discrepancies ?status=ACCEPTED&days=false&fileWithin=14&assignee=X&assigned=true",
            "discrepancies ?kind=DATE_OF_SERVICE_MISMATCH",
            "discrepancies/choices ",
            "discrepancies ?sort=-date",
            "discrepancies ?sort=location",
            "discrepancies ?sort=fileBy&fileTo=2027-12-31&minAmount=1",
            "discrepancies ?sort=-amount",
            "discrepancies ?sort=kind&limit=1",
            "late-arrivals ",
            "late-arrivals"
                + " ?status=HELD&location=DTN&cause=REJECTION&rejectionType=PATIENT&reasonCode=X&from=2026-11-01&to=2026-11-30&minLag=1&otherMonth=false&sort=-lag",
            "late-arrivals ?otherMonth=true&sort=location",
            "late-arrivals ?sort=-finalizedOn&limit=1",
            "late-arrivals/ageing ",
            "late-arrivals/ageing ?location=DTN&from=2026-11-01&to=2026-11-30",
            "unit-variances ",
            "unit-variances"
                + " ?location=DTN&payer=X&cpt=97110&explained=true&from=2026-11-01&to=2026-11-30",
            "unit-variances ?explained=false&limit=1",
            "unit-variances/summary ",
            "unit-variances/summary ?location=DTN&from=2026-11-01&to=2026-11-30&limit=1",
            "cap-proposals ",
            "cap-proposals ?payer=X&month=2026-11",
            "insights ",
            "insights ?status=RESOLVED&kind=COMMON_CAUSE&location=DTN&from=2026-11-01&to=2026-11-30",
            "insights ?limit=1",
            "settings ",
            "settings/history ",
            "settings/questions ",
            "mappings ",
            "mappings ?version=0",
            "mappings/history ",
            "settings/difference ?from=0",
            "feeds ",
            "files ",
            "files ?state=DONE&state=QUARANTINED&source=FOLDER&entry=billing&from=2026-11-01&to=2026-11-30&sort=name",
            "files ?sort=-dead",
            "files ?sort=-receivedAt&limit=1",
            "files/missing ",
            "dead-letters ",
            "dead-letters ?source=emr.visits&reason=KEY&since=2026-11-01T00:00:00Z&until=2026-12-01T00:00:00Z",
            "dead-letters/records ",
            "dead-letters/records ?source=emr.visits&reason=KEY&since=2026-11-01T00:00:00Z&until=2026-12-01T00:00:00Z")
        .filter(request -> !request.endsWith(" null"));
  }

  private static final String XLSX =
      "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

  @ParameterizedTest
  @MethodSource("requests")
  void everyAnswerIsWhatTheDocumentSays(String request) {
    String path = request.substring(0, request.indexOf(' '));
    String rest = request.substring(request.indexOf(' ') + 1);
    String asked = path.contains("{token}") ? path.replace("{token}", rest) : path + rest;

    String token = path.startsWith("mappings") ? Installation.ADMIN : Installation.WORKER;
    HttpResponse<String> response = here.send("GET", asked, null, token);

    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(
            document.problems(
                ROOT + path, "get", 200, type(response), Installation.json(response.body())))
        .isEmpty();
    assertThat(response.headers().firstValue("Visit-Balance-As-Of")).isPresent();
    assertThat(response.headers().firstValue("Visit-Balance-Lag")).isPresent();
    assertThat(here.faults).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("requests")
  void everyListIsAFileOfItsColumns(String request) {
    String path = request.substring(0, request.indexOf(' '));
    if (!document.paths().path(ROOT + path).toString().contains("#/components/parameters/format")) {
      return;
    }
    String rest = request.substring(request.indexOf(' ') + 1);
    for (String headers : List.of("", "&headers=words", "&headers=names")) {
      String asked = path + rest + (rest.isEmpty() ? "?" : "&") + "format=csv" + headers;

      HttpResponse<String> response = here.send("GET", asked, null, Installation.WORKER);

      assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
      assertThat(type(response)).isEqualTo("text/csv");
      assertThat(response.body().startsWith("\uFEFF")).isEqualTo(!headers.endsWith("names"));
      assertThat(response.body().lines().findFirst().orElse("")).contains(",");
      assertThat(here.faults).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("requests")
  void everyListIsAWorkbook(String request) {
    String path = request.substring(0, request.indexOf(' '));
    if (!document.paths().path(ROOT + path).toString().contains("#/components/parameters/format")) {
      return;
    }
    String rest = request.substring(request.indexOf(' ') + 1);
    HttpResponse<String> response =
        here.send("GET", path + rest, null, Installation.WORKER, "Accept", XLSX);

    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(type(response)).isEqualTo(XLSX);
    assertThat(response.headers().firstValue("Content-Disposition").orElse(""))
        .matches(".*" + path.replace('/', '-') + "(-part)?[.]xlsx\"");
    assertThat(response.body()).startsWith("PK").contains("xl/worksheets/sheet2.xml");
    assertThat(here.faults).isEmpty();
  }

  /** Whoever gets a file by mail does not know what was asked for. */
  @Test
  void aFileThatIsAPartSaysOfWhat() throws IOException {
    assertThat(firstSheet("visits?location=DTN&location=EST&state=MATCHED", Installation.VIEWER))
        .contains("Only a part: location DTN, EST; state Matched.")
        .doesNotContain("may see");
    assertThat(
            firstSheet(
                "discrepancies?status=ALL&kind=MISSING_CHARGE&sort=location", Installation.VIEWER))
        .contains("Only a part: kind Missing charge.");
    assertThat(firstSheet("late-arrivals?minLag=2", Installation.SITE_ADMIN))
        .contains("Only a part: min lag 2.")
        .contains("Only the locations that the person who made this file may see: EST.");
    assertThat(firstSheet("visits", Installation.VIEWER)).doesNotContain("Only ");

    // And what is left out although nobody has asked for that
    assertThat(firstSheet("discrepancies", Installation.VIEWER))
        .contains("Only what is open: nothing that is accepted or resolved.");
    assertThat(firstSheet("discrepancies?status=ALL", Installation.VIEWER)).doesNotContain("Only ");
    assertThat(firstSheet("insights", Installation.VIEWER)).contains("Only what is open");
    assertThat(firstSheet("money", Installation.VIEWER)).contains("Only what is open.");
    assertThat(firstSheet("trends?by=month", Installation.VIEWER))
        .contains("Nothing from before 2025-11-01.");
    assertThat(firstSheet("trends?by=month&from=2026-10-01", Installation.VIEWER))
        .doesNotContain("Nothing from before");

    // And what is blank because of who asks
    assertThat(firstSheet("discrepancies?status=ALL", Installation.VIEWER))
        .contains("Blank for viewers: why a difference was accepted");
    assertThat(firstSheet("discrepancies?status=ALL", Installation.WORKER))
        .doesNotContain("Blank for viewers");

    assertThat(name("visits?format=csv", Installation.VIEWER)).endsWith("-visits.csv\"");
    assertThat(name("visits?format=csv&location=DTN", Installation.VIEWER))
        .endsWith("-visits-part.csv\"");
    assertThat(name("visits?format=csv&headers=names", Installation.SITE_ADMIN))
        .endsWith("-visits-part.csv\"");
    assertThat(name("trends?format=xlsx&by=month", Installation.VIEWER)).endsWith("-trends.xlsx\"");
  }

  private static String name(String path, String token) {
    return here.send("GET", path, null, token)
        .headers()
        .firstValue("Content-Disposition")
        .orElse("");
  }

  private static String firstSheet(String path, String token) throws IOException {
    URLConnection asked = here.uri(ROOT + path).toURL().openConnection();
    asked.setRequestProperty("Authorization", "Bearer " + token);
    asked.setRequestProperty("Accept", XLSX);
    try (InputStream answer = asked.getInputStream();
        ReadableWorkbook workbook = new ReadableWorkbook(answer)) {
      return workbook.getFirstSheet().read().stream()
          .map(row -> row.getCellText(0))
          .collect(Collectors.joining("\n"));
    }
  }

  @Test
  void theDocumentHasExactlyTheRoutes() {
    Set<String> wanted = new TreeSet<>();
    for (Map.Entry<String, JsonNode> path : document.paths().properties()) {
      path.getValue()
          .fieldNames()
          .forEachRemaining(method -> wanted.add(method + " " + path.getKey()));
    }

    assertThat(ApiRoutes.all()).containsExactlyInAnyOrderElementsOf(wanted);
  }

  @Test
  void theDocumentHasExactlyTheParameters() {
    ApiRoutes.parameters()
        .forEach(
            (route, parameters) -> {
              String[] parts = route.split(" ", -1);
              List<String> documented = new ArrayList<>();
              for (JsonNode one :
                  document.paths().path(parts[1]).path(parts[0]).path("parameters")) {
                JsonNode parameter = resolved(one);
                if (parameter.path("in").asText().equals("query")) {
                  documented.add(parameter.path("name").asText());
                }
              }
              assertThat(documented).as(route).containsExactlyInAnyOrderElementsOf(parameters);
            });
  }

  private static JsonNode resolved(JsonNode parameter) {
    return parameter.has("$ref")
        ? here.get("openapi.json", null).at(parameter.path("$ref").asText().substring(1))
        : parameter;
  }

  @Test
  void aProblemIsWhatTheDocumentSaysAndSaysWhatToDo() {
    for (String asked :
        List.of(
            "balances?verdict=GREEN",
            "balances?vedict=BALANCED",
            "period",
            "visits/x",
            "visits?state=MATCHD",
            "discrepancies?kind=LOST",
            "discrepancies?minAge=30&maxAge=7",
            "period/items?location=DTN&granularity=DAY&from=2026-11-04&reason=HOLD",
            "matrix?from=tomorrow")) {
      HttpResponse<String> response = here.send("GET", asked, null, Installation.VIEWER);

      assertThat(response.statusCode()).as(asked).isEqualTo(400);
      assertThat(
              document.problems(
                  "/api/v1/balances",
                  "get",
                  400,
                  type(response),
                  Installation.json(response.body())))
          .isEmpty();
      assertThat(response.body())
          .as(asked)
          .contains("field")
          .containsAnyOf("must be", "must not be", "allowed are");
    }
  }

  private static String type(HttpResponse<?> response) {
    return response.headers().firstValue("Content-Type").orElse("").replaceAll(";.*", "");
  }
}
