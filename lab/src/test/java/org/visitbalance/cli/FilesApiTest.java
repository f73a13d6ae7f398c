package org.visitbalance.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.visitbalance.output.FileSource;
import org.visitbalance.output.FileState;
import org.visitbalance.output.ReceivedFile;
import org.visitbalance.platform.Patience;
import org.visitbalance.topology.Keys;
import org.visitbalance.topology.Topics;

/** What intake received, by the API. */
@Timeout(180)
@Tag("slow")
class FilesApiTest {
  private static final Company OWN = Company.own();
  private static final String DONE_SHA = "a".repeat(64);
  private static final String BAD_SHA = "b".repeat(64);
  private static Installation here;

  @BeforeAll
  static void start() {
    here = Installation.shared();
    put(file(BAD_SHA, "notes_2026-11-12.csv", FileState.QUARANTINED, "2026-11-12T04:30:00Z"));
    put(file(DONE_SHA, "charges_2026-11-13.csv", FileState.READ, "2026-11-13T10:00:00Z"));
    put(file(DONE_SHA, "charges_2026-11-13.csv", FileState.DONE, "2026-11-13T10:00:00Z"));
    put(late(Installation.TENANT, FileState.MISSING));
    Patience.await(
        "the files to be in the tables",
        Duration.ofSeconds(30),
        () -> names("files?entry=billing&state=DONE").size() == 1);
  }

  @Test
  void aSearchThatFindsNothingSaysSinceWhenNoFileHasTheId() {
    ApiDocument document = new ApiDocument(here.get("openapi.json", null));

    JsonNode none = here.post("search", "{\"id\":\"NO-SUCH-ID\"}", Installation.WORKER);

    assertThat(document.problems("/api/v1/search", "post", 200, "application/json", none))
        .isEmpty();
    assertThat(none.at("/files/since").asText()).isEqualTo("2026-11-12T04:30:00Z");
    assertThat(none.at("/files/read").asInt()).isEqualTo(1);
    assertThat(none.at("/files/refused").asInt()).isEqualTo(1);
    assertThat(here.post("search", "{\"id\":\"RV1\"}", OWN.admin()).path("files").isNull())
        .isTrue();
    assertThat(
            here.post("search", "{\"id\":\"NO-SUCH-ID\"}", Installation.SITE_ADMIN)
                .path("files")
                .isNull())
        .isTrue();
  }

  static ReceivedFile late(String tenant, FileState state) {
    return ReceivedFile.newBuilder(file("", "charges_*.csv", state, "2026-11-13T10:30:00Z"))
        .setTenant(tenant)
        .setPart("2026-11-13 charges_*.csv")
        .build();
  }

  static void put(ReceivedFile file) {
    SharedInstallation.get()
        .send(Topics.FILES, Keys.of(file.getTenant(), file.getSha256(), file.getPart()), file);
  }

  private static ReceivedFile file(String sha, String name, FileState state, String at) {
    boolean isBad = state == FileState.QUARANTINED;
    return ReceivedFile.newBuilder()
        .setTenant(Installation.TENANT)
        .setSha256(sha)
        .setPart("")
        .setReceipt(isBad ? 1 : 2)
        .setName(name)
        .setSize(4_000)
        .setSource(isBad ? FileSource.UPLOAD : FileSource.FOLDER)
        .setState(state)
        .setReason(isBad ? name + ":1: column visit_id is missing" : null)
        .setEntry(isBad ? null : "billing")
        .setRows(isBad ? 0 : 40)
        .setFacts(isBad ? 0 : 38)
        .setToSend(isBad ? 0 : 30)
        .setSent(isBad ? 0 : 30)
        .setUnchanged(isBad ? 0 : 8)
        .setDead(isBad ? 0 : 2)
        .setSkipped(0)
        .setFirstDate(isBad ? null : LocalDate.parse("2026-11-12"))
        .setLastDate(isBad ? null : LocalDate.parse("2026-11-13"))
        .setReceivedAt(Instant.parse(at))
        .setChangedAt(Instant.parse(at))
        .setBy(isBad ? "will" : null)
        .build();
  }

