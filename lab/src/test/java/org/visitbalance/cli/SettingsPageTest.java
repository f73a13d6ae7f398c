package org.visitbalance.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.visitbalance.cli.Browser.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.NoAlertPresentException;
import org.openqa.selenium.WebElement;

/** Changing the settings with the page, in a real browser on a real installation. */
@Timeout(240)
@Tag("slow")
@ExtendWith(OnThePage.class)
class SettingsPageTest {
  private static final String CAPS = "[data-path='payerRules[1].codeCap']";
  private static final String SCRUBBED =
      "discrepancies?level=VISIT&kind=SCRUBBED_UNEXPLAINED&limit=1000";
  private static Installation here;
  private static Browser browser;
  private JsonNode before;

  @BeforeEach
  void remember() {
    before = here.get("settings", Installation.ADMIN);
  }

  /** Other tests share the company. */
  @AfterEach
  void restore() {
    browser.run("window.onbeforeunload = null");
    JsonNode now = here.get("settings", Installation.ADMIN);
    if (!now.path("settings").equals(before.path("settings"))) {
      here.send("PUT", "settings", before.path("settings").toString(), Installation.ADMIN);
    }
    here.settle();
    browser.assertQuiet(message -> message.contains("422") || message.contains("412"));
    assertThat(here.faults).isEmpty();
  }

  private static void button(String within, String text) {
    await(
        text,
        () -> {
          for (WebElement one : browser.all(within + " button")) {
            if (one.isDisplayed() && one.isEnabled() && one.getText().startsWith(text)) {
              browser.run("arguments[0].scrollIntoView({block: 'center'})", one);
              one.click();
              return true;
            }
          }
          return false;
        });
  }

  /** Types into a field in place of what is in it. */
  private static void type(String css, String text) {
    browser.click(css);
    browser.run("arguments[0].select()", browser.see(css));
    browser.press(text);
  }

  private static void select(String css, String value) {
    browser.click(css + " option[value='" + value + "']");
  }

  private static int scrubbed() {
    return here.get(SCRUBBED, Installation.ADMIN).path("rows").size();
  }

  @Test
  void aCapIsChangedWithALookAtWhatThatDoesAndTakenBack() {
    int old = scrubbed();
    browser.open("settings", Installation.ADMIN);
    type(CAPS, "97110: 9");
    browser.see(".saving", "not saved");

    // What it would do is shown first
    button(".saving", "See what changes");
    browser.see("#review .changes", "Payer BCBS: code cap 97110 2 → 9");
    browser.see("#effect", "would open");
    browser.see("#effect-sums", "Unexplained scrubbed units");
    int more =
        browser.all("#effect-sums tbody tr").stream()
            .filter(row -> row.getText().startsWith("Unexplained scrubbed units"))
            .mapToInt(row -> Integer.parseInt(row.findElements(By.tagName("td")).get(1).getText()))
            .sum();
    assertThat(more).isPositive();
    here.settle();
    assertThat(scrubbed()).isEqualTo(old);

    // Then it is saved, with a reason
    browser.click("#review input");
    browser.press("Letter of 11/14");
    button("#review", "Save these changes");
    browser.see(".saving .told", "Saved as version");
    await(
        "the findings",
        () -> {
          here.settle();
          return scrubbed() == old + more;
        });
    browser.see("#history li", "in force");
    browser.see("#history li", "Letter of 11/14");
    browser.see("#history li", "Payer BCBS: code cap 97110 2 → 9");
    browser.see("#history li", "ada");

    // The findings are on the work list
    browser.open("work?kind=SCRUBBED_UNEXPLAINED", Installation.ADMIN);
    await("the rows", () -> browser.all("#work tbody tr").size() == old + more);

    // An earlier version is put in force again
    browser.open("settings", Installation.ADMIN);
    button("#history", "Revert");
    browser.see("dialog[open]", "Payer BCBS: code cap 97110 9 → 2");
    button("dialog[open]", "Revert");
    browser.see("#history .told", "Saved as version");
    await(
        "what was before",
        () -> {
          here.settle();
          return scrubbed() == old;
        });
    browser.see("#history li", "Reverted to version");
    assertThat(here.get("settings", Installation.ADMIN).path("settings"))
        .isEqualTo(before.path("settings"));
    await("the field", () -> "97110: 2".equals(browser.see(CAPS).getDomProperty("value")));
  }

