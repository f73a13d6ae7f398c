package org.visitbalance.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.visitbalance.cli.Browser.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** Working the list with the page, in a real browser on a real installation. */
@Timeout(180)
@Tag("slow")
@ExtendWith(OnThePage.class)
class DecisionPageTest {
  private static final String LOST = "#work tr[data-kind=LOST_AFTER_ACCEPTANCE]";
  private static Installation here;
  private static Browser browser;

  /** Other tests share the company. */
  @AfterEach
  void undo() {
    for (JsonNode one :
        here.get("discrepancies?level=VISIT&status=ALL&limit=1000", Installation.WORKER)
            .path("rows")) {
      String action =
          !one.path("acceptedBecause").isNull()
              ? "WITHDRAWN"
              : one.path("assignee").isNull() ? null : "RELEASED";
      if (action != null) {
        here.send(
            "POST",
            "decisions",
            "{\"decisions\":[{\"discrepancy\":\"%s\",\"action\":\"%s\"}]}"
                .formatted(one.path("id").asText(), action),
            Installation.WORKER);
      }
    }
    here.settle();
    browser.assertQuiet(message -> false);
    assertThat(here.faults).isEmpty();
  }

  private static JsonNode lost() {
    return here.get(
            "discrepancies?level=VISIT&kind=LOST_AFTER_ACCEPTANCE&location=DTN",
            Installation.WORKER)
        .path("rows")
        .get(0);
  }

  private static String dayOf(JsonNode one) {
    return "period?location=%s&granularity=DAY&from=%s"
        .formatted(one.path("location").asText(), one.path("date").asText());
  }

  private static void button(String within, String text) {
    await(
        text,
        () -> {
          for (WebElement one : browser.all(within + " button")) {
            if (one.isDisplayed() && one.isEnabled() && one.getText().startsWith(text)) {
              one.click();
              return true;
            }
          }
          return false;
        });
  }

  private static void because(String reason) {
    for (WebElement one : browser.see("dialog[open] select").findElements(By.tagName("option"))) {
      if (one.getText().equals(reason)) {
        one.click();
      }
    }
  }

  @Test
  void whatIsAcceptedLeavesTheListAndItsDayIsExplainedUntilItIsUndone() {
    JsonNode lost = lost();
    String location = "location=" + lost.path("location").asText();

    // Picked and accepted by the keyboard
    browser.open("work?kind=LOST_AFTER_ACCEPTANCE&" + location, Installation.WORKER);
    browser.click(LOST + " input[type=checkbox]");
    button(".deciding", "Accept…");
    because("Written off");
    browser.see("dialog[open] textarea").sendKeys("as agreed");
    browser.press(Keys.TAB, Keys.ENTER);
    browser.see(".told", "1 decision saved");
    here.settle();
    await("an empty list", () -> browser.find(LOST) == null);

    // Its day is explained, and says what was accepted
    browser.open(dayOf(lost), Installation.WORKER);
    browser.see(".verdict", "Explained");
    browser.see(".kinds", "1 accepted");
    browser.see(".waterfall a[data-reason=LOST_AFTER_ACCEPTANCE]", "1 accepted");
    browser.see("tr[data-reason=LOST_AFTER_ACCEPTANCE]", "written off");
    assertThat(browser.all(".accepted-bar")).hasSize(1);

    // The list of what is accepted says who accepted it, and why, to those who may decide
    browser.open("work?status=ACCEPTED", Installation.WORKER);
    browser.see(LOST + " .acceptance", "Accepted by will, ");
    browser.see(LOST + " .acceptance q", "as agreed");
    assertThat(browser.all("#work tbody tr")).hasSize(1);

    // Others see that it was accepted, there and on the visit
    browser.open("work?status=ACCEPTED", Installation.VIEWER);
    browser.see(LOST, "accepted");
    assertThat(browser.text("main")).doesNotContain("will", "as agreed", "ritten off");
    browser.open("visit/" + lost.path("visit").asText(), Installation.VIEWER);
    browser.see("#found .tag.accepted", "accepted");
    browser.see(".timeline", "Accepted");
    assertThat(browser.text("main")).doesNotContain("will", "as agreed", "ritten off");
    browser.open(dayOf(lost), Installation.VIEWER);
    browser.see(".waterfall a[data-reason=LOST_AFTER_ACCEPTANCE]", "1 accepted");
    assertThat(browser.text("main")).doesNotContain("ritten off");

    // On the visit it is undone
    browser.open("visit/" + lost.path("visit").asText(), Installation.WORKER);
    browser.see("#found", "accepted: written off");
    browser.see("#found .acceptance", "Accepted by will, ");
    browser.see("#found .acceptance q", "as agreed");
    button("#found", "Undo acceptance");
    browser.see("#found .told", "1 decision saved");
    here.settle();
    browser.open(dayOf(lost), Installation.WORKER);
    browser.see(".verdict", "Out of balance");
  }