  private static List<String> names(String path) {
    List<String> names = new ArrayList<>();
    here.get(path, Installation.WORKER)
        .path("rows")
        .forEach(row -> names.add(row.path("name").asText()));
    return names;
  }

  @Test
  void aFileHasOneRowWithItsLastStateAndWhatWasRefusedIsFirst() {
    JsonNode rows = here.get("files", Installation.WORKER).path("rows");

    assertThat(rows.get(0).path("name").asText()).isEqualTo("notes_2026-11-12.csv");
    assertThat(rows.get(0).path("reason").asText()).contains("column visit_id is missing");
    assertThat(rows.get(0).path("by").asText()).isEqualTo("will");
    assertThat(names("files?entry=billing")).containsExactly("charges_2026-11-13.csv");
    JsonNode done = here.get("files?entry=billing", Installation.WORKER).path("rows").get(0);
    assertThat(done.path("state").asText()).isEqualTo("DONE");
    assertThat(done.path("rows").asInt()).isEqualTo(40);
    assertThat(done.path("facts").asInt()).isEqualTo(38);
    assertThat(done.path("dead").asInt()).isEqualTo(2);
    assertThat(done.path("lastDate").asText()).isEqualTo("2026-11-13");
    assertThat(done.has("tenant")).isFalse();
  }

  @Test
  void whatNeedsWorkIsOnTodayAndALateFileIsNotInTheList() {
    JsonNode files = here.get("overview", Installation.WORKER).path("files");
    assertThat(files.path("missing").asInt()).isEqualTo(1);
    assertThat(files.path("refused").asInt()).isEqualTo(1);
    assertThat(names("files")).doesNotContain("charges_*.csv");
    assertThat(here.get("overview", Installation.SITE_ADMIN).path("files").isNull()).isTrue();
  }

  @Test
  void filtersAreThoseOfTheCompanysDays() {
    // In New York it was received on November 11, before midnight.
    assertThat(names("files?source=UPLOAD&to=2026-11-11")).contains("notes_2026-11-12.csv");
    assertThat(names("files?source=UPLOAD&from=2026-11-12")).doesNotContain("notes_2026-11-12.csv");
    assertThat(names("files?state=QUARANTINED")).contains("notes_2026-11-12.csv");
    assertThat(names("files?state=QUARANTINED")).doesNotContain("charges_2026-11-13.csv");
    assertThat(names("files?sort=name&entry=billing")).hasSize(1);
  }

  @Test
  void itIsForWorkersOfTheWholeCompany() {
    assertThat(here.send("GET", "files", null, Installation.VIEWER).statusCode()).isEqualTo(403);
    assertThat(here.send("GET", "files", null, Installation.SITE_ADMIN).statusCode())
        .isEqualTo(403);
    assertThat(here.get("files", OWN.admin()).toString()).doesNotContain(BAD_SHA);
  }

  @Test
  void theFileOfTheListHasWords() {
    String csv =
        here.send("GET", "files?format=csv&entry=billing", null, Installation.WORKER).body();

    assertThat(csv).contains("File,", "Came by", "Invalid rows", "charges_2026-11-13.csv");
  }

  static final String CHARGES =
      """
      charge_id,original_charge_id,patient_account_number,date_of_service,charge_date,update_date,\
      cpt_code,mod1,mod2,units,charge_amount,cur_insurance_code,visit_id,place_of_service_id,\
      webpt_treating_therapist_id,webpt_billing_therapist_id,is_active,export_flag,entry,shoe_size
      9%s01,,SECRET1,3/4/2024,3/4/2024 9:04:26 AM,,97110,GP,,1,45.00,AETNA,RB1,RVL,TH1,,1,1,,7
      9%s02,,SECRET2,3/5/2024,3/5/2024 9:04:26 AM,,97110,GP,,many,45.00,AETNA,RB2,RVL,TH1,,1,1,,7
      """;

