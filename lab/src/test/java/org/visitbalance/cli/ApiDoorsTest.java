package org.visitbalance.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.visitbalance.output.AccessAction;
import org.visitbalance.output.AccessEntry;
import org.visitbalance.service.TopicReader;
import org.visitbalance.topology.Topics;

/** What the API writes: facts, settings, and who looked behind a token. */
@Timeout(180)
@Tag("slow")
class ApiDoorsTest {
  private static final Company OWN = Company.own();
  private static Installation here;

  @BeforeAll
  static void start() {
    here = Installation.shared();
  }

  private static List<AccessEntry> accessLog(AccessAction action) {
    List<AccessEntry> entries = new ArrayList<>();
    new TopicReader(here.clients, here.serdes, "")
        .read(List.of(Topics.ACCESS_LOG), (topic, key, value) -> entries.add((AccessEntry) value));
    return entries.stream()
        .filter(entry -> entry.getAction() == action)
        .sorted(Comparator.comparing(AccessEntry::getAt))
        .toList();
  }

  @Test
  void whoRevealsAVisitIsWrittenDownFirst() {
    String token =
        here.get("visits?limit=1", Installation.VIEWER).path("rows").get(0).path("visit").asText();
    int before = accessLog(AccessAction.REVEAL).size();

    HttpResponse<String> refused =
        here.send("POST", "visits/" + token + "/reveal", "", Installation.VIEWER);
    assertThat(refused.statusCode()).isEqualTo(403);
    assertThat(accessLog(AccessAction.REVEAL)).hasSize(before);

    JsonNode ids = here.post("visits/" + token + "/reveal", "", Installation.WORKER);

    assertThat(ids.path("patientKey").asText()).startsWith("A");
    assertThat(ids.path("name").asText()).isNotEmpty();
    AccessEntry entry = accessLog(AccessAction.REVEAL).get(before);
    assertThat(entry.getWho()).isEqualTo("will");
    assertThat(entry.getVisit()).isEqualTo(token);
    assertThat(entry.getFromAddress()).isEqualTo("127.0.0.1");
    assertThat(entry.getTenant()).isEqualTo(Installation.TENANT);
  }

  @Test
  void aVisitIsFoundByEachOfItsIds() {
    String token =
        here.get("discrepancies?kind=DUPLICATE_BILLING&limit=1", Installation.VIEWER)
            .at("/rows/0/visit")
            .asText();
    JsonNode ids = here.post("visits/" + token + "/reveal", "", Installation.WORKER);
    JsonNode charge = ids.at("/charges/0");
    int before = accessLog(AccessAction.SEARCH).size();

    for (String[] one :
        new String[][] {
          {ids.path("name").asText(), "VISIT"},
          {ids.path("patientKey").asText(), "ACCOUNT"},
          {charge.path("chargeId").asText(), "CHARGE"},
          {charge.path("billingVisitId").asText(), "BILLING_VISIT"}
        }) {
      JsonNode found = search(one[0]);

      JsonNode visit =
          StreamSupport.stream(found.path("visits").spliterator(), false)
              .filter(row -> row.path("visit").asText().equals(token))
              .findFirst()
              .orElseThrow(() -> new AssertionError(one[1] + " leads nowhere: " + found));
      assertThat(visit.path("foundBy").toString()).contains(one[1]);
      assertThat(visit.path("status").asText()).isEqualTo("CURRENT");
      assertThat(visit.path("charges")).isEqualTo(ids.path("charges"));
      assertThat(visit.path("openDiscrepancies").asInt()).isPositive();
      assertThat(found.path("deadLetters")).isEmpty();
    }
    assertThat(accessLog(AccessAction.SEARCH).subList(before, before + 4))
        .allMatch(entry -> entry.getWho().equals("will"))
        .allMatch(entry -> entry.getVisit() != null);
  }

  @Test
  void whatIsBilledTwiceNamesBothBillingVisits() {
    String token =
        here.get("discrepancies?kind=DUPLICATE_BILLING&limit=1", Installation.VIEWER)
            .at("/rows/0/visit")
            .asText();

    JsonNode ids = here.post("visits/" + token + "/reveal", "", Installation.WORKER);

    assertThat(ids.path("charges").findValuesAsText("billingVisitId").stream().distinct())
        .hasSizeGreaterThan(1);
    assertThat(ids.path("charges").findValuesAsText("billed")).contains("true");
  }

