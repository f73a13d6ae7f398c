package org.visitbalance.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A period is closed by a person who has seen it, or by policy, and held against what comes. */
@Timeout(180)
@Tag("slow")
class ClosesStoryTest {
  private static final Company OWN = Company.own();
  private static final Duration SOON = Duration.ofSeconds(30);
  private static Installation here;

  @BeforeAll
  static void start() {
    here = Installation.shared();
  }

  /** A period of the rival, whose own visits no other test counts. */
  private static JsonNode period(String day) {
    return here.get("period?granularity=DAY&location=C01&from=" + day, OWN.admin());
  }

  /** The cell of the matrix. */
  private static JsonNode cell(String day) {
    return here.get("matrix?location=C01&from=%s&to=%s".formatted(day, day), OWN.admin())
        .at("/cells/0");
  }

  private static int close(String day, String seal, String token) {
    String body =
        "{\"location\":\"C01\",\"granularity\":\"DAY\",\"from\":\"%s\",\"seal\":\"%s\"}"
            .formatted(day, seal);
    return here.send("POST", "closes", body, token).statusCode();
  }

  /** Closes a day for the first time, as it is. */
  private static void closed(String day) {
    close(day, period(day).at("/close/seal").asText(), OWN.admin());
    Awaitility.await().atMost(SOON).until(() -> period(day).at("/close/version").asInt() == 1);
  }

  private static void visit(String id, String day) {
    here.post("facts", OWN.visit(id, day), OWN.admin());
    here.settle();
  }

  @Test
  void whatWasSeenIsClosedAndALaterFactIsRaisedWithWhatChangedIt() {
    visit("CLOSE1", "2026-10-05");
    String seal = period("2026-10-05").at("/close/seal").asText();

    // Somebody who has seen something else, or may not, closes nothing
    assertThat(close("2026-10-05", "0000000000000000", OWN.admin())).isEqualTo(409);
    assertThat(close("2026-10-05", seal, Installation.VIEWER)).isEqualTo(403);
    assertThat(close("2026-10-05", seal, OWN.admin())).isEqualTo(202);
    Awaitility.await()
        .atMost(SOON)
        .untilAsserted(
            () -> {
              JsonNode close = period("2026-10-05").path("close");
              assertThat(close.path("version").asInt()).isEqualTo(1);
              assertThat(close.path("closedBy").asText()).isEqualTo("rosa");
              assertThat(close.path("changed").asBoolean()).isFalse();
            });

    // When another visit of that day becomes known
    visit("CLOSE2", "2026-10-05");

    // Then it is changed, by that note, and on the work list
    JsonNode close = period("2026-10-05").path("close");
    assertThat(close.path("changed").asBoolean()).isTrue();
    assertThat(close.path("before").asText()).contains("EMR 1");
    assertThat(close.path("after").asText()).contains("EMR 2");
    assertThat(close.path("changedBy")).isNotEmpty();
    assertThat(here.get("discrepancies?kind=CLOSED_PERIOD_CHANGED", OWN.admin()).path("rows"))
        .anyMatch(row -> row.path("date").asText().equals("2026-10-05"));

    assertThat(cell("2026-10-05").path("closed").asBoolean()).isTrue();
    assertThat(cell("2026-10-05").path("changed").asBoolean()).isTrue();

    // And closed again it is quiet; both versions stay, and nobody else sees them
    assertThat(close("2026-10-05", close.path("seal").asText(), OWN.admin())).isEqualTo(202);
    Awaitility.await()
        .atMost(SOON)
        .until(() -> period("2026-10-05").at("/close/version").asInt() == 2);
    assertThat(here.get("closes?from=2026-10-05&to=2026-10-05", OWN.admin()).path("rows"))
        .extracting(row -> row.path("version").asInt())
        .containsExactly(2, 1);
    assertThat(here.get("closes?from=2026-10-05&to=2026-10-05", Installation.VIEWER).path("rows"))
        .isEmpty();
  }

  @Test
  void aChargeOfALaterDayIsNamedAsWhatChangedTheDayAndAVisitElsewhereIsNot() {
    // Given a closed day whose charge is missing
    visit("CLOSE7", "2026-10-08");
    closed("2026-10-08");

    // When it comes two weeks later, and a visit of that day at another clinic becomes known
    String elsewhere = OWN.visit("CLOSE8", "2026-10-08").replace("C01", "C02");
    here.post("facts", elsewhere, OWN.admin());
    here.post("facts", charge("CLOSE7", "2026-10-08", "2026-10-22"), OWN.admin());
    here.settle();

    // Then the charge is what changed it
    JsonNode changedBy = period("2026-10-08").at("/close/changedBy");
    assertThat(changedBy).hasSize(1);
    assertThat(changedBy.at("/0/kind").asText()).isEqualTo("CHARGE");
    assertThat(changedBy.at("/0/day").asText()).isEqualTo("2026-10-22");
  }