  private static HttpResponse<String> sendFile(String query, String name, String content) {
    return here.send("POST", "files?name=" + name + query, content, OWN.admin());
  }

  @Test
  void aFileIsPreviewedAndThenSent() {
    ApiDocument document = new ApiDocument(here.get("openapi.json", null));
    String content = CHARGES.replace("%s", "1");
    String name = "billing_charges_2024-03-05.csv";

    HttpResponse<String> seen = sendFile("&preview=true", name, content);

    assertThat(seen.statusCode()).as(seen.body()).isEqualTo(200);
    JsonNode preview = Installation.json(seen.body());
    assertThat(document.problems("/api/v1/files", "post", 200, "application/json", preview))
        .isEmpty();
    assertThat(preview.path("refused").isNull()).as(seen.body()).isTrue();
    assertThat(preview.path("rows").asInt()).isEqualTo(2);
    assertThat(preview.path("valid").asInt()).isEqualTo(1);
    assertThat(preview.path("dead").asInt()).isEqualTo(1);
    assertThat(preview.path("reasons").get(0).path("column").asText()).isEqualTo("units");
    assertThat(preview.path("matched").toString()).contains("date_of_service");
    assertThat(preview.path("unused").toString()).contains("shoe_size");
    assertThat(seen.body()).doesNotContain("SECRET", "many");
    assertThat(rivals()).doesNotContain(name);

    // When another file is sent instead, then it is refused
    String sha = preview.path("sha256").asText();
    assertThat(sendFile("&confirm=" + sha, name, content.replace("RB1", "RB3")).statusCode())
        .isEqualTo(422);

    HttpResponse<String> sent = sendFile("&confirm=" + sha, name, content);

    assertThat(sent.statusCode()).as(sent.body()).isEqualTo(200);
    JsonNode receipt = Installation.json(sent.body());
    assertThat(document.problems("/api/v1/files", "post", 200, "application/json", receipt))
        .isEmpty();
    Patience.await("the file to be read", Duration.ofSeconds(60), () -> rivals().contains(name));
    JsonNode row = here.get("files?state=DONE&source=UPLOAD", OWN.admin()).path("rows").get(0);
    assertThat(row.path("sha256").asText()).isEqualTo(sha);
    assertThat(row.path("by").asText()).isEqualTo("rosa");
    assertThat(row.path("sent").asInt()).isEqualTo(1);
    assertThat(
            Installation.json(sendFile("&preview=true", "again.csv", content).body())
                .path("repeats")
                .asText())
        .isEqualTo(name);
  }

  @Test
  void anAdminHasAFileReadAgain() {
    String name = "unreadable.csv";
    String content = "c,d\n1,2\n";
    String sha =
        Installation.json(sendFile("&preview=true", name, content).body()).path("sha256").asText();
    assertThat(sendFile("&confirm=" + sha, name, content).statusCode()).isEqualTo(200);
    Patience.await("the refusal", Duration.ofSeconds(60), () -> receipt(sha) > 0);
    long first = receipt(sha);

    JsonNode answer = here.post("files/" + sha + "/again", "", OWN.admin());

    assertThat(answer.path("receipt").asLong()).isGreaterThan(first);
    Patience.await("the next refusal", Duration.ofSeconds(60), () -> receipt(sha) > first);
    assertThat(again("ffffffff", OWN.admin())).isEqualTo(422);
    assertThat(again("x", OWN.admin())).isEqualTo(400);
    assertThat(again(sha, Installation.WORKER)).isEqualTo(403);
    assertThat(again(sha, Installation.ADMIN)).isEqualTo(422);
  }

  private static int again(String sha, String token) {
    return here.send("POST", "files/" + sha + "/again", "", token).statusCode();
  }

