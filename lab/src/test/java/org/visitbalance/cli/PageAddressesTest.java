package org.visitbalance.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Every address shows what it names, or says what is wrong with it and what to do. */
@Timeout(180)
@Tag("slow")
@ExtendWith(OnThePage.class)
class PageAddressesTest {
  private static final String TOKEN = "A".repeat(26);
  private static Installation here;
  private static Browser browser;

  @Test
  void everyLinkOfEveryViewLeadsSomewhereAndNoAddressBreaksThePage() {
    browser.open("today", Installation.WORKER);
    browser.see("a.box[data-from]");
    browser.driver.manage().timeouts().scriptTimeout(Duration.ofMinutes(2));

    Map<?, ?> told =
        (Map<?, ?>)
            browser.runFileAsync(
                "links.js", List.of("#/today", "#/invalid", "#/search?location=DTN"));

    assertThat((List<?>) told.get("wrong")).isEmpty();
    assertThat((Long) told.get("links")).as("links that were followed").isGreaterThan(25);
    assertThat((Long) told.get("opened")).as("addresses that were opened").isGreaterThan(100);
    assertThat(here.faults).isEmpty();
  }

  @Test
  void anAddressThatLeadsNowhereSaysWhatToDoAndTheNextOneIsShown() {
    browser.open("work", Installation.VIEWER);
    browser.see("#work");
    for (String address :
        List.of(
            "visit",
            "visit?token=" + TOKEN,
            "period?location=DTN&from=11/4/2026",
            "work?severity=URGENT",
            "work?kind=LOST",
            "nowhere")) {
      browser.run("location.hash = arguments[0]", "#/" + address);
      browser.see(".problem h1", "This address cannot be opened");
      browser.see(".problem a[href='#/today']");
      assertThat(browser.find("#work")).as(address).isNull();
    }
    browser.click(".problem a[href='#/work']");
    browser.see("#work");
  }

  @Test
  void aFaultOfOneViewLeavesTheOthers() {
    browser.open("late", Installation.VIEWER);
    browser.see("#late-list");
    browser.run(
        """
        const json = Response.prototype.json;
        Response.prototype.json = async function () {
          return this.url.includes("overview") ? { feeds: 1 } : json.call(this);
        };
        location.hash = "#/today";
        """);
    browser.see("[data-fault] h1", "This page cannot be shown");
    browser.see("[data-fault] button", "Reload");

    browser.click("nav a[href='#/work']");
    browser.see("#work");
    assertThat(browser.find("[data-fault]")).isNull();
    browser.assertQuiet(message -> message.contains("TypeError"));
  }
}