  @Test
  void whatCannotBeUsedIsMarkedAndHasTheFocus() {
    browser.open("settings", Installation.ADMIN);
    type("[data-path='missingAfter']", "soon");
    type("[data-path='payerRules[2].visitCap']", "-4");
    type("[data-path='fees[3].cents']", "45.505");
    button(".saving", "Save");
    browser.see(".saving .notice", "3 fields cannot be used");
    assertThat(browser.texts(".wrong"))
        .hasSize(3)
        .anyMatch(text -> text.contains("must be a whole number >= 0"))
        .anyMatch(text -> text.contains("an amount in dollars, such as 45.00"));
    assertThat(browser.run("return document.activeElement.dataset.path")).isEqualTo("missingAfter");
    assertThat(
            browser.run(
                "return [...document.querySelectorAll('[aria-invalid=true]')].every((one) =>"
                    + " one.getAttribute('aria-describedby').split(' ')"
                    + ".every((id) => document.getElementById(id)))"))
        .isEqualTo(true);

    // What a document cannot hold is found on the page
    type("[data-path='missingAfter']", "2");
    type("[data-path='payerRules[2].visitCap']", "4");
    type("[data-path='fees[3].cents']", "45.50");
    type("[data-path='fees[2].code']", "97110");
    type(CAPS, "97110");
    button(".saving", "Save");
    browser.see(".saving .notice", "2 fields cannot be used");
    browser.see("#fees", "is listed twice: 97110");
    browser.see("#payerRules", "must be codes with their units");
    assertThat(here.get("settings", Installation.ADMIN).path("version"))
        .isEqualTo(before.path("version"));
    discard();
  }

  private static void discard() {
    button(".saving", "Discard changes");
    await(
        "the question",
        () -> {
          try {
            browser.driver.switchTo().alert().accept();
            return true;
          } catch (NoAlertPresentException e) {
            return false;
          }
        });
    await("nothing to save", () -> browser.text(".saving").startsWith("Version"));
  }

  @Test
  void rowsAreAddedAndRemovedByTheKeyboardAndAnythingGoesThereAndBack() {
    browser.open("settings", Installation.ADMIN);
    int rows = browser.all("#locations tbody tr").size();
    browser.run("document.querySelector('#locations button.add').focus()");
    browser.press(Keys.ENTER);
    await("a row", () -> browser.all("#locations tbody tr").size() == rows + 1);
    await(
        "the focus in it",
        () ->
            ("locations[" + (rows + 1) + "].clinicId")
                .equals(browser.run("return document.activeElement.dataset.path")));
    browser.press("C09", Keys.TAB, "2", Keys.TAB, "NEW");
    select("[data-path='zone']", "America/Denver");
    select("[data-path='emrCountsEmpty']", "true");
    type("[data-path='heldWithin']", "6");
    type("[data-path='nonVisitCodes']", "A4595 NOSHOW; A4556");
    type("[data-path='locations[1].name']", "Downtown");
    browser.click("#payerNames button.add");
    browser.press("BCBS", Keys.TAB, "Blue Cross");
    browser.run("document.querySelector('#fees tbody tr:last-child button').focus()");
    browser.press(Keys.ENTER);
    button(".saving", "Save");
    assertThat(browser.see("#review .changes").getText().lines())
        .containsExactlyInAnyOrder(
            "Time zone: America/New_York → America/Denver",
            "Held within: 4 days (default) → 6 days",
            "EMR report counts notes without lines: no (default) → yes",
            "Codes of supplies and fees: added A4556",
            "Clinic C01, POS 11: name none → Downtown",
            "Clinic C09, POS 02: added: location NEW",
            "Name of payer BCBS: none → Blue Cross",
            "Fee NOSHOW: $50.00 → none");
    assertThat(browser.run("return document.activeElement.id")).isEqualTo("review-title");
    button("#review", "Back to the settings");

    // Of two locations of a clinic on the same days the first one counts: that is said first
    type("[data-path='locations[" + (rows + 1) + "].clinicId']", "C01");
    type("[data-path='locations[" + (rows + 1) + "].posCode']", "11");
    button(".saving", "Save");
    browser.see("#review .notice", "Clinic C01, POS 11 has the location NEW here and DTN in an");
    button("#review", "Back to the settings");

    // Whatever is typed back is no change
    browser.run(
        "document.querySelector('#locations tbody tr:last-child button').click();"
            + "document.querySelector('#payerNames tbody tr:last-child button').click();"
            + "document.querySelector('#fees button.add').click()");
    type("[data-path='locations[1].name']", Keys.DELETE.toString());
    select("[data-path='zone']", "America/New_York");
    select("[data-path='emrCountsEmpty']", "");
    type("[data-path='heldWithin']", "4");
    type("[data-path='nonVisitCodes']", "A4595,NOSHOW");
    int fees = browser.all("#fees tbody tr").size();
    type("[data-path='fees[" + fees + "].code']", "NOSHOW");
    type("[data-path='fees[" + fees + "].cents']", "$50");
    button(".saving", "Save");
    browser.see("#review", "Nothing: the settings mean the same");
    discard();
  }

