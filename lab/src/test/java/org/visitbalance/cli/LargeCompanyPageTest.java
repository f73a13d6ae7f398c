package org.visitbalance.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.visitbalance.cli.Browser.await;

import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.openqa.selenium.Keys;
import org.visitbalance.lab.bench.LargeCompany;
import org.visitbalance.lab.bench.ReadModelServer;
import org.visitbalance.query.model.Database;

/** The page of a company with a hundred locations in four regions. */
@Timeout(180)
@Tag("slow")
class LargeCompanyPageTest {
  private static final int LOCATIONS = 100;
  private static final int REGIONS = 4;

  /** How long Today may take on this machine; 1000 on two cores with nothing else to do. */
  private static final long MOST_MS = Long.getLong("visitbalance.page.ms", 6_000);

  private static Database database;
  private static ReadModelServer server;
  private static Browser browser;

  @BeforeAll
  static void start() {
    LargeCompany company = new LargeCompany(LOCATIONS / 2, 35, 3);
    database = Database.temporary();
    company.fill(database);
    server = ReadModelServer.start(company, database, 0);
    browser = Browser.start(server.port());
  }

  @AfterAll
  static void close() {
    if (browser != null) {
      browser.close();
    }
    if (server != null) {
      server.close();
      database.close();
    }
  }

  @BeforeEach
  void open() {
    browser.look(1300, false);
    browser.size(1300, 900);
    browser.open("today", null);
    browser.run("location.reload()");
    browser.see("a.box[data-from]");
    await("names", () -> browser.text(".grid tbody").contains("Clinic "));
  }

  @Test
  void onlyTheRowsInViewAreDrawnAndAllAreCounted() {
    assertThat(browser.all(".grid tbody tr:not(.gap)")).hasSizeLessThan(60);
    assertThat(browser.find(".grid").getAttribute("aria-rowcount"))
        .isEqualTo(String.valueOf(LOCATIONS + REGIONS + 2));
    Object before =
        browser.run("return document.querySelector('.grid thead').getBoundingClientRect().top");
    String first = browser.texts(".grid tbody tr:not(.gap):not(.group) th").get(0);

    browser.run("document.querySelector('.matrix .scroll').scrollTop = 1e6");

    await(
        "the last row",
        () ->
            !browser.all(".grid tr[aria-rowindex='" + (LOCATIONS + REGIONS + 2) + "']").isEmpty());
    assertThat(browser.all(".grid tbody tr:not(.gap)")).hasSizeLessThan(60);
    assertThat(
            browser.run("return document.querySelector('.grid thead').getBoundingClientRect().top"))
        .as("the dates stay in view")
        .isEqualTo(before);
    // The row that Tab leads to stays.
    assertThat(browser.texts(".grid tbody tr:not(.gap):not(.group) th").get(0)).isEqualTo(first);
    assertThat(browser.all("a.box[tabindex='0']")).hasSize(1);
  }

  @Test
  void theArrowsLeadThroughRowsThatAreNotDrawnYet() {
    browser.run("document.querySelector(\"a.box[tabindex='0']\").focus()");
    for (int i = 0; i < 70; i++) {
      browser.press(Keys.ARROW_DOWN);
    }
    await(
        "a row further down",
        () -> Long.parseLong(focused("closest('tr').getAttribute('aria-rowindex')")) > 70);
    assertThat(focused("tabIndex")).isEqualTo("0");
    assertThat(
            browser.run(
                "const at = document.activeElement.getBoundingClientRect();"
                    + " const box = document.querySelector('.matrix .scroll').getBoundingClientRect();"
                    + " return at.top >= box.top && at.bottom <= box.bottom + 1"))
        .isEqualTo(true);
  }

  @Test
  void theWorstIsFirstInItsRegionAndRegionsFold() {
    List<Long> sums = sums();
    assertThat(sums.size()).isGreaterThan(10);
    assertThat(sums).isSortedAccordingTo(Comparator.reverseOrder());
    String region = browser.text(".grid .fold");

    browser.click(".grid .fold");

    await(
        "it to fold",
        () -> browser.find(".grid .fold").getAttribute("aria-expanded").equals("false"));
    assertThat(browser.text(".grid .fold")).isEqualTo(region);
    assertThat(browser.find(".grid").getAttribute("aria-rowcount"))
        .isNotEqualTo(String.valueOf(LOCATIONS + REGIONS + 2));
  }

  /** What is unexplained in the locations of the first region, as far as they are drawn. */
  private static List<Long> sums() {
    @SuppressWarnings("unchecked")
    List<Long> sums =
        (List<Long>)
            browser.run(
                "const rows = [...document.querySelectorAll('.grid tbody tr:not(.gap)')].slice(1);"
                    + " const end = rows.findIndex((row) => row.matches('.group'));"
                    + " return rows.slice(0, end < 0 ? rows.length : end)"
                    + ".map((row) => Number(row.querySelector('.sum b')?.textContent ?? 0))");
    return sums;
  }

  @Test
  void aLocationIsFoundByItsNameOrId() {
    browser.find(".matrix .find input").sendKeys("clinic 17");
    await("its locations", () -> browser.all(".grid tbody tr:not(.gap):not(.group)").size() == 2);
    assertThat(browser.text(".grid tbody"))
        .contains("Clinic 17", "L17", "Clinic 17 at home", "L17-HOME");

    browser.run("scrollTo(0, 0)");
    browser.find(".places summary").click();
    browser.find(".places .find input").click();
    browser.press("L23");
    await("its choices", () -> browser.all(".places .region label:not(.every)").size() == 2);
    browser.click(".places .region label:not(.every) input");
    await("the choice", () -> browser.hash().contains("location=L23"));
    assertThat(browser.text(".places summary b")).contains("Clinic 23");
    browser.run("location.hash = '#/today'");
  }

  @Test
  void paperHasAllRows() {
    browser.medium("print");
    try {
      await(
          "all rows", () -> browser.all(".grid tbody tr:not(.gap)").size() == LOCATIONS + REGIONS);
      assertThat(browser.all(".grid .gap")).isEmpty();
    } finally {
      browser.medium("screen");
    }
    await("the window", () -> browser.all(".grid tbody tr:not(.gap)").size() < 60);
  }

  @Test
  void todayIsThereSoon() {
    @SuppressWarnings("unchecked")
    List<Number> millis =
        (List<Number>)
            browser.run(
                "const seen = new PerformanceObserver(() => {});"
                    + " seen.observe({type: 'largest-contentful-paint', buffered: true});"
                    + " const paints = seen.takeRecords();"
                    + " const asked = performance.getEntriesByType('resource')"
                    + ".filter((one) => /overview|matrix/.test(one.name)).map((one) => one.responseEnd);"
                    + " return [paints.at(-1)?.startTime ?? 0, Math.max(...asked)].map(Math.round)");
    System.out.printf(
        "largest paint after %s ms, the answers of Today after %s ms%n",
        millis.get(0), millis.get(1));
    assertThat(millis.get(0).longValue()).isBetween(1L, MOST_MS);
    assertThat(millis.get(1).longValue()).isBetween(1L, MOST_MS);
  }

  private static String focused(String what) {
    return String.valueOf(browser.run("return document.activeElement." + what));
  }
}
