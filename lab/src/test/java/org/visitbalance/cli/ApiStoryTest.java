package org.visitbalance.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a billing office asks of the API, over real HTTP, about the company of the example. */
@Timeout(180)
@Tag("slow")
class ApiStoryTest {
  private static final Path EXPECTED = Path.of("..", "examples", "november-expected");
  private static Installation here;

  @BeforeAll
  static void start() {
    here = Installation.shared();
  }

  /** All rows of a list, page by page. */
  private static List<JsonNode> all(String path, int limit) {
    List<JsonNode> rows = new ArrayList<>();
    String next = "";
    do {
      JsonNode page = here.get(path + "limit=" + limit + next, Installation.VIEWER);
      page.path("rows").forEach(rows::add);
      next = page.path("next").isNull() ? null : "&cursor=" + page.path("next").asText();
    } while (next != null);
    return rows;
  }

  private static Stream<ObjectNode> expected(String file) throws IOException {
    return Files.readAllLines(EXPECTED.resolve(file)).stream()
        .map(line -> (ObjectNode) Installation.json(line));
  }

  @Test
  void balancesAreThoseOfTheFilesWhateverThePageSize() throws IOException {
    List<String> wanted =
        expected("balances.jsonl")
            .map(line -> line.without(List.of("tenant", "providers")).toString())
            .toList();

    for (int limit : new int[] {7, 1000}) {
      List<JsonNode> rows = all("balances?", limit);
      // A file leaves out what nobody has accepted; the API says null.
      rows.forEach(row -> ((ObjectNode) row.path("kinds")).remove("accepted"));
      assertThat(rows).extracting(JsonNode::toString).containsExactlyInAnyOrderElementsOf(wanted);
      assertThat(rows)
          .extracting(row -> row.path("from").asText())
          .isSortedAccordingTo(Comparator.reverseOrder());
    }
  }

  @Test
  void aListCanBeNarrowedAndSorted() {
    List<JsonNode> days =
        all("balances?granularity=DAY&from=2026-11-03&to=2026-11-05&location=DTN&sort=from&", 2);

    assertThat(days)
        .extracting(day -> day.path("from").asText())
        .containsExactly("2026-11-03", "2026-11-04", "2026-11-05");
    assertThat(all("balances?verdict=OUT_OF_BALANCE&", 10))
        .isNotEmpty()
        .allMatch(day -> day.path("verdict").asText().equals("OUT_OF_BALANCE"));
    assertThat(all("balances?verdict=WAITING&granularity=DAY&", 10))
        .extracting(day -> day.path("from").asText())
        .contains("2026-11-12", "2026-11-13")
        .doesNotContain("2026-11-11");
  }

  @Test
  void openDiscrepanciesAreThoseOfTheFilesInWorkOrder() throws IOException {
    List<JsonNode> rows = all("discrepancies?", 3);

    assertThat(rows)
        .extracting(row -> row.path("kind").asText() + row.path("location").asText())
        .containsExactlyInAnyOrderElementsOf(
            expected("discrepancies.jsonl")
                .map(line -> line.path("kind").asText() + line.path("location").asText())
                .toList());
    assertThat(rows)
        .extracting(row -> row.path("amountCents").asText() + row.path("fileBy").asText())
        .containsExactlyInAnyOrderElementsOf(
            expected("discrepancies.jsonl")
                .map(line -> line.path("amountCents").asText() + line.path("fileBy").asText())
                .toList());
    List<LocalDate> urgent =
        rows.stream()
            .map(row -> row.path("fileBy").asText())
            .takeWhile(day -> day.startsWith("20"))
            .map(LocalDate::parse)
            .takeWhile(day -> !day.isAfter(LocalDate.parse("2026-11-28")))
            .toList();
    assertThat(urgent).isSorted();
    List<JsonNode> rest = rows.subList(urgent.size(), rows.size());
    assertThat(rest)
        .extracting(row -> row.path("fileBy").asText())
        .noneMatch(day -> day.startsWith("20") && day.compareTo("2026-11-28") <= 0);
    assertThat(rest.stream().filter(row -> !row.path("fileBy").isNull()).toList())
        .isNotEmpty()
        .extracting(row -> -row.path("amountCents").asLong(-1))
        .isSorted();
    String csv =
        here.send("GET", "discrepancies?format=csv&headers=names", null, Installation.VIEWER)
            .body();
    assertThat(csv.lines().skip(1).map(line -> line.substring(0, line.indexOf(','))))
        .containsExactlyElementsOf(rows.stream().map(row -> row.path("id").asText()).toList());
  }

