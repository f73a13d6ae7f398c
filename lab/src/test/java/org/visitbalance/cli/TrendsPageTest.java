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

/** The view Trends: charts that their tables say again, in a real browser. */
@Timeout(180)
@Tag("slow")
@ExtendWith(OnThePage.class)
class TrendsPageTest {
  private static Installation here;
  private static Browser browser;

  @AfterEach
  void nothingWentWrong() {
    browser.assertQuiet(message -> false);
    assertThat(here.faults).isEmpty();
  }

  private static boolean areAllDrawn() {
    return browser.all(".plot").size() >= 7
        && browser.all(".plot[data-drawn] canvas").size() == browser.all(".plot").size();
  }

  /** The weeks of a table are those of the service, and add up to its months. */
  @Test
  void theTablesHaveTheFiguresOfTheService() {
    JsonNode trends = here.get("trends", Installation.VIEWER);
    browser.look(1300, false);
    browser.open("trends", Installation.VIEWER);
    await("the charts", TrendsPageTest::areAllDrawn);
    browser.click("section.chart details > summary");
    List<String> rows = browser.texts("section.chart:first-child tbody tr");
    // The company begins with the week before this one.
    assertThat(trends.path("periods")).hasSize(26);
    assertThat(rows).hasSize(2);
    JsonNode week = trends.path("periods").path(24);
    assertThat(rows.get(0))
        .startsWith("Week 11/2/2026")
        .contains(week.path("finalized").asText() + " " + week.path("billed").asText());
    assertThat(rows.get(1)).contains("(not over)");

    JsonNode matrix = here.get("matrix?granularity=WEEK", Installation.VIEWER);
    long difference = 0;
    for (JsonNode cell : matrix.path("cells")) {
      difference +=
          cell.path("from").equals(week.path("from")) ? cell.path("difference").asLong() : 0;
    }
    assertThat(week.path("difference").asLong()).isEqualTo(difference);
  }

  /** A location and months stand in the address, and no line is told by its color alone. */
  @Test
  void aLocationByMonthAndLinesThatDifferWithoutColor() {
    browser.look(375, true);
    browser.open("trends?by=month&location=DTN", Installation.VIEWER);
    await("the charts", TrendsPageTest::areAllDrawn);
    assertThat(browser.driver.getTitle()).contains("Trends: ").contains("By month");
    Object looks =
        browser.run(
            "return [...document.querySelectorAll('.chart:first-child .lines line')]"
                + ".map((one) => one.getAttribute('stroke-dasharray'))");
    assertThat((List<?>) looks).hasSize(3).doesNotHaveDuplicates();
    assertThat(browser.run("return document.documentElement.scrollWidth <= innerWidth"))
        .isEqualTo(true);
    assertThat(browser.run("return document.querySelector('.plot').getAttribute('aria-label')"))
        .isEqualTo("Visits, as a chart. The table below has its figures.");
  }
}
