package org.visitbalance.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.visitbalance.cli.Browser.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** The page gives no all-clear where nothing is known, and says what its figures do not contain. */
@Timeout(180)
@Tag("slow")
@ExtendWith(OnThePage.class)
class PageTruthTest {
  private static final Company OWN = Company.own();
  private static Installation here;
  private static Browser browser;

  @AfterEach
  void nothingWentWrong() {
    browser.assertQuiet(message -> false);
    assertThat(here.faults).isEmpty();
  }

  @Test
  void aLocationThatNobodyKnowsIsNotAllClear() {
    browser.open("late?status=HELD", Installation.VIEWER);
    for (String view : List.of("today", "work", "late", "units")) {
      browser.run("location.hash = arguments[0]", "#/" + view + "?location=DOWNTOWN");
      browser.see(".problem h2", "Unknown location");
      browser.see(".problem", "“DOWNTOWN”");
      assertThat(browser.find("#spans, #work, #late-list, #sums")).as(view).isNull();
    }
    browser.click(".problem button");
    browser.see("#sums");

    browser.run("location.hash = '#/work?location=DOWNTOWN&location=DTN'");
    browser.see("#work");
    browser.see(".notice", "“DOWNTOWN”");
  }

  @Test
  void aCompanyThatNobodyKnowsIsNotAllClear() {
    browser.open("work?tenant=NOBODY", null);
    browser.run(
        "sessionStorage.setItem('visit-balance-token', arguments[0]); location.reload()",
        Installation.OPERATOR);
    browser.see(".problem h1", "Unknown company");
    browser.click(".problem a[href='#/today?tenant=HARBOR']");
    browser.see("#spans");
    browser.assertQuiet(message -> message.contains("401"));
  }

  @Test
  void theNextPeriodIsTheNextOneWithActivity() {
    List<String> days =
        here.get("balances?granularity=DAY&location=DTN&sort=from&limit=1000", Installation.VIEWER)
            .path("rows")
            .findValuesAsText("from");
    String first = days.get(0);
    int gap = 1;
    while (LocalDate.parse(days.get(gap - 1)).plusDays(1).toString().equals(days.get(gap))) {
      gap++;
    }
    browser.open("period?location=DTN&granularity=DAY&from=" + first, Installation.VIEWER);
    browser.see(".button.off", "No earlier day");
    browser.run("location.hash = arguments[0]", "#/period?location=DTN&from=" + days.get(gap - 1));
    browser.see("a[rel=next][href*='from=" + days.get(gap) + "']");
    browser.click("a[rel=next]");
    browser.see("#reports");
    browser.see("a[rel=prev][href*='from=" + days.get(gap - 1) + "']");
  }

  @Test
  void aPeriodSaysWhichSourceIsSilentAndSinceWhenInTheCompanysTime() {
    browser.driver.executeCdpCommand(
        "Emulation.setTimezoneOverride", Map.of("timezoneId", "Asia/Tokyo"));
    browser.open("period?location=DTN&granularity=DAY&from=2026-11-12", Installation.VIEWER);
    browser.see(".silent", "Billing has been silent since 11/11/2026, 11:30 PM EST.");
    browser.see(".verdict.waiting", "Waiting");
    assertThat(browser.text(".fresh")).contains("7:00 AM EST");

    browser.run("location.hash = '#/period?location=DTN&granularity=DAY&from=2026-11-04'");
    browser.see("h1", "11/4/2026");
    browser.see("#providers");
    assertThat(browser.find(".silent")).isNull();
    browser.driver.executeCdpCommand("Emulation.setTimezoneOverride", Map.of("timezoneId", ""));
  }

  @Test
  void waitingIsAStatusOfItsOwnInTheGridItsLegendAndItsFilter() {
    browser.open("today", Installation.VIEWER);
    browser.see("a.box.waiting[data-from='2026-11-12']");
    assertThat(browser.text(".legend")).contains("waiting").doesNotContain("pending");
    browser.pick("Status", "Waiting");
    await("waiting days only", () -> browser.hash().contains("verdict=WAITING"));
    await(
        "waiting days only",
        () -> browser.all("a.box.waiting").size() == browser.all("a.box[data-from]").size());
    assertThat(browser.see("a.csv[href*='balances']").getAttribute("href"))
        .contains("verdict=WAITING");
  }