  @Test
  void whoWorksItStandsInTheListAndIsAFilter() {
    browser.open("work", Installation.WORKER);
    browser.click(LOST + " input[type=checkbox]");
    button(".deciding", "Assign to me");
    browser.see(".told", "1 decision saved");
    here.settle();
    browser.see(LOST, "will");

    browser.pick("Assigned to", "Me");
    await("only mine", () -> browser.all("#work tbody tr").size() == 1);
    browser.pick("Assigned to", "Unassigned");
    await(
        "only nobody's",
        () ->
            browser.all("#work tbody tr").size() > 1
                && browser.texts("#work tbody tr").stream().noneMatch(t -> t.contains("will")));
  }

  @Test
  void allThatAFilterFindsIsAcceptedAfterALookAtTheNumber() {
    int held =
        here.get("discrepancies?level=VISIT&kind=HELD", Installation.WORKER).path("rows").size();
    browser.open("work?kind=HELD", Installation.WORKER);
    button(".deciding", "Accept all matching");
    assertThat(browser.see("dialog[open]").getText())
        .contains("Accept " + held + " discrepanc", held + " visit");

    // Escape changes nothing
    browser.press(Keys.ESCAPE);
    await("no dialog", () -> browser.find("dialog[open]") == null);
    button(".deciding", "Accept all matching");
    because("Payer rule");
    button("dialog[open]", "Accept all");
    browser.see(".told", held + " decision");
    here.settle();
    await("an empty list", () -> browser.find("#work tr[data-kind=HELD]") == null);

    // The resolved ones can be seen, and undone
    browser.pick("Status", "Resolved");
    browser.see("#work tr[data-kind=HELD]", "accepted: payer rule");
    button("#work tr[data-kind=HELD]", "Undo acceptance");
    browser.see(".told", "1 decision saved");
  }

  @Test
  void theListIsSentBackAsAFile() throws IOException {
    String csv =
        here.send("GET", "discrepancies?level=VISIT&format=csv", null, Installation.WORKER).body();
    List<String> lines = csv.lines().toList();
    Path file = Files.createTempFile("work-list", ".csv");
    Files.writeString(
        file,
        lines.get(0)
            + "\n"
            + lines.get(1).replaceAll(",,,$", ",ACCEPTED,OTHER,")
            + "\n"
            + lines.get(2).replaceAll(",,,$", ",EATEN,,")
            + "\n");
    browser.open("work", Installation.WORKER);
    browser.see("#work");
    browser.see(".upload input").sendKeys(file.toString());

    browser.see(".told", "1 decision saved");
    assertThat(browser.text(".told")).contains("1 rejected", "Line 3: Action must be");
    Files.delete(file);
  }

  @Test
  void whoMayOnlyLookIsOfferedNothing() {
    browser.open("work", Installation.VIEWER);
    browser.see("#work");
    assertThat(browser.all("#work input, .deciding, .upload, .decide button")).isEmpty();
    browser.open("visit/" + lost().path("visit").asText(), Installation.VIEWER);
    browser.see("#found");
    assertThat(browser.all("#found button")).isEmpty();
  }

  @Test
  void itIsReadableDarkAndOnAPhone() {
    try {
      for (boolean isDark : new boolean[] {false, true}) {
        browser.look(390, isDark);
        browser.open("work", Installation.WORKER);
        browser.click(LOST + " input[type=checkbox]");
        button(".deciding", "Accept…");
        browser.see("dialog[open] select");
        assertThat(browser.runFile("unreadable.js")).as("dark: " + isDark).isEqualTo(List.of());
        assertThat(
                browser.run(
                    "const box = document.querySelector('dialog').getBoundingClientRect();"
                        + "return box.left >= 0 && box.right <= innerWidth"
                        + " && document.documentElement.scrollWidth <= innerWidth"))
            .isEqualTo(true);
      }
    } finally {
      browser.look(1300, false);
    }
  }
}
