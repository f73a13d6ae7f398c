package org.visitbalance.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.visitbalance.fact.Visit;
import org.visitbalance.service.TopicReader;
import org.visitbalance.topology.Topics;

/** A file that nothing fits is mapped with the page, and the next one is read by itself. */
@Timeout(300)
@Tag("slow")
@ExtendWith(OnThePage.class)
class AssistantPageTest {
  private static final Company OWN = Company.own();
  private static final String HEADER =
      "Encounter,Full Name,Chart No,Office,DOS,Signed On,Clinician,Flavor,CPT Code,Qty\n";
  private static final String ROW =
      "%s,\"Secret, Jane\",SECRET1,ASSIST,3/4/2024,3/4/2024,TH1,%s,97110,2\n";

  private static Installation here;
  private static Browser browser;

  @AfterEach
  void nothingIsLeft() {
    browser.look(1280, false);
    browser.assertQuiet(message -> false);
    assertThat(here.faults).isEmpty();
  }

  private static WebElement button(String text) {
    for (WebElement one : browser.all("#preview button")) {
      if (one.getText().equals(text)) {
        return one;
      }
    }
    throw new AssertionError("no button " + text);
  }

  /** Chooses in the first or another menu of a field. */
  private static void choose(String field, int menu, String value) {
    browser.run(
        """
        const menu = document.querySelectorAll(
          `[data-field="${arguments[0]}"] select`)[arguments[1]];
        menu.value = arguments[2];
        menu.dispatchEvent(new Event("change", { bubbles: true }));
        """,
        field,
        menu,
        value);
  }

  private static String chosen(String field) {
    return String.valueOf(
        browser.run(
            "return document.querySelector(`[data-field=\"${arguments[0]}\"] select`).value",
            field));
  }

  private static String rows(String state) {
    return here.get("files?state=" + state, OWN.admin()).path("rows").toString();
  }

  @Test
  void aFileIsMappedSentAndBalancedAndTheNextIsReadByItself(@TempDir Path folder) throws Exception {
    String name = "flavors_2024-03-04.csv";
    String content = HEADER + ROW.formatted("AS1", "Daily") + ROW.formatted("AS2", "Plain");
    browser.open("files", OWN.admin());
    browser.run(FilesPageTest.DROP, name, content);

    // Then the columns are guessed by their names and their cells
    browser.see("#assistant", "Say how to read it");
    assertThat(browser.run("return document.activeElement.textContent")).isEqualTo(name);
    assertThat(chosen("visitId")).isEqualTo("c:Encounter");
    assertThat(chosen("patientKey")).isEqualTo("c:Chart No");
    assertThat(chosen("finalizedOn")).isEqualTo("c:Signed On");
    assertThat(chosen("cpt")).isEqualTo("c:CPT Code");
    browser.see("#mapping-status", "2 of 2 rows are valid");
    assertThat(browser.text("#preview")).doesNotContain("Secret", "SECRET1", "AS1");
    PageAccessibleTest.assertNothingFound(browser, "the assistant");

    // When a column with words is chosen, then each word has a menu, and the counts follow
    choose("noteType", 0, "c:Flavor");
    browser.see("#mapping-status", "1 of 2 rows are valid");
    browser.see("[data-field=noteType]", "“Plain” means");
    browser.see("#mapped", "Flavor");
    choose("noteType", 2, "PROGRESS_NOTE");
    browser.see("#mapping-status", "2 of 2 rows are valid");
    choose("visitId", 0, "");
    browser.see("#mapping-status", "Still to be chosen: Visit ID");
    assertThat(button("Save and send").isEnabled()).isFalse();
    choose("visitId", 0, "c:Encounter");
    browser.see("#mapped", "Adds 2 visits");
    browser.look(375, true);
    assertThat(browser.run("return document.documentElement.scrollWidth <= innerWidth"))
        .isEqualTo(true);
    PageAccessibleTest.assertNothingFound(browser, "the assistant on a phone");
    browser.look(1280, false);

    // When it is saved and sent by keyboard, then its visits are in the figures
    browser.run("document.querySelector('#assistant .buttons button').focus()");
    browser.press(Keys.ENTER);
    browser.see(".told", name + " was sent");
    Browser.await("the file to be done", () -> rows("DONE").contains(name));
    here.settle();
    browser.open("today?from=2024-03-04&to=2024-03-04", OWN.admin());
    browser.see("main", "ASSIST");

    // When such a file is delivered to the folder, then it is read by itself
    String next = "flavors_2024-03-05.csv";
    Path part = Installation.inbox(OWN.name()).resolve("next.part");
    Files.writeString(part, HEADER + ROW.formatted("AS3", "Plain"));
    Files.move(part, part.resolveSibling(next));
    Browser.await("the next file", () -> rows("DONE").contains(next));

    // And a run over a folder of these files gives the same facts
    Files.writeString(folder.resolve(name), content);
    Files.writeString(folder.resolve(next), HEADER + ROW.formatted("AS3", "Plain"));
    Program.Ran ran =
        Program.run(
            "facts",
            "--input",
            folder,
            "--imply-feed=false",
            "--mapping-of",
            OWN.name(),
            "--bootstrap",
            here.clients.get("bootstrap.servers"),
            "--registry",
            here.clients.get("schema.registry.url"));
    assertThat(ran.exit()).as(ran.err()).isZero();
    Map<String, String> read = new TreeMap<>();
    for (String line : ran.out().lines().toList()) {
      JsonNode fact = Installation.json(line);
      read.put(fact.path("visitId").asText(), shape(fact));
    }
    Map<String, String> sent = new TreeMap<>();
    new TopicReader(here.clients, here.serdes, "")
        .read(
            List.of(Topics.VISITS),
            (topic, key, value) -> {
              if (value instanceof Visit visit && visit.getVisitId().startsWith("AS")) {
                sent.put(
                    visit.getVisitId(),
                    String.join(
                        " ",
                        visit.getTenant(),
                        visit.getEventId(),
                        visit.getPatientKey(),
                        visit.getClinicId(),
                        visit.getNoteType().name(),
                        visit.getFinalizedOn().toString(),
                        Integer.toString(visit.getLines().get(0).getUnits())));
              }
            });
    assertThat(read).isEqualTo(sent).hasSize(3);
  }