  @Test
  void theTodayPageSaysThatAClockIsTheCompanysOwn() {
    browser.open("today", Installation.VIEWER);
    browser.see(".own-clock", "clock reads 11/14/2026");
    assertThat(browser.text(".feeds")).doesNotContain("last received");

    // A demo that is ahead of the clock on the wall
    browser.run(
        """
        const json = Response.prototype.json;
        Response.prototype.json = async function () {
          const answer = await json.call(this);
          if (this.url.includes("/overview")) {
            answer.freshness.asOf = new Date(Date.now() + 40 * 86_400_000).toISOString();
            answer.feeds.forEach((one) => {
              one.completeUntil = answer.freshness.asOf;
              one.lastFactAt = new Date().toISOString();
            });
          }
          return answer;
        };
        location.hash = "#/today?location=DTN";
        """);
    browser.see(".own-clock", "its last record was received");
    await("a clock that is ahead", () -> !browser.text(".own-clock").contains("11/14/2026"));
    assertThat(browser.text(".feeds")).doesNotContain("last received");
  }

  @Test
  void suppliesAndFeesAreALineThatIsNotCompared() {
    browser.open("late", Installation.VIEWER);
    browser.see("#late-list");
    browser.run(
        """
        const json = Response.prototype.json;
        Response.prototype.json = async function () {
          const answer = await json.call(this);
          if (this.url.includes("/period?")) {
            answer.balance.reported.emrUnits = 164;
            answer.balance.reported.billingUnits = 1351;
            answer.balance.reported.emrNonVisitUnits = 0;
            answer.balance.reported.billingNonVisitUnits = 1200;
          }
          return answer;
        };
        location.hash = "#/period?location=DTN&granularity=DAY&from=2026-11-04";
        """);
    browser.see("#reports .non-visit", "not compared");
    assertThat(browser.texts("#reports .units td")).containsExactly("164", "151", "+13");
    assertThat(browser.texts("#reports .non-visit td"))
        .containsExactly("0", "1,200", "not compared");
  }

  @Test
  void theBridgeAndItsVisitsHaveOneSign() {
    browser.open("period?location=DTN&granularity=DAY&from=2026-11-12", Installation.VIEWER);
    browser.see(".waterfall a");
    assertThat(browser.texts(".waterfall a b")).containsExactly("+8");
    assertThat(browser.texts("#visits ~ .scroll td:nth-child(3)")).containsOnly("+1");
    assertThat(browser.texts("#reports .total td")).containsExactly("8", "0", "+8");
  }

  @Test
  void aVisitWhoseDateOfServiceDiffersShowsBothDates() {
    here.post(
        "facts",
        OWN.visit("DOS1", "2026-11-05")
            + """
            {"fact":"charge","tenant":"RIVAL","eventId":"dos-c1","occurredAt":"2026-11-05T18:05:00Z",\
            "chargeId":"DOSC1","status":"ACTIVE","updatedAt":"2026-11-05T18:05:00Z",\
            "patientKey":"P-DOS1","emrVisitId":"DOS1","billingVisitId":"DOSB1","locationId":"C01",\
            "dateOfService":"2026-11-06","createdAt":"2026-11-05T18:05:00Z",\
            "createdOn":"2026-11-05","treatingProviderId":"TH1","cpt":"97110","modifiers":[],"units":2}
            """
                .replace("RIVAL", OWN.name()),
        OWN.admin());
    here.settle();
    JsonNode found = here.get("discrepancies?kind=DATE_OF_SERVICE_MISMATCH", OWN.admin());
    browser.open("visit/" + found.path("rows").path(0).path("visit").asText(), OWN.admin());
    browser.see(".dates-of-service", "11/5/2026 in the EMR, 11/6/2026 in billing");
    browser.see(".timeline", "date of service 11/6/2026");
  }
}
