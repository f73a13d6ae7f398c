package org.visitbalance.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Nobody sees, or writes, anything of a tenant that is not theirs, however they ask. */
@Timeout(180)
@Tag("slow")
class TenantsApartTest {
  private static Installation here;

  @BeforeAll
  static void start() {
    here = Installation.shared();
  }

  static Stream<String> lists() {
    return Stream.of(
        "overview",
        "matrix",
        "trends",
        "locations",
        "balances",
        "visits",
        "discrepancies?status=ALL",
        "late-arrivals",
        "late-arrivals/ageing",
        "unit-variances",
        "unit-variances/summary",
        "cap-proposals",
        "insights",
        "settings",
        "settings/history",
        "settings/questions",
        "settings/difference?from=0",
        "files",
        "files/missing",
        "mappings",
        "mappings/history",
        "dead-letters",
        "dead-letters/records");
  }

  @ParameterizedTest
  @MethodSource("lists")
  void theRivalSeesNothingOfTheCompany(String path) {
    String body = here.send("GET", path, null, Installation.RIVAL_ADMIN).body();

    // Places, therapists and payers of the company.
    assertThat(body).doesNotContain("DTN", "TH101", "HARBOR", "America/New_York");
    String other = path + (path.contains("?") ? "&" : "?") + "tenant=" + Installation.TENANT;
    HttpResponse<String> refused = here.send("GET", other, null, Installation.RIVAL_ADMIN);
    assertThat(refused.statusCode()).isEqualTo(403);
    assertThat(refused.body()).doesNotContain("DTN", "TH101");
  }

  /** What a tenant is set up by can be asked for before. */
  @ParameterizedTest
  @MethodSource("lists")
  void ofATenantThatNobodyKnowsThereAreNoFiguresForThoseWhoMaySeeAll(String path) {
    String whole = path + (path.contains("?") ? "&" : "?") + "tenant=HARBUR";
    HttpResponse<String> answer = here.send("GET", whole, null, Installation.OPERATOR);

    if (path.matches("(settings|mappings|files)($|/.*)")) {
      assertThat(answer.statusCode()).isLessThan(500);
    } else {
      assertThat(answer.statusCode()).isEqualTo(404);
      assertThat(answer.body()).contains("/api/v1/me lists the tenants");
    }
  }

  @Test
  void anotherTenantsTokensLeadNowhere() {
    String token =
        here.get("visits?limit=1", Installation.VIEWER).path("rows").get(0).path("visit").asText();

    assertThat(here.send("GET", "visits/" + token, null, Installation.RIVAL_ADMIN).statusCode())
        .isEqualTo(404);
    assertThat(
            here.send("POST", "visits/" + token + "/reveal", "", Installation.RIVAL_ADMIN)
                .statusCode())
        .isEqualTo(404);
  }

  @Test
  void aTenantThatIsNotThereLooksLikeOneThatIsNotMine() {
    String there =
        here.send("GET", "balances?tenant=HARBOR", null, Installation.RIVAL_ADMIN).body();
    String not = here.send("GET", "balances?tenant=NONE", null, Installation.RIVAL_ADMIN).body();

    assertThat(there).isEqualTo(not);
  }

  @Test
  void withoutATokenThereIsNothing() {
    for (String path : lists().toList()) {
      for (String token : new String[] {null, "", "nobody", "../viewer-token"}) {
        HttpResponse<String> response = here.send("GET", path, null, token);

        assertThat(response.statusCode()).as(path).isEqualTo(401);
        assertThat(response.body()).doesNotContain("DTN", "TH101");
      }
    }
  }

  @Test
  void whoLooksAfterAllOfThemSaysWhichOneIsMeant() {
    JsonNode me = here.get("me", Installation.OPERATOR);

    assertThat(me.path("tenants"))
        .extracting(JsonNode::asText)
        .contains(Installation.TENANT, Installation.RIVAL);
    assertThat(here.send("GET", "balances", null, Installation.OPERATOR).statusCode())
        .isEqualTo(400);
    assertThat(here.get("balances?tenant=HARBOR&limit=1", Installation.OPERATOR).path("rows"))
        .hasSize(1);
    assertThat(here.get("me", Installation.RIVAL_ADMIN).path("tenants"))
        .extracting(JsonNode::asText)
        .isEqualTo(List.of(Installation.RIVAL));
  }
}