  @Test
  void anIdThatIsNowhereComesWithHowFarTheSourcesAre() {
    JsonNode found = search("NO-SUCH-ID");

    assertThat(found.path("visits")).isEmpty();
    assertThat(found.path("deadLetters")).isEmpty();
    assertThat(found.path("feeds").findValuesAsText("source")).containsExactly("BILLING", "EMR");
  }

  @Test
  void aSearchIsForWorkersAndTakesOneId() {
    assertThat(here.send("POST", "search", "{\"id\":\"B1\"}", Installation.VIEWER).statusCode())
        .isEqualTo(403);
    for (String body : List.of("", "[]", "{}", "{\"id\":\" \"}", "{\"id\":1}", "nonsense")) {
      HttpResponse<String> refused = here.send("POST", "search", body, Installation.WORKER);
      assertThat(refused.statusCode()).as(body).isEqualTo(400);
      assertThat(refused.body()).contains("one id of 1 to 256 characters");
    }
  }

  @Test
  void aWorkerSeesTheIdsOfAListAndIsLoggedOncePerView() {
    String list = "discrepancies?kind=DUPLICATE_BILLING&location=DTN&location=EST&location=LAKE";
    int before = accessLog(AccessAction.SHOW_IDS).size();

    assertThat(here.send("GET", list + "&ids=true", "", Installation.VIEWER).statusCode())
        .isEqualTo(403);
    assertThat(here.get(list, Installation.WORKER).at("/rows/0").has("ids")).isFalse();
    assertThat(accessLog(AccessAction.SHOW_IDS)).hasSize(before);

    for (int i = 0; i < 2; i++) {
      JsonNode row = here.get(list + "&ids=true&limit=1", Installation.WORKER).at("/rows/0");
      JsonNode ids =
          here.post("visits/" + row.path("visit").asText() + "/reveal", "", Installation.WORKER);
      assertThat(row.at("/ids/visitId")).isEqualTo(ids.path("name"));
      assertThat(row.at("/ids/account")).isEqualTo(ids.path("patientKey"));
      assertThat(row.at("/ids/billingVisits").asText()).contains(", ");
      for (String charge : ids.path("charges").findValuesAsText("chargeId")) {
        assertThat(row.at("/ids/charges").asText()).contains(charge);
      }
    }
    HttpResponse<String> csv =
        here.send("GET", list + "&ids=true&format=csv", "", Installation.WORKER);
    assertThat(csv.headers().firstValue("Cache-Control")).contains("no-store");
    assertThat(csv.body()).contains("EMR visit ID", "Billing visit IDs");

    List<AccessEntry> entries = accessLog(AccessAction.SHOW_IDS);
    assertThat(entries).hasSize(before + 1);
    assertThat(entries.get(before).getWho()).isEqualTo("will");
    assertThat(entries.get(before).getFilter())
        .isEqualTo(
            "discrepancies?kind=DUPLICATE_BILLING&location=DTN&location=EST" + "&location=LAKE");
  }

  @Test
  void eachListOfVisitsCanShowIds() {
    for (String list :
        List.of(
            "visits",
            "late-arrivals",
            "unit-variances",
            "open-notes",
            "discrepancies?level=VISIT")) {
      JsonNode row =
          here.get(
                  list + (list.contains("?") ? "&" : "?") + "ids=true&limit=1", Installation.WORKER)
              .at("/rows/0");
      assertThat(row.at("/ids/visitId").asText()).as(list).isNotEmpty();
      assertThat(row.at("/ids/account").asText()).as(list).startsWith("A");
    }
  }

  @Test
  void openNotesNameWhoIsToFinishThem() {
    JsonNode notes = here.get("open-notes?sort=provider", Installation.VIEWER).path("rows");

    assertThat(notes).isNotEmpty();
    assertThat(notes)
        .allSatisfy(note -> assertThat(note.path("providerId").asText()).startsWith("TH"));
    String provider = notes.get(0).path("providerId").asText();
    assertThat(here.get("open-notes?provider=" + provider, Installation.VIEWER).path("rows"))
        .isNotEmpty()
        .allSatisfy(note -> assertThat(note.path("providerId").asText()).isEqualTo(provider));
  }

