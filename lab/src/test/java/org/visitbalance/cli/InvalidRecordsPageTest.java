package org.visitbalance.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.visitbalance.cli.Browser.await;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** Invalid records are worked with the page, in a real browser on a real installation. */
@Timeout(180)
@Tag("slow")
@ExtendWith(OnThePage.class)
class InvalidRecordsPageTest {
  private static final String ROW = "#invalid tr[data-remedy=REPARTITION]";
  private static Installation here;
  private static Browser browser;

  @AfterEach
  void nothingIsLeft() {
    here.send("POST", "dead-letters/retry", "{\"repartition\":true}", Installation.ADMIN);
    here.settle();
    browser.assertQuiet(message -> false);
    assertThat(here.faults).isEmpty();
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

  @Test
  void anAdminSendsThemAgainAfterALook() {
    // Given two records in the wrong partition
    DeadLetterApiTest.misplace(here, "PG1", "PG2");

    // Then Today counts them and leads to what is wrong
    browser.open("today", Installation.ADMIN);
    browser.see("#refused-records", "2 invalid records in the last 7 days");
    browser.click("#refused-records a");
    browser.see("h1", "Invalid records");
    browser.see(ROW, "emr.visits");
    browser.see(ROW, "set partitioner=murmur2_random");
    browser.see("header nav a[aria-current=page]", "Invalid records");

    // When the retry is looked at and left, then nothing is sent
    button(ROW, "Retry");
    assertThat(browser.see("dialog[open]").getText())
        .contains("Send 2 records again?", "2 will move to the right partition");
    browser.press(Keys.ESCAPE);
    await("no dialog", () -> browser.find("dialog[open]") == null);
    assertThat(here.get("dead-letters", Installation.ADMIN).path("rows")).hasSize(1);

    // When it is confirmed, then they are sent, and leave the list by themselves
    button(ROW, "Retry");
    browser.see("dialog[open]");
    button("dialog[open]", "Send again");
    browser.see(".told", "2 records sent again");
    here.settle();
    browser.see("main", "There are no invalid records");
    browser.open("today", Installation.ADMIN);
    browser.see(".cards");
    assertThat(browser.find("#refused-records")).isNull();
  }

  @Test
  void whoMayNotRetrySeesWhatToDoAndAViewerOnlyThatThereAreSome() {
    DeadLetterApiTest.misplace(here, "PG3");

    browser.open("invalid", Installation.WORKER);
    browser.see(ROW, "Then retry");
    assertThat(browser.all("#invalid button")).isEmpty();

    browser.open("today", Installation.VIEWER);
    browser.see("#refused-records", "1 invalid record in the last 7 days");
    assertThat(browser.all("#refused-records a")).isEmpty();
    assertThat(browser.texts("header nav a")).doesNotContain("Invalid records");
  }

  @Test
  void itIsReadableDarkAndOnAPhone() {
    DeadLetterApiTest.misplace(here, "PG4");
    try {
      for (boolean isDark : new boolean[] {false, true}) {
        browser.look(390, isDark);
        browser.open("invalid", Installation.ADMIN);
        browser.see(ROW);
        assertThat(browser.runFile("unreadable.js")).as("dark: " + isDark).isEqualTo(List.of());
        button(ROW, "Retry");
        browser.see("dialog[open]");
        assertThat(browser.runFile("unreadable.js")).as("dark: " + isDark).isEqualTo(List.of());
      }
    } finally {
      browser.look(1300, false);
    }
  }
}
