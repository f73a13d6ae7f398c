package org.visitbalance.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.visitbalance.cli.serve.QueryService;
import org.visitbalance.query.model.Database;
import org.visitbalance.query.model.PostgresServer;

/** The API answers from PostgreSQL what it answers from the embedded database, row by row. */
@Timeout(180)
@Tag("slow")
class ApiOnPostgresTest {
  @TempDir private static Path folder;
  private static Installation here;
  private static PostgresServer server;
  private static QueryService other;

  @BeforeAll
  static void start() {
    Optional<Path> installed = PostgresServer.installed();
    assumeTrue(installed.isPresent(), "there is no PostgreSQL here: install Debian's postgresql");
    here = Installation.shared();
    server = PostgresServer.start(installed.get(), folder);
    other = here.open(Database.open(server.url(), PostgresServer.USER, null), here.authenticator());
    here.settle(other.port());
    here.settle();
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      other.close();
      server.close();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "overview",
        "matrix?to=2026-11-14",
        "matrix?granularity=WEEK&to=2026-11-14&location=DTN",
        "trends?to=2026-11-14",
        "trends?by=month&to=2026-11-14&location=DTN",
        "locations",
        "balances?sort=from",
        "balances?verdict=OUT_OF_BALANCE&granularity=DAY&from=2026-11-03&to=2026-11-06",
        "money",
        "money?by=day&from=2026-11-03",
        "money?by=location",
        "money?by=payer&format=csv",
        "period?location=DTN&granularity=DAY&from=2026-11-04",
        "period?location=DTN&granularity=MONTH&from=2026-11-01",
        "period/items?location=DTN&granularity=DAY&from=2026-11-04",
        "period/providers?location=DTN&granularity=WEEK&from=2026-11-02",
        "visits",
        "visits?state=HELD",
        "visits?from=2026-11-04&to=2026-11-05&location=DTN",
        "discrepancies",
        "discrepancies?format=csv",
        "discrepancies?status=RESOLVED",
        "discrepancies?days=false&fileWithin=200&minAmount=1000",
        "discrepancies?payer=BCBS&payer=MEDICARE",
        "discrepancies?kind=DATE_OF_SERVICE_MISMATCH&status=ALL",
        "discrepancies/choices",
        "discrepancies?severity=HIGH&sort=-openedAt",
        "late-arrivals",
        "late-arrivals/ageing",
        "unit-variances",
        "unit-variances/summary",
        "cap-proposals",
        "insights",
        "settings",
        "settings/history",
        "settings/history?format=csv",
        "settings/difference?from=0",
        "feeds",
        "dead-letters",
        "dead-letters?reason=SCHEMA&since=2026-01-01T00:00:00Z",
        "dead-letters/records"
      })
  void everyAnswerIsTheSame(String path) {
    HttpResponse<String> embedded = ask(here.web.port(), path);
    HttpResponse<String> postgres = ask(other.port(), path);

    assertThat(embedded.statusCode()).as(embedded.body()).isEqualTo(200);
    assertThat(postgres.statusCode()).as(postgres.body()).isEqualTo(200);
    assertThat(said(postgres)).isEqualTo(said(embedded));
  }

  @ParameterizedTest
  @ValueSource(strings = {"state=HELD", "state=POSTED_LATER", "state=MATCHED"})
  void aVisitHasTheSameLife(String which) {
    JsonNode rows = here.get("visits?limit=5&" + which, Installation.VIEWER).path("rows");

    assertThat(rows).isNotEmpty();
    for (JsonNode row : rows) {
      String path = "visits/" + row.path("visit").asText();
      assertThat(said(ask(other.port(), path))).isEqualTo(said(ask(here.web.port(), path)));
    }
  }

  private static HttpResponse<String> ask(int port, String path) {
    return here.send("GET", port, path, null, Installation.WORKER);
  }

  /** An answer without how fresh it is, which two installations may differ in. */
  private static String said(HttpResponse<String> answer) {
    if (!answer.headers().firstValue("Content-Type").orElse("").contains("json")) {
      return answer.body();
    }
    JsonNode body = Installation.json(answer.body());
    return body instanceof ObjectNode object
        ? object.without("freshness").toString()
        : body.toString();
  }
}