  private static JsonNode search(String id) {
    return here.post("search", "{\"id\":\"" + id + "\"}", Installation.WORKER);
  }

  @Test
  void whatAWrongClockDatedIsRejectedAtOnce() {
    String visit = OWN.visit("RV9", "2026-11-05").strip();

    JsonNode answer = here.post("facts", visit.replace("2026-11-05", "2062-11-05"), OWN.admin());

    assertThat(answer.path("accepted").asInt()).isZero();
    assertThat(answer.at("/rejected/0/field").asText()).isEqualTo("occurredAt");
    assertThat(answer.at("/rejected/0/reason").asText())
        .isEqualTo("is more than 2 days after the fact became known");
  }

  @Test
  void factsAreTakenLineByLineAndMayBeSentAgain() {
    String good = OWN.visit("RV2", "2026-08-05").strip();
    String foreign = Installation.visit(Installation.TENANT, "RV3", "2026-08-05").strip();
    String body =
        String.join("\n", good, "{\"fact\":\"visit\"}", "", "nonsense", foreign, good) + "\n";

    for (int i = 0; i < 2; i++) {
      JsonNode answer = here.post("facts", body, OWN.admin());

      assertThat(answer.path("accepted").asInt()).isEqualTo(2);
      assertThat(answer.path("rejected"))
          .extracting(one -> one.path("line").asInt())
          .containsExactly(2, 4, 5);
      assertThat(answer.path("rejected").get(0).path("reason").asText()).contains("missing");
      assertThat(answer.path("rejected").get(2).path("field").asText()).isEqualTo("tenant");
    }
    here.settle();

    JsonNode visits = here.get("visits?from=2026-08-05&to=2026-08-05", OWN.admin()).path("rows");
    assertThat(visits).hasSize(1);
  }

  @Test
  void settingsAreReplacedAsAWholeAndRemembered() {
    JsonNode before = here.get("settings", OWN.admin());
    ObjectNode document = ((ObjectNode) before.path("settings")).deepCopy();
    document.put("weekStartsOn", "SUNDAY").put("nonsense", 1);
    // As a proxy makes it that compresses answers
    String match = "W/\"" + before.path("version").asText() + "\"";

    HttpResponse<String> taken =
        here.send("PUT", "settings", document.toString(), OWN.admin(), "If-Match", match);

    assertThat(taken.statusCode()).as(taken.body()).isEqualTo(202);
    assertThat(Installation.json(taken.body()).path("warnings").toString()).contains("nonsense");
    here.settle();
    JsonNode after = here.get("settings", OWN.admin());
    assertThat(after.path("settings").path("weekStartsOn").asText()).isEqualTo("SUNDAY");
    assertThat(after.path("version").asLong()).isGreaterThan(before.path("version").asLong());
    JsonNode newest = here.get("settings/history", OWN.admin()).path("rows").get(0);
    ((ObjectNode) newest).remove("changes");
    assertThat(newest).isEqualTo(((ObjectNode) after).without("freshness"));
    assertThat(here.send("PUT", "settings", "{}", OWN.admin(), "If-Match", match).statusCode())
        .isEqualTo(412);
    assertThat(accessLog(AccessAction.REPLACE_SETTINGS))
        .extracting(AccessEntry::getWho)
        .contains("rosa");
  }