  private static String charge(String visit, String day, String created) {
    return """
    {"fact":"charge","tenant":"%1$s","eventId":"c-%2$s","occurredAt":"%4$sT09:00:00Z",\
    "chargeId":"c-%2$s","status":"ACTIVE","updatedAt":"%4$sT09:00:00Z",\
    "patientKey":"P-%2$s","emrVisitId":"%2$s","billingVisitId":"B-%2$s",\
    "locationId":"C01","dateOfService":"%3$s","createdAt":"%4$sT09:00:00Z",\
    "createdOn":"%4$s","treatingProviderId":"TH1","cpt":"97110","modifiers":[],"units":2}
    """
        .formatted(OWN.name(), visit, day, created);
  }

  @Test
  void aClosedDayOfWhichNothingIsLeftIsSeenAndClosedAgain() {
    // Given a closed day whose only visit is retracted
    visit("CLOSE6", "2026-10-07");
    closed("2026-10-07");
    here.post(
        "facts",
        OWN.visit("CLOSE6", "2026-10-07")
            .replace("e-CLOSE6", "r-CLOSE6")
            .replace("\"revision\":0", "\"revision\":1")
            .replace("FINALIZED", "RETRACTED"),
        OWN.admin());
    here.settle();

    // Then it has changed to nothing, and is among the closes that have changed
    JsonNode gone = period("2026-10-07");
    assertThat(gone.at("/balance/reported/emrVisits").asInt()).isZero();
    assertThat(gone.at("/close/changed").asBoolean()).isTrue();
    assertThat(changedCloses()).contains("2026-10-07");

    // And closed again as that, it is so no longer
    assertThat(close("2026-10-07", gone.at("/close/seal").asText(), OWN.admin())).isEqualTo(202);
    Awaitility.await()
        .atMost(SOON)
        .untilAsserted(
            () -> {
              assertThat(period("2026-10-07").at("/close/version").asInt()).isEqualTo(2);
              assertThat(period("2026-10-07").at("/close/changed").asBoolean()).isFalse();
              assertThat(changedCloses()).doesNotContain("2026-10-07");
            });
  }

  private static List<String> changedCloses() {
    List<String> days = new ArrayList<>();
    here.get("closes?changed=true", OWN.admin())
        .path("rows")
        .forEach(row -> days.add(row.path("from").asText()));
    return days;
  }

  @Test
  void aDayThatIsNotOverOrHasNothingInItCannotBeClosed() {
    visit("CLOSE3", "2026-11-14");

    assertThat(close("2026-11-14", period("2026-11-14").at("/close/seal").asText(), OWN.admin()))
        .isEqualTo(422);
    assertThat(close("2026-01-01", "0000000000000000", OWN.admin())).isEqualTo(404);
    for (String body : new String[] {"", "[]", "{", "{\"location\":1}", "{\"location\":\"\"}"}) {
      assertThat(here.send("POST", "closes", body, OWN.admin()).statusCode()).isEqualTo(400);
    }
  }

  @Test
  void aDayWithNothingUnexplainedOrPendingIsClosedByPolicyOnceAndByTheCompanysClock() {
    // Given a day whose only visit is not to be billed, and one whose charge is missing
    here.post("facts", OWN.visit("CLOSE4", "2026-10-12").replace("NONE", "NC001"), OWN.admin());
    visit("CLOSE5", "2026-10-13");

    // And while that charge may still come
    here.send(
        "PUT", "settings", "{\"closeAfter\":\"P20D\",\"missingAfter\":\"P90D\"}", OWN.admin());
    here.settle();
    assertThat(period("2026-10-13").at("/balance/verdict").asText()).isEqualTo("WAITING");
    here.web.closeWhatIsDue();

    // When the settings say after how long, twice at once
    here.send("PUT", "settings", "{\"closeAfter\":\"P20D\"}", OWN.admin());
    here.settle();
    assertThat(period("2026-10-13").at("/balance/verdict").asText()).isEqualTo("OUT_OF_BALANCE");
    here.web.closeWhatIsDue();
    here.web.closeWhatIsDue();

    // Then the one is closed, in one version, and the other is not
    Awaitility.await()
        .atMost(SOON)
        .until(() -> period("2026-10-12").at("/close/closedBy").asText().equals("policy"));
    assertThat(period("2026-10-12").at("/close/version").asInt()).isEqualTo(1);
    assertThat(period("2026-10-13").at("/close/version").asInt()).isZero();
    here.send("PUT", "settings", "{}", OWN.admin());
    here.settle();
  }
}
