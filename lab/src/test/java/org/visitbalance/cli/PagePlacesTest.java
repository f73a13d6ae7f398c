package org.visitbalance.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.visitbalance.cli.Browser.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** Where the reader is on the page: the place, the focus, the tab's title, and typing a date. */
@Timeout(180)
@Tag("slow")
@ExtendWith(OnThePage.class)
class PagePlacesTest {
  private static final String ON_BODY = "return document.activeElement === document.body";
  private static Installation here;
  private static Browser browser;

  @AfterEach
  void nothingWentWrong() {
    browser.assertQuiet(message -> false);
    assertThat(here.faults).isEmpty();
  }

  @Test
  void goingBackLeadsToTheSameRowsPlaceAndFocus() {
    browser.size(1300, 400);
    browser.open("units?rows=2", Installation.VIEWER);
    browser.click(".more button");
    await("more rows", () -> browser.hash().contains("rows=102"));
    await("the rows", () -> browser.all(".list a.token").size() > 2);
    int rows = browser.all(".list a.token").size();
    browser.run("[...document.querySelectorAll('.list a.token')].at(-1).focus()");
    String visit = focused("title");
    Object place = browser.run("return Math.round(scrollY)");
    assertThat((Long) place).isPositive();

    browser.press(Keys.ENTER);
    browser.see("h1 .token", visit.substring(0, 8));
    await("the focus in the visit", () -> focused("id").equals("main"));
    assertThat(browser.run("return scrollY")).isEqualTo(0L);

    browser.run("history.back()");
    await("the same focus", () -> focused("title").equals(visit));
    assertThat(browser.all(".list a.token")).hasSize(rows);
    assertThat(browser.run("return Math.round(scrollY)")).isEqualTo(place);
    browser.size(1300, 900);
  }

  @Test
  void theFocusFollowsIntoAPeriodAndBackToItsCell() {
    browser.open("today", Installation.VIEWER);
    browser.see("a.box[data-from]");
    browser.run("document.querySelector('a.box[tabindex=\"0\"]').focus()");
    String cell = focused("data-from");
    browser.press(Keys.ENTER);
    browser.see("#reports");
    assertThat(focused("id")).isEqualTo("main");

    browser.run("history.back()");
    await("the cell", () -> focused("data-from").equals(cell));
  }

  @Test
  void acceptingAndUndoingKeepTheFocusNearby() {
    JsonNode one =
        here.get(
                "discrepancies?level=VISIT&kind=LOST_AFTER_ACCEPTANCE&limit=1", Installation.WORKER)
            .path("rows")
            .path(0);
    browser.open("visit/" + one.path("visit").asText(), Installation.WORKER);
    press("#found", "Accept…");
    for (WebElement because :
        browser.see("dialog[open] select").findElements(By.tagName("option"))) {
      if (because.getText().equals("Written off")) {
        because.click();
      }
    }
    browser.see("dialog[open] button.main").sendKeys(Keys.ENTER);
    browser.see(".told", "1 decision saved");
    assertThat(browser.run(ON_BODY)).isEqualTo(false);
    here.settle();

    press("#found", "Undo acceptance");
    await("undone", () -> browser.find("#found .tag.accepted") == null);
    browser.see(".told", "1 decision saved");
    assertThat(browser.run(ON_BODY)).isEqualTo(false);
    here.settle();
    await("open again", () -> browser.text("#found").contains("Accept…"));
    assertThat(browser.run(ON_BODY)).isEqualTo(false);
  }

  /** Presses a button by the keyboard. */
  private static void press(String within, String text) {
    await(
        text,
        () -> {
          for (WebElement one : browser.all(within + " button")) {
            if (one.isEnabled() && one.getText().startsWith(text)) {
              one.sendKeys(Keys.ENTER);
              return true;
            }
          }
          return false;
        });
  }

  @Test
  void typingADateAsksForCompleteDatesOnly() {
    browser.open("work", Installation.VIEWER);
    browser.see("#work");
    assertThat(browser.texts(".date.empty .any")).containsExactly("Any", "Any");
    browser.run("performance.clearResourceTimings()");

    browser.see("input[type=date]").sendKeys("11042026");

    await("the date", () -> browser.hash().contains("from=2026-11-04"));
    browser.see("#work");
    assertThat(
            (List<?>)
                browser.run(
                    "return performance.getEntriesByType('resource').map((one) =>"
                        + " new URL(one.name).searchParams.get('from')).filter(Boolean)"))
        .isNotEmpty()
        .allMatch("2026-11-04"::equals);
    assertThat(browser.texts(".date.empty .any")).containsExactly("Any");
  }

  @Test
  void aTabIsTitledByWhatItShows() {
    browser.open("period?location=DTN&granularity=DAY&from=2026-11-04", Installation.VIEWER);
    title("DTN, Wednesday, 11/4/2026 · Visit Balance");
    browser.run("location.hash = '#/work?severity=HIGH&location=DTN'");
    title("Work list: High, DTN · Visit Balance");
    browser.run("location.hash = '#/today?tenant=HARBOR'");
    title("Today · Visit Balance");
    browser.open("late?status=HELD&tenant=RIVAL", Installation.OPERATOR);
    title("Late arrivals: Held · RIVAL · Visit Balance");
  }

  private static void title(String wanted) {
    await(wanted, () -> wanted.equals(browser.driver.getTitle()));
  }

  private static String focused(String attribute) {
    return String.valueOf(
        browser.run("return document.activeElement.getAttribute(arguments[0])", attribute));
  }
}
