package org.visitbalance.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.visitbalance.platform.Patience;

/** A company's mapping of its files, by the API and by the command line. */
@Timeout(180)
@Tag("slow")
class MappingsApiTest {
  private static final Company OWN = Company.own();
  private static Installation here;
  private static ApiDocument document;

  private static final String CONTENT =
      """
      Encounter #,Patient Name,Chart No,Office,DOS,Signed On,Clinician,Kind of Note,CPT Code,Qty
      M1,"Secret, Jane",SECRET1,C01,3/4/2024,3/4/2024,TH1,Daily,97110,2
      M2,"Secret, Max",SECRET2,C01,3/4/2024,3/4/2024,TH1,Checkup,97110,1
      """;

  private static final String ENTRY =
      """
      {"match": "%s", "fact": "visit", "columns": {"visitId": "Encounter #",
       "patientKey": "Chart No", "clinicId": "Office", "dateOfService": "DOS",
       "finalizedAt": "Signed On", "finalizedOn": "Signed On", "therapistId": "Clinician",
       "noteType": {"column": "Kind of Note", "values": {"Daily": "DAILY_NOTE"%s}},
       "cpt": "CPT Code", "units": "Qty"}}""";

  private static final String BOTH = ", \"Checkup\": \"PROGRESS_NOTE\"";

  @BeforeAll
  static void start() {
    here = Installation.shared();
    document = new ApiDocument(here.get("openapi.json", null));
  }

  private static HttpResponse<String> sendFile(String query, String name, String body) {
    return here.send("POST", "files?name=" + name + query, body, OWN.admin());
  }

  private static JsonNode preview(String name, String draft) {
    String query = draft.isEmpty() ? "" : "&draft=" + draft.getBytes(UTF_8).length;
    HttpResponse<String> seen = sendFile("&preview=true" + query, name, draft + CONTENT);
    assertThat(seen.statusCode()).as(seen.body()).isEqualTo(200);
    assertThat(seen.body()).doesNotContain("Secret", "SECRET", "TH1", "M2");
    JsonNode answer = Installation.json(seen.body());
    assertThat(document.problems("/api/v1/files", "post", 200, "application/json", answer))
        .isEmpty();
    return answer;
  }

  private static HttpResponse<String> put(String mapping) {
    return here.send("PUT", "mappings?why=test", mapping, OWN.admin());
  }

  private static JsonNode revert(long version, int status) {
    String body = "{\"version\":%d}".formatted(version);
    HttpResponse<String> answer = here.send("POST", "mappings/revert", body, OWN.admin());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    JsonNode json = Installation.json(answer.body());
    if (status == 202) {
      assertThat(
              document.problems("/api/v1/mappings/revert", "post", 202, "application/json", json))
          .isEmpty();
    }
    return json;
  }

  private static String mapping(String... entries) {
    return "{\"files\": [" + String.join(",", entries) + "]}";
  }

  @Test
  void aFileThatNothingFitsIsSurveyedAndReadByADraft() {
    JsonNode survey = preview("mapped_2024-03-04.csv", "").path("survey");

    assertThat(survey.path("fact").asText()).isEqualTo("visit");
    assertThat(survey.path("match").asText()).isEqualTo("mapped_*.csv");
    assertThat(survey.toString()).contains("Daily", "Checkup", "DAILY_NOTE");

    JsonNode half = preview("mapped_2024-03-04.csv", ENTRY.formatted("mapped_*.csv", ""));
    assertThat(half.path("valid").asInt()).isEqualTo(1);
    assertThat(half.path("reasons").get(0).path("column").asText()).isEqualTo("Kind of Note");
    JsonNode all = preview("mapped_2024-03-04.csv", ENTRY.formatted("mapped_*.csv", BOTH));
    assertThat(all.path("valid").asInt()).isEqualTo(2);
    assertThat(all.path("survey").isNull()).isFalse();

    JsonNode other = preview("mapped_2024-03-04.csv", ENTRY.formatted("x.csv", BOTH));
    assertThat(other.path("refused").asText()).contains("does not fit the pattern");
    JsonNode bad = preview("mapped_2024-03-04.csv", "{\"match\": \"mapped_*.csv\"}");
    assertThat(bad.path("refused").asText()).contains("profile, fact or ignore");
    assertThat(sendFile("&preview=true&draft=9", "a.csv", "a,b").statusCode()).isEqualTo(400);
    assertThat(sendFile("&confirm=aaaaaaaa&draft=2", "a.csv", "{}a").statusCode()).isEqualTo(400);
  }

