package org.visitbalance.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.visitbalance.core.MoneyKinds;

/** The sums of money that the API tells are those of the work list. */
@Timeout(180)
@Tag("slow")
class MoneyApiTest {
  private static Installation here;

  @BeforeAll
  static void start() {
    here = Installation.shared();
  }

  private static JsonNode money(String query) {
    return here.get("money" + query, Installation.WORKER);
  }

  private static List<JsonNode> open(String query) {
    JsonNode rows = here.get("discrepancies?limit=1000" + query, Installation.WORKER).path("rows");
    assertThat(rows).isNotEmpty();
    return List.copyOf(rows.findParents("fileBy"));
  }

  /** Of each visit the greatest amount of some kinds, null if none is known. */
  private static String sum(List<JsonNode> open, List<String> kinds) {
    Map<String, Long> greatest = new HashMap<>();
    Set<String> unpriced = new HashSet<>();
    for (JsonNode one : open) {
      if (!one.path("visit").isNull() && kinds.contains(one.path("kind").asText())) {
        String visit = one.path("visit").asText();
        greatest.putIfAbsent(visit, -1L);
        if (one.path("amountCents").isNull()) {
          unpriced.add(visit);
        } else {
          greatest.merge(visit, one.path("amountCents").asLong(), Math::max);
        }
      }
    }
    long cents = greatest.values().stream().filter(one -> one > 0).mapToLong(one -> one).sum();
    boolean isKnown = greatest.isEmpty() || greatest.values().stream().anyMatch(one -> one >= 0);
    return "{\"cents\":%s,\"visits\":%d,\"unpriced\":%d}"
        .formatted(isKnown ? cents : "null", greatest.size(), unpriced.size());
  }

  @Test
  void theTotalsAreThoseOfTheWorkList() {
    List<JsonNode> open = open("");
    JsonNode total = money("").path("total");

    assertThat(total.path("unbilled").toString()).isEqualTo(sum(open, MoneyKinds.UNBILLED));
    assertThat(total.path("held").toString()).isEqualTo(sum(open, List.of("HELD")));
    assertThat(total.path("missing").toString()).isEqualTo(sum(open, MoneyKinds.MISSING));
    assertThat(total.at("/unbilled/cents").asLong()).isPositive();
    assertThat(total.at("/exposed/cents").asLong()).isPositive();
    assertThat(here.get("overview", Installation.VIEWER).path("money")).isEqualTo(total);
  }

  @Test
  void everyLocationHasTheSumsOfItsOwn() {
    for (JsonNode row : money("?by=location").path("rows")) {
      String location = row.path("location").asText();
      JsonNode own = money("?location=" + location).path("total");

      for (String sum : List.of("atRisk", "exposed", "pastDeadline", "fileSoon", "nextDeadline")) {
        assertThat(row.path(sum)).as(location + " " + sum).isEqualTo(own.path(sum));
      }
    }
  }

  @Test
  void aPeriodHasTheSumsOfItsDays() {
    JsonNode period =
        here.get("period?location=DTN&granularity=MONTH&from=2026-11-01", Installation.VIEWER);

    assertThat(period.path("money"))
        .isEqualTo(money("?location=DTN&from=2026-11-01&to=2026-11-30").path("total"));
    assertThat(period.at("/money/atRisk/visits").asLong()).isPositive();
  }

  @Test
  void everyVisitHasOnePayerAndPayersAreForWorkers() {
    JsonNode byPayer = money("?by=payer");
    long visits = 0;
    for (JsonNode row : byPayer.path("rows")) {
      visits += row.at("/atRisk/visits").asLong();
      if (!row.path("payerId").isNull()) {
        JsonNode own = money("?payer=" + row.path("payerId").asText()).path("total");
        assertThat(row.path("atRisk")).isEqualTo(own.path("atRisk"));
      }
    }
    assertThat(visits).isEqualTo(byPayer.at("/total/atRisk/visits").asLong()).isPositive();

    for (String query : List.of("?by=payer", "?payer=X", "?by=payer&format=csv")) {
      HttpResponse<String> refused = here.send("GET", "money" + query, null, Installation.VIEWER);
      assertThat(refused.statusCode()).as(query).isEqualTo(403);
      assertThat(refused.body()).contains("role worker");
    }
  }

  @Test
  void theFileHasDollarsAndDates() {
    String csv = here.send("GET", "money?by=reason&format=csv", null, Installation.VIEWER).body();
    JsonNode first = money("?by=reason").path("rows").get(0);

    assertThat(csv.lines().findFirst().orElse(""))
        .contains("Discrepancy,At risk,Visits at risk,At risk without a price,Exposed");
    assertThat(csv.lines().skip(1).findFirst().orElse(""))
        .contains("," + "%.2f".formatted(first.at("/atRisk/cents").asLong() / 100.0) + ",")
        .doesNotContain(first.path("kind").asText());
    assertThat(csv.lines().skip(1)).hasSize(money("?by=reason").path("rows").size());
    assertThat(
            here.send("GET", "money?from=2026-11-05&to=2026-11-04", null, Installation.VIEWER)
                .statusCode())
        .isEqualTo(400);
  }
}