  @Test
  void whatIsMissingIsListedAndCanBeGivenUpOnce() {
    ApiDocument document = new ApiDocument(here.get("openapi.json", null));
    String admin = Company.EXPECTS.admin();
    JsonNode answer = here.get("files/missing", admin);

    assertThat(document.problems("/api/v1/files/missing", "get", 200, "application/json", answer))
        .isEmpty();
    assertThat(answer.path("takesFiles").asBoolean()).isTrue();
    assertThat(answer.path("missing").findValuesAsText("match")).contains(Company.EXPECTED_BY_API);
    String day = missingDay(answer);
    assertThat(day).isNotNull();

    String gap = "files/accept-gap?match=" + Company.EXPECTED_BY_API + "&day=" + day;
    assertThat(here.send("POST", gap, "", Company.EXPECTS.viewer()).statusCode()).isEqualTo(403);
    assertThat(here.send("POST", gap, "", Installation.ADMIN).statusCode()).isEqualTo(422);
    HttpResponse<String> given = here.send("POST", gap, "", admin);
    JsonNode left = Installation.json(given.body());
    assertThat(given.statusCode()).as(given.body()).isEqualTo(200);
    assertThat(document.problems("/api/v1/files/accept-gap", "post", 200, "application/json", left))
        .isEmpty();
    assertThat(missingDay(left)).isNotEqualTo(day);
    assertThat(here.send("POST", gap, "", admin).statusCode()).isEqualTo(422);
    assertThat(here.send("POST", "files/accept-gap?match=x", "", admin).statusCode())
        .isEqualTo(400);

    // HARBOR has no intake folder here.
    JsonNode none = here.get("files/missing", Installation.WORKER);
    assertThat(none.path("takesFiles").asBoolean()).isFalse();
    assertThat(none.path("missing")).isEmpty();
    assertThat(here.send("GET", "files/missing", null, Installation.VIEWER).statusCode())
        .isEqualTo(403);
  }

  private static String missingDay(JsonNode answer) {
    for (JsonNode one : answer.path("missing")) {
      if (one.path("match").asText().equals(Company.EXPECTED_BY_API)) {
        return one.path("day").asText();
      }
    }
    return null;
  }

  /** The receipt of a file that was refused; 0 if it was not. */
  private static long receipt(String sha) {
    for (JsonNode row : here.get("files?state=QUARANTINED", OWN.admin()).path("rows")) {
      if (row.path("sha256").asText().equals(sha)) {
        return row.path("receipt").asLong();
      }
    }
    return 0;
  }

  private static List<String> rivals() {
    List<String> names = new ArrayList<>();
    here.get("files?state=DONE", OWN.admin())
        .path("rows")
        .forEach(row -> names.add(row.path("name").asText()));
    return names;
  }

  @Test
  void whatCannotBeTakenIsSaidInAPreviewOrAProblem() {
    JsonNode unknown = Installation.json(sendFile("&preview=true", "x.csv", "a,b\n1,2\n").body());
    assertThat(unknown.path("refused").asText()).isNotEmpty();
    assertThat(sendFile("&preview=true", "..%2Fx.csv", "a").statusCode()).isEqualTo(422);
    assertThat(sendFile("", "x.csv", "a").statusCode()).isEqualTo(400);
    assertThat(sendFile("&preview=true", "x.csv", "").statusCode()).isEqualTo(400);
    assertThat(sendFile("&preview=true", "x.csv", "x".repeat((64 << 20) + 1)).statusCode())
        .isEqualTo(413);
    assertThat(sendFile("&preview=true", "x.csv", "x,y\n".repeat(3 << 20)).statusCode())
        .isEqualTo(200);
    // HARBOR has no intake folder here.
    assertThat(
            here.send("POST", "files?name=x.csv&preview=true", "a", Installation.WORKER)
                .statusCode())
        .isEqualTo(422);
    assertThat(
            here.send("POST", "files?name=x.csv&preview=true", "a", Installation.VIEWER)
                .statusCode())
        .isEqualTo(403);
    assertThat(here.faults).isEmpty();
  }
}