  @Test
  void aMappingHasVersionsAndIsUsedFromTheNextFileOn(@TempDir Path folder) throws Exception {
    String name = "nightly_2024-03-05.csv";
    JsonNode seen = preview(name, "");
    assertThat(seen.path("refused").isNull()).isFalse();
    String sha = seen.path("sha256").asText();
    assertThat(sendFile("&confirm=" + sha, name, CONTENT).statusCode()).isEqualTo(200);
    Patience.await(
        "the refusal",
        Duration.ofSeconds(60),
        () -> here.get("files?state=QUARANTINED", OWN.admin()).toString().contains(name));
    assertThat(here.get("files/again", OWN.admin()).path("rows")).isEmpty();

    // When it is stored, then the file is offered, and read again
    long before = here.get("mappings", OWN.admin()).path("version").asLong();
    HttpResponse<String> stored = put(mapping(ENTRY.formatted("nightly_*.csv", BOTH)));
    assertThat(stored.statusCode()).as(stored.body()).isEqualTo(202);
    JsonNode answer = Installation.json(stored.body());
    assertThat(document.problems("/api/v1/mappings", "put", 202, "application/json", answer))
        .isEmpty();
    long first = answer.path("version").asLong();
    assertThat(first).isGreaterThan(before);
    JsonNode offered = here.get("files/again", OWN.admin());
    assertThat(document.problems("/api/v1/files/again", "get", 200, "application/json", offered))
        .isEmpty();
    assertThat(offered.path("rows").findValuesAsText("name")).containsExactly(name);
    here.post("files/" + sha + "/again", "", OWN.admin());
    Patience.await(
        "the file",
        Duration.ofSeconds(60),
        () -> here.get("files?state=DONE", OWN.admin()).toString().contains(name));

    // When somebody else has stored another one, then nothing is stored
    Patience.await(
        "the version",
        Duration.ofSeconds(30),
        () -> here.get("mappings", OWN.admin()).path("version").asLong() == first);
    JsonNode current = here.get("mappings", OWN.admin());
    assertThat(current.path("mapping").path("tenant").asText()).isEqualTo(OWN.name());
    assertThat(current.path("why").asText()).isEqualTo("test");
    assertThat(
            here.get("mappings/history", OWN.admin()).path("rows").get(0).path("version").asLong())
        .isEqualTo(first);
    String other = mapping(ENTRY.formatted("other_*.csv", BOTH));
    HttpResponse<String> stale =
        here.send("PUT", "mappings", other, OWN.admin(), "If-Match", "\"" + before + "\"");
    assertThat(stale.statusCode()).isEqualTo(412);
    assertThat(stale.body()).contains("it is now version " + first);
    assertThat(here.get("mappings", OWN.admin()).path("version").asLong()).isEqualTo(first);

    // When an earlier version is put in force again, then it is a new version, once
    assertThat(put(other).statusCode()).isEqualTo(202);
    JsonNode back = revert(first, 202);
    assertThat(back.path("version").asLong()).isGreaterThan(first);
    assertThat(back.path("mapping").toString()).contains("nightly_*.csv").doesNotContain("other_");
    assertThat(revert(first, 202).path("version")).isEqualTo(back.path("version"));
    Patience.await(
        "the version",
        Duration.ofSeconds(30),
        () ->
            here.get("mappings", OWN.admin()).path("version").asLong()
                == back.path("version").asLong());
    assertThat(revert(first, 202).path("version")).isEqualTo(back.path("version"));
    assertThat(here.get("mappings", OWN.admin()).path("why").asText())
        .isEqualTo("Reverted to version " + first);
    JsonNode unused = revert(999_999_998, 404);
    assertThat(put("{\"files\": [{\"match\": \"a\"}]}").statusCode()).isEqualTo(422);
    assertThat(put("{\"tenant\": \"HARBOR\"}").statusCode()).isEqualTo(422);
    assertThat(here.send("GET", "mappings", null, OWN.viewer()).statusCode()).isEqualTo(403);
    assertThat(here.send("GET", "mappings?version=99", null, OWN.admin()).statusCode())
        .isEqualTo(404);

    // A run over a folder reads the file by the same mapping.
    Files.writeString(folder.resolve(name), CONTENT);
    List<String> arguments =
        new ArrayList<>(List.of("facts", "--input", folder.toString(), "--imply-feed=false"));
    arguments.addAll(List.of("--mapping-of", OWN.name()));
    arguments.addAll(List.of("--bootstrap", here.clients.get("bootstrap.servers").toString()));
    arguments.addAll(List.of("--registry", here.clients.get("schema.registry.url").toString()));
    Program.Ran ran = Program.run(arguments.toArray());
    assertThat(ran.exit()).as(ran.err()).isZero();
    assertThat(ran.out().lines()).hasSize(2).allMatch(line -> line.contains(OWN.name()));
    assertThat(ran.out()).contains("M1", "M2", "PROGRESS_NOTE");
    arguments.set(arguments.indexOf(OWN.name()), "NOBODY");
    Program.Ran none = Program.run(arguments.toArray());
    assertThat(none.exit()).isEqualTo(2);
    assertThat(none.err()).contains("NOBODY has no mapping");
  }
}