  private static String shape(JsonNode fact) {
    return String.join(
        " ",
        fact.path("tenant").asText(),
        fact.path("eventId").asText(),
        fact.path("patientKey").asText(),
        fact.path("clinicId").asText(),
        fact.path("noteType").asText(),
        fact.path("finalizedOn").asText(),
        fact.path("lines").path(0).path("units").asText());
  }

  @Test
  void aRefusedFileIsReadAgainWithOneButton() {
    String name = "refused_1.csv";
    String content = HEADER + ROW.formatted("RF1", "Daily");
    String path = "files?name=" + name;
    String sha =
        Installation.json(here.send("POST", path + "&preview=true", content, OWN.admin()).body())
            .path("sha256")
            .asText();
    here.send("POST", path + "&confirm=" + sha, content, OWN.admin());
    Browser.await("the refusal", () -> rows("QUARANTINED").contains(name));
    browser.open("files", OWN.admin());
    browser.see("#files", name);

    browser.run(FilesPageTest.DROP, name, content);
    browser.see("#mapping-status", "1 of 1 rows are valid");
    button("Save without sending").click();
    browser.see(".told", "From now on, files named refused_*.csv are read this way");
    browser.see("#again", name);
    browser.click("#again button");

    Browser.await("the file to be done", () -> rows("DONE").contains(name));
  }

  @Test
  void anEarlierMappingIsPutInForceAgain() {
    for (String match : List.of("first_*.csv", "second_*.csv")) {
      String mapping = "{\"files\": [{\"match\": \"" + match + "\", \"ignore\": true}]}";
      assertThat(here.send("PUT", "mappings?why=test", mapping, OWN.admin()).statusCode())
          .isEqualTo(202);
    }
    Browser.await(
        "the second", () -> here.get("mappings", OWN.admin()).toString().contains("second_"));
    browser.open("files", OWN.admin());
    browser.see("#mappings", "in force");
    browser.click("#mappings li:nth-child(2) button");
    browser.click("#mappings dialog button.main");
    browser.see("#mappings .told", "The next files are read by it");

    Browser.await(
        "the first", () -> here.get("mappings", OWN.admin()).toString().contains("first_"));
  }
}
