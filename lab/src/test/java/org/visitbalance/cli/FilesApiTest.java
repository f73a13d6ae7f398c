package org.visitbalance.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
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
import org.visitbalance.topology.Topics;

/** What intake received, by the API. */
@Timeout(180)
@Tag("slow")
class FilesApiTest {
  private static final String DONE_SHA = "a".repeat(64);
  private static final String BAD_SHA = "b".repeat(64);
  private static SharedInstallation topics;
  private static Installation here;

  @BeforeAll
  static void start() {
    here = Installation.shared();
    topics = SharedInstallation.get();
    put(file(BAD_SHA, "notes_2026-11-12.csv", FileState.QUARANTINED, "2026-11-12T04:30:00Z"));
    put(file(DONE_SHA, "charges_2026-11-13.csv", FileState.READ, "2026-11-13T10:00:00Z"));
    put(file(DONE_SHA, "charges_2026-11-13.csv", FileState.DONE, "2026-11-13T10:00:00Z"));
    Patience.await(
        "the files to be in the tables",
        Duration.ofSeconds(30),
        () -> names("files?entry=billing&state=DONE").size() == 1);
  }

  private static void put(ReceivedFile file) {
    topics.send(Topics.FILES, file.getTenant() + "|" + file.getSha256() + "|", file);
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
    assertThat(here.get("files", Installation.RIVAL_ADMIN).path("rows")).isEmpty();
  }

  @Test
  void theFileOfTheListHasWords() {
    String csv =
        here.send("GET", "files?format=csv&entry=billing", null, Installation.WORKER).body();

    assertThat(csv).contains("File,", "Came by", "Invalid rows", "charges_2026-11-13.csv");
  }
}