  @Test
  void whatACallerHasAlreadyIsNotSentAgain() {
    for (String path : List.of("matrix?from=2026-11-01&to=2026-11-14", "overview")) {
      HttpResponse<String> first = packed(path, OWN.admin(), "");
      String tag = first.headers().firstValue("ETag").orElseThrow();
      assertThat(first.statusCode()).isEqualTo(200);
      assertThat(first.headers().firstValue("Content-Encoding")).contains("gzip");
      assertThat(packed(path, OWN.admin(), "").headers().firstValue("ETag")).contains(tag);

      HttpResponse<String> again = packed(path, OWN.admin(), tag);
      assertThat(again.statusCode()).isEqualTo(304);
      assertThat(again.body()).isEmpty();
      assertThat(again.headers().firstValue("Visit-Balance-As-Of")).isPresent();
      // Another caller, another question
      assertThat(packed(path, OWN.viewer(), tag).statusCode()).isEqualTo(200);
      assertThat(packed(path, Installation.WORKER, tag).statusCode()).isEqualTo(200);
      String other = path + (path.contains("?") ? "&" : "?") + "location=C01";
      assertThat(packed(other, OWN.admin(), tag).statusCode()).isEqualTo(200);

      here.post("facts", OWN.visit("TAG" + path.length(), "2026-11-12"), OWN.admin());
      here.settle();
      HttpResponse<String> changed = packed(path, OWN.admin(), tag);
      assertThat(changed.statusCode()).isEqualTo(200);
      assertThat(changed.headers().firstValue("ETag"))
          .isNotEqualTo(first.headers().firstValue("ETag"));
    }
  }

  private static HttpResponse<String> packed(String path, String token, String tag) {
    return here.send("GET", path, null, token, "Accept-Encoding", "gzip", "If-None-Match", tag);
  }

  @Test
  void namesAreShownAndThoseOfTherapistsToWorkersOnly() {
    String document =
        """
        locations:
          - {clinicId: C01, locationId: C01, from: 2026-01-01, group: North}
          - {clinicId: C01, locationId: C01, name: Downtown, group: South}
          - {clinicId: C09, locationId: C09}
        payerNames: {BCBS: Blue Cross}
        therapistNames: {TH1: Pat Lee}
        """;
    assertThat(here.send("PUT", "settings", document, OWN.admin()).statusCode()).isEqualTo(202);
    here.settle();

    JsonNode names = here.get("names", OWN.admin());
    assertThat(names.path("locations").toString())
        .isEqualTo(
            "{\"C01\":{\"name\":\"Downtown\",\"group\":\"North\"},"
                + "\"C09\":{\"name\":null,\"group\":null}}");
    assertThat(names.path("payers").toString()).isEqualTo("{\"BCBS\":\"Blue Cross\"}");
    assertThat(names.path("therapists").toString()).isEqualTo("{\"TH1\":\"Pat Lee\"}");

    JsonNode viewers = here.get("names", OWN.viewer());
    assertThat(viewers.path("locations")).isEqualTo(names.path("locations"));
    assertThat(viewers.path("payers")).isEqualTo(names.path("payers"));
    assertThat(viewers.path("therapists")).isEmpty();
    for (String path : List.of("settings", "settings/history")) {
      assertThat(here.get(path, OWN.admin()).toString()).contains("Pat Lee");
      assertThat(here.get(path, OWN.viewer()).toString())
          .doesNotContain("Pat Lee")
          .contains("Blue Cross");
    }
  }

  @Test
  void settingsThatCannotBeUsedAreRefusedWithTheirPlace() {
    for (String bad :
        List.of(
            "missingAfter: soon",
            "zone: Mars/Base",
            "{",
            "",
            "tenant: HARBOR",
            "payerRules: [{payerId: X, codeCap: {a: -1}}]",
            "[".repeat(50_000),
            "a: &a [x]\nb: [" + "*a, ".repeat(2000) + "]")) {
      HttpResponse<String> response = here.send("PUT", "settings", bad, OWN.admin());

      assertThat(response.statusCode())
          .as(bad.substring(0, Math.min(30, bad.length())))
          .isIn(422, 202);
      assertThat(bad.startsWith("a:") || response.statusCode() == 422).isTrue();
    }
    assertThat(here.send("PUT", "settings", "{}", Installation.WORKER).statusCode()).isEqualTo(403);
  }

  @Test
  void aFormulaInANameIsATextInTheFile() {
    String body =
        OWN.visit("RV9", "2026-11-06")
            .replace("\"TH1\"", "\"=HYPERLINK(1)\"")
            .replace("\"C01\"", "\" +SUM(A1)\"");
    here.post("facts", body, OWN.admin());
    here.settle();

    String csv = here.send("GET", "visits?from=2026-11-06&format=csv", null, OWN.admin()).body();

    assertThat(csv).contains(",'=HYPERLINK(1),").doesNotContain(",=HYPERLINK");
    assertThat(csv).containsPattern(",' ?\\+SUM\\(A1\\),");
  }
}
