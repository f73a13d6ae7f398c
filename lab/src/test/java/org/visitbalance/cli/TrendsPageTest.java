package org.visitbalance.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.visitbalance.cli.Browser.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.openqa.selenium.WebElement;
import org.visitbalance.output.AccessAction;
import org.visitbalance.output.AccessEntry;
import org.visitbalance.service.TopicReader;
import org.visitbalance.topology.Topics;

/** The view Trends: charts that their tables say again, in a real browser. */
@Timeout(180)
@Tag("slow")
@ExtendWith(OnThePage.class)
class TrendsPageTest {
  private static final Company OWN = Company.own();

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

  private static String charge(String id, String day, boolean isLate) {
    LocalDate created = LocalDate.parse(day).plusDays(isLate ? 1 : 0);
    return """
        {"fact":"charge","tenant":"%s","eventId":"c-%s","occurredAt":"%sT20:00:00Z","chargeId":"c-%s",\
        "status":"ACTIVE","updatedAt":"%sT20:00:00Z","patientKey":"P-%s","emrVisitId":"%s",\
        "billingVisitId":"b-%s","locationId":"C01","dateOfService":"%s","createdAt":"%sT20:00:00Z",\
        "createdOn":"%s","treatingProviderId":"TH1","cpt":"97110","modifiers":[],"units":2}
        """
        .formatted(OWN.name(), id, created, id, created, id, id, id, day, created, created);
  }

  /** Ten weeks of 20 visits; the company's own visit of the last one is not billed at all. */
  private static void tenWeeks(int... late) {
    StringBuilder facts = new StringBuilder();
    for (int week = 0; week < late.length; week++) {
      String day = LocalDate.parse("2026-09-02").plusWeeks(week).toString();
      for (int i = 0; i < 20; i++) {
        String id = "W" + week + "-" + i;
        facts.append(OWN.visit(id, day)).append(charge(id, day, i < late[week]));
      }
    }
    here.post("facts", facts.toString(), OWN.admin());
    here.settle();
  }

  private static int annotate(String token, String location, String day, String text) {
    String body =
        "{\"location\":\"%s\",\"from\":\"%s\",\"text\":\"%s\"}".formatted(location, day, text);
    return here.send("PUT", "annotations", body, token).statusCode();
  }

  private static List<AccessEntry> written() {
    List<AccessEntry> entries = new ArrayList<>();
    new TopicReader(here.clients, here.serdes, "")
        .read(List.of(Topics.ACCESS_LOG), (topic, key, value) -> entries.add((AccessEntry) value));
    entries.removeIf(
        one ->
            one.getAction() != AccessAction.ANNOTATE_WEEK || !one.getTenant().equals(OWN.name()));
    return entries;
  }

  /** The words that somebody writes into the dialog. */
  private static void write(String text) {
    WebElement note = browser.see("dialog input[name=text]");
    note.clear();
    note.sendKeys(text);
    browser.click("dialog button[type=submit]");
    browser.see("#annotations table", text);
  }

  @Test
  void aWeekThatIsNotChanceIsMarkedAndSomebodyNotesWhy() {
    tenWeeks(1, 0, 1, 2, 0, 1, 1, 0, 1, 9);
    browser.look(1300, false);
    browser.open("trends", OWN.admin());
    await("the charts", TrendsPageTest::areAllDrawn);
    assertThat(browser.text("#signals")).contains("10 of 21, 47.6%", "Above its upper limit");
    browser.click("section.chart:nth-child(3) summary");
    assertThat(browser.texts("section.chart:nth-child(3) tbody tr").get(9))
        .isEqualTo("Week 11/2/2026 – 11/8/2026 47.6% 3.9% 0% 16.9% above");

    browser.click("#annotations button");
    browser.pick("Location", "C01");
    browser.see("dialog input[type=date]").sendKeys("11042026");
    write("EMR outage on Tuesday");
    browser.see("section.chart:nth-child(3) tbody", "C01: EMR outage on Tuesday");
    assertThat(browser.text("section.chart:nth-child(3) .lines")).contains("Noted");
    assertThat(browser.texts("#annotations tbody td").get(2)).startsWith("rosa, ");
    PageAccessibleTest.assertNothingFound(browser, "a note");

    browser.look(375, true);
    browser.click("#annotations tbody button");
    PageAccessibleTest.assertNothingFound(browser, "asking for a note");
    write("EMR outage on Wednesday");
    await("the charts", TrendsPageTest::areAllDrawn);
    PageAccessibleTest.assertNothingFound(browser, "a changed note");
    assertThat(
            here.send("GET", "trends?format=csv&headers=names", null, OWN.viewer())
                .body()
                .lines()
                .filter(line -> line.startsWith("2026-11-02,")))
        .allMatch(
            line -> line.contains(",ABOVE,") && line.endsWith(",C01: EMR outage on Wednesday"))
        .hasSize(1);

    List<WebElement> buttons = browser.all("#annotations tbody button");
    assertThat(buttons.get(1).getAttribute("aria-label"))
        .isEqualTo("Remove the note on 11/2/2026 at C01");
    buttons.get(1).click();
    await("it is gone", () -> browser.find("#annotations table") == null);
    assertThat(written())
        .extracting(AccessEntry::getNote)
        .containsExactly("EMR outage on Tuesday", "EMR outage on Wednesday", null);
    assertThat(written())
        .allMatch(one -> one.getWho().equals("rosa"))
        .allMatch(one -> "C01".equals(one.getLocation()))
        .allMatch(one -> LocalDate.parse("2026-11-02").equals(one.getFrom()));
  }

  /** The page shows the latest notes and says so; a file has no place to say it. */
  @Test
  void aFileHasEveryNote() {
    Company other = Company.own();
    here.post("facts", other.visit("N1", "2026-11-02"), other.admin());
    here.settle();
    List<String> weeks =
        IntStream.rangeClosed(1, 201)
            .mapToObj(week -> LocalDate.parse("2026-11-02").minusWeeks(week).toString())
            .toList();
    assertThat(weeks.parallelStream().map(week -> annotate(other.admin(), "C01", week, "-" + week)))
        .containsOnly(202);
    here.settle();
    String asked = "trends?by=month&from=2022-12-01";

    assertThat(here.get(asked, other.viewer()).path("annotations")).hasSize(200);
    assertThat(here.get(asked, other.viewer()).path("moreAnnotations").asBoolean()).isTrue();
    assertThat(here.send("GET", asked + "&format=csv", null, other.viewer()).body())
        .contains(weeks.stream().map(week -> "C01: -" + week).toList());
  }

  @Test
  void whatIsNoNoteIsRefused() {
    assertThat(annotate(OWN.viewer(), "C01", "2026-11-02", "x")).isEqualTo(403);
    assertThat(annotate(OWN.admin(), "NOWHERE", "2026-11-02", "x")).isEqualTo(404);
    assertThat(annotate(OWN.admin(), "C01", "2026-11-15", "x")).as("not yet").isEqualTo(400);
    assertThat(annotate(OWN.admin(), "C01", "2016-11-13", "x")).as("long ago").isEqualTo(400);
    assertThat(annotate(OWN.admin(), "C01", "today", "x")).isEqualTo(400);
    assertThat(annotate(OWN.admin(), "C01", "2026-11-02", "a\\nb")).as("lines").isEqualTo(400);
    assertThat(annotate(OWN.admin(), "C01", "2026-11-02", "x".repeat(201))).isEqualTo(400);
    assertThat(here.get("trends", OWN.viewer()).path("annotations")).isEmpty();
  }
}