  @Test
  void aPeriodShowsItsBridgeAndTheVisitsBehindIt() {
    JsonNode day = all("balances?granularity=DAY&verdict=OUT_OF_BALANCE&", 1).get(0);

    JsonNode period =
        here.get(
            "period?granularity=DAY&from=%s&location=%s"
                .formatted(day.path("from").asText(), day.path("location").asText()),
            Installation.VIEWER);

    assertThat(period.path("balance")).isEqualTo(day);
    long sum = 0;
    for (JsonNode item : period.path("bridge")) {
      sum += item.path("difference").asLong();
      assertThat(item.path("summary").path("visit")).isEqualTo(item.path("visit"));
    }
    assertThat(sum).isEqualTo(day.path("reported").path("difference").asLong());
    assertThat(period.path("bridge").get(0).path("kind").asText()).isEqualTo("UNEXPLAINED");
    assertThat(period.path("providers")).isNotEmpty();
    assertThat(period.path("freshness").path("today").asText()).isEqualTo("2026-11-14");
  }

  @Test
  void aVisitTellsItsLife() {
    JsonNode held = all("late-arrivals?", 10).get(0);

    JsonNode visit = here.get("visits/" + held.path("visit").asText(), Installation.VIEWER);

    assertThat(visit.path("lateArrival")).isEqualTo(held);
    assertThat(visit.path("timeline"))
        .extracting(event -> event.path("what").asText())
        .contains("FINALIZED");
    assertThat(visit.path("timeline")).extracting(event -> event.path("at").asText()).isSorted();
    assertThat(visit.toString()).doesNotContain("patientKey");
  }

  @Test
  void theOverviewAddsUpWhatTheMatrixShows() {
    JsonNode overview = here.get("overview", Installation.VIEWER);
    JsonNode matrix =
        here.get("matrix?granularity=MONTH&from=2026-11-01&to=2026-11-14", Installation.VIEWER);

    long unexplained = 0;
    for (JsonNode cell : matrix.path("cells")) {
      unexplained += cell.path("difference").asLong();
    }
    assertThat(overview.path("month").path("difference").asLong()).isEqualTo(unexplained);
    assertThat(matrix.path("periods")).hasSize(1);
    assertThat(overview.path("feeds")).hasSize(2);
    assertThat(overview.path("findings")).isNotEmpty();
    assertThat(overview.path("held")).hasSize(18);
  }

  @Test
  void everyListIsAFileToo() {
    HttpResponse<String> csv =
        here.send(
            "GET", "balances?granularity=DAY&format=csv&headers=names", null, Installation.VIEWER);

    assertThat(csv.statusCode()).isEqualTo(200);
    assertThat(csv.headers().firstValue("Content-Type").orElse("")).startsWith("text/csv");
    String[] lines = csv.body().split("\r\n");
    assertThat(lines[0]).startsWith("location,granularity,from,to,reported.emrVisits,");
    assertThat(lines).hasSize(1 + all("balances?granularity=DAY&", 100).size());
    assertThat(here.send("GET", "visits", null, Installation.VIEWER, "Accept", "text/csv").body())
        .startsWith("\uFEFFVisit,Location,Date of service,");
    assertThat(here.send("GET", "balances?format=csv", null, Installation.VIEWER).body())
        .startsWith("\uFEFFLocation,Period,From,To,Status,EMR visits,")
        .contains("Held by a rejection", ",Out of balance,")
        .doesNotContain("{", "OUT_OF_BALANCE");
  }

  /** Where a span begins depends on where it ends, not on today. */
  @Test
  void whoGivesOnlyTheEndOfASpanIsNotToldOfItsBeginning() {
    for (String path : List.of("late-arrivals/ageing", "matrix", "trends", "money", "balances")) {
      HttpResponse<String> answer =
          here.send("GET", path + "?to=2025-01-01", null, Installation.VIEWER);

      assertThat(answer.statusCode()).as("%s: %s", path, answer.body()).isEqualTo(200);
    }
  }

  @Test
  void theDelaysOfLateChargesAreThoseOfNinetyDaysUntilTheEnd() {
    assertThat(lags("?to=2026-11-13")).isEqualTo(lags("?from=2026-08-15&to=2026-11-13"));
    assertThat(lags("?to=2026-11-13")).isNotEmpty();
    assertThat(lags("?to=2027-03-14")).isEmpty();
  }

  private static JsonNode lags(String span) {
    return here.get("late-arrivals/ageing" + span, Installation.VIEWER).path("lags");
  }
}
