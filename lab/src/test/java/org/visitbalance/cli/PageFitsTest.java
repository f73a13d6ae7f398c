package org.visitbalance.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Nothing of the page is ever cut off, however narrow the window and however large the figures. */
@Timeout(180)
@Tag("slow")
class PageFitsTest {
  /** Desktops, a desktop at 200 %, and a phone. */
  private static final int[] WIDTHS = {1024, 1280, 1440, 1920, 640, 375};

  private static Installation here;
  private static Browser browser;

  @BeforeAll
  static void start() {
    here = Installation.shared();
    browser = Browser.start(here.web.port());
  }

  @AfterAll
  static void close() {
    if (browser != null) {
      browser.close();
    }
  }

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
    views.put("late", "#late-list tbody tr");
    views.put("units", "#sums tbody tr");
    views.put("period?location=EST&granularity=MONTH&from=2026-11-01", "#providers tbody tr");
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
}