  @Test
  void whatIsNotSavedIsAskedAboutBeforeOneLeaves() {
    browser.open("settings", Installation.ADMIN);
    type(CAPS, "97110: 7");
    browser.see(".saving", "not saved");

    browser.click("nav a[href^='#/work']");
    assertThat(browser.driver.switchTo().alert().getText()).contains("not saved");
    browser.driver.switchTo().alert().dismiss();
    await("still here", () -> browser.hash().startsWith("#/settings"));
    assertThat(browser.see(CAPS).getDomProperty("value")).isEqualTo("97110: 7");

    browser.driver.navigate().back();
    browser.driver.switchTo().alert().dismiss();
    await("still here", () -> browser.hash().startsWith("#/settings"));
    assertThat(browser.see(CAPS).getDomProperty("value")).isEqualTo("97110: 7");

    browser.click("nav a[href^='#/work']");
    browser.driver.switchTo().alert().accept();
    browser.see("#work");
  }

  @Test
  void whoWasFasterIsNotOverwritten() {
    browser.open("settings", Installation.ADMIN);
    type(CAPS, "97110: 7");
    button(".saving", "Save");
    browser.see("#review .changes");
    String other = before.path("settings").toString().replace("\"AETNA\"", "\"AETNA2\"");
    here.send("PUT", "settings", other, Installation.ADMIN);
    button("#review", "Save these changes");
    browser.see(".saving .notice", "Somebody has changed the settings since you read them");
    here.settle();
    browser.see(".overtaken", "ada saved version");
    assertThat(browser.see(CAPS).getDomProperty("value")).isEqualTo("97110: 7");

    button(".overtaken", "Keep mine and compare again");
    button(".saving", "Save");
    browser.see("#review .changes", "AETNA2");
    discard();
    await(
        "the other's",
        () ->
            "AETNA2"
                .equals(
                    browser.see("[data-path='payerRules[3].payerId']").getDomProperty("value")));
  }

  @Test
  void whoMayNotWriteReads() {
    for (String token :
        List.of(Installation.VIEWER, Installation.WORKER, Installation.SITE_ADMIN)) {
      browser.open("settings", token);
      browser.see("#history li");
      browser.see("#payerRules", "97110: 2");
      assertThat(browser.all("main input, main select, main button")).isEmpty();
      browser.see("main", "admin role");
    }
    assertThat(browser.text("#locations")).contains(Installation.SITE).doesNotContain("DTN");
  }

  @Test
  void itIsReadableAtAnyWidthAndDark() {
    try {
      browser.open("settings", Installation.ADMIN);
      type(CAPS, "97110: x");
      button(".saving", "Save");
      browser.see(".wrong");
      for (int width : new int[] {375, 640, 1024, 1300, 1920}) {
        for (boolean isDark : new boolean[] {false, true}) {
          browser.look(width, isDark);
          assertThat((List<?>) browser.runFile("unreadable.js"))
              .as(width + (isDark ? " dark" : " light"))
              .isEmpty();
          assertThat(browser.run("return document.documentElement.scrollWidth <= innerWidth"))
              .as("no scrolling sideways at " + width)
              .isEqualTo(true);
          assertThat(
                  browser.run(
                      "return [...document.querySelectorAll('main input, main select')].filter("
                          + "(one) => one.getBoundingClientRect().right > innerWidth || !(one.labels"
                          + ".length || one.getAttribute('aria-label'))).map((one) => one.id)"))
              .as("every field is seen and has a label at " + width)
              .isEqualTo(List.of());
        }
      }
      browser.look(1300, false);
      discard();
    } finally {
      browser.look(1300, false);
    }
  }
}
