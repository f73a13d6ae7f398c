package org.visitbalance.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Nothing of the page is ever cut off, however narrow the window and however large the figures. */
@Timeout(180)
@Tag("slow")
@ExtendWith(OnThePage.class)
class PageFitsTest {
  /** Desktops, a desktop at 200 %, and a phone. */
  private static final int[] WIDTHS = {1024, 1280, 1920, 640, 375};

  private static Installation here;
  private static Browser browser;

  private static Map<String, String> views() {
    String visit =
        here.get("discrepancies?level=VISIT&limit=1", Installation.WORKER)
            .path("rows")
            .path(0)
            .path("visit")
            .asText();
    Map<String, String> views = new LinkedHashMap<>();
    views.put("work", "#work tbody tr");
    views.put("today", "a.box[data-from]");
    views.put("money", "#money tbody tr");
    views.put("money?by=day&location=LAKE", "#money tbody tr");
    views.put("late", "#late-list tbody tr");
    views.put("units", "#sums tbody tr");
    views.put("trends", ".plot[data-drawn]");
    views.put("notes", "#notes tbody tr");
    views.put("settings", "#payerRules tbody tr");
    views.put("period?location=LAKE&granularity=MONTH&from=2026-11-01", "#new-patients tbody tr");
    views.put("visit/" + visit, ".timeline li");
    return views;
  }

  @Test
  void sixDigitsFitFromAPhoneToAWideScreen() {
    browser.look(1280, false);
    browser.open("invalid", Installation.WORKER);
    browser.runFile("six-digits.js");
    views()
        .forEach(
            (view, sign) -> {
              browser.run("location.hash = arguments[0]", "#/" + view);
              browser.see(sign);
              for (int width : WIDTHS) {
                browser.look(width, false);
                Browser.await(
                    "the size", () -> browser.run("return innerWidth").equals((long) width));
                assertThat((List<?>) browser.runFile("clipped.js"))
                    .as(view + " at " + width)
                    .isEmpty();
              }
            });
    browser.assertQuiet(message -> false);
  }

  @Test
  void theGridOfAMonthFitsADesktop() {
    browser.look(1024, false);
    browser.open("today", Installation.VIEWER);
    browser.see("a.box[data-from]");
    assertThat(
            browser.run(
                "const grid = document.querySelector('.matrix .scroll');"
                    + " return grid.scrollWidth <= grid.clientWidth + 1"))
        .isEqualTo(true);
  }

  @Test
  void onAPhoneTheLocationAndTheDayStandBelowTheirFinding() {
    browser.look(375, false);
    browser.open("work", Installation.VIEWER);
    browser.see("#work tbody tr");
    assertThat(
            browser.run(
                """
                const row = document.querySelector("#work tbody tr");
                const at = (label) => row.querySelector(`[data-label="${label}"]`).getBoundingClientRect();
                const finding = row.querySelector(".reason").getBoundingClientRect();
                return ["Location", "Day"].every((label) =>
                  at(label).top >= finding.bottom - 1 && at(label).top < finding.bottom + 30 && at(label).right <= innerWidth);
                """))
        .isEqualTo(true);
  }

  @Test
  void paperHasNoControlsNamesItsFiltersAndShowsWhatIsFolded() {
    browser.look(1280, false);
    browser.open("work?severity=HIGH&location=DTN", Installation.WORKER);
    browser.see("#work tbody tr");
    browser.medium("print");
    try {
      browser.see(".paper", "Printed 1");
      assertThat(browser.text(".paper"))
          .contains("HARBOR", "Work list", "Severity: High; Location: DTN", "As of 11/14/2026")
          .contains("EST");
      assertThat(controls()).isEqualTo(0L);
      assertThat(browser.text("main")).doesNotContain("Select discrepancies");
      assertThat(
              browser.run(
                  "return new Set([...document.querySelectorAll('#work tr')].map((row) =>"
                      + " [...row.cells].filter((one) => one.checkVisibility()).length)).size"))
          .as("rows with the same columns")
          .isEqualTo(1L);

      browser.run(
          "location.hash = '#/period?location=EST&granularity=MONTH&from=2026-11-01&reason=DUPLICATE_BILLING'");
      browser.see("#providers");
      browser.medium("screen");
      Browser.await("all that was folded", () -> browser.find("main details[open]") == null);
      browser.medium("print");
      Browser.await("all that is folded", () -> browser.find("main details:not([open])") == null);
      browser.see(".check details table");
      assertThat(browser.text(".paper"))
          .contains("EST, November 2026", "Reason: Duplicate billing");
      assertThat(controls()).isEqualTo(0L);
      assertThat(
              browser.run(
                  "return [...document.querySelectorAll('main h1, main h2, main h3, main .title')]"
                      + ".filter((one) => getComputedStyle(one).breakAfter !== 'avoid').length"))
          .as("headings that may stand alone at the foot of a page")
          .isEqualTo(0L);

      browser.run("location.hash = '#/today'");
      browser.see("a.box[data-from]");
      assertThat(
              browser.run(
                  "return [...document.querySelectorAll('#page *')].filter((one) =>"
                      + " one.checkVisibility() && getComputedStyle(one).position === 'sticky').length"))
          .isEqualTo(0L);
      browser.medium("screen");
      browser.see("#spans");
      assertThat(browser.find(".paper").isDisplayed()).isFalse();
    } finally {
      browser.medium("screen");
    }
    browser.assertQuiet(message -> false);
  }

  private static Object controls() {
    return browser.run(
        "return [...document.querySelectorAll('button, input, select, summary, nav a, .button')]"
            + ".filter((one) => one.checkVisibility()).length");
  }
}
