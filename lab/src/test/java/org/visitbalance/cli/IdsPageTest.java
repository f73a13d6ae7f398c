package org.visitbalance.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** Visits are found by their IDs, and lists show IDs, on the page in a real browser. */
@Timeout(180)
@Tag("slow")
@ExtendWith(OnThePage.class)
class IdsPageTest {
  private static final Company OWN = Company.own();
  private static final String SWITCH = ".ids input";
  private static final String TWICE = "tr[data-kind=DUPLICATE_BILLING]";
  private static Installation here;
  private static Browser browser;

  private static void search(String id) {
    WebElement box = browser.see(".search input");
    box.clear();
    box.sendKeys(id);
    box.sendKeys(Keys.ENTER);
    browser.see("#found-visits p[role=status]", "the ID “" + id + "”");
  }

  private static JsonNode billedTwice() {
    return here.get("discrepancies?kind=DUPLICATE_BILLING&ids=true&limit=1", Installation.WORKER)
        .at("/rows/0");
  }

  @Test
  void aVisitIsFoundWithoutItsIdGettingIntoTheAddress() {
    JsonNode row = billedTwice();
    String visit = row.at("/ids/visitId").asText();
    String billing = row.at("/ids/billingVisits").asText().split(", ", -1)[0];
    String other = row.path("location").asText().equals("DTN") ? "EST" : "DTN";

    browser.open("work?location=" + other, Installation.WORKER);
    search(billing);
    browser.see("h1", "Search");
    browser.see("#found-visits tbody", "Duplicate billing");
    assertThat(browser.text("#found-visits tbody"))
        .contains(visit, row.at("/ids/account").asText(), "Billing visit ID", billing);
    assertThat(browser.text("#found-visits .notice"))
        .contains("not at " + other, "at " + row.path("location").asText());
    assertThat(
            browser.run(
                "return [location.href, document.title, JSON.stringify(history.state),"
                    + " JSON.stringify(sessionStorage), JSON.stringify(localStorage)].join()"))
        .asString()
        .contains("#/search?location=" + other)
        .doesNotContain(billing);

    // The next search needs no other address, and leads to the visit and back
    search(visit);
    assertThat(browser.runFile("unreadable.js")).isEqualTo(List.of());
    browser.click("#found-visits tbody a.token");
    browser.see("h1", "Visit " + row.path("visit").asText().substring(0, 8));
    browser.driver.navigate().back();
    browser.see("#found-visits tbody", visit);

    // A reload has forgotten it
    browser.driver.navigate().refresh();
    browser.see("#found-visits", "Enter the ID");
    assertQuiet();
  }

  @Test
  void aSearchSaysWhyNothingIsHere() {
    browser.open("today", Installation.WORKER);
    search("NO-SUCH-ID");
    assertThat(browser.text("#found-visits"))
        .contains("EMR data ends 11/", "EST", "Billing data ends", "No invalid record contains");

    String note =
        here.get("open-notes?ids=true&limit=1", Installation.WORKER)
            .at("/rows/0/ids/visitId")
            .asText();
    search(note);
    browser.see("#found-visits tr[data-status=OPEN_NOTE]", "has not finalized the note");

    DeadLetterApiTest.misplace(here, "PG7");
    try {
      search("PG7");
      browser.see("#letters", "1 invalid record contains the ID");
      assertThat(browser.text("#letters")).contains("emr.visits", "set partitioner");
      browser.click("#letters a");
      browser.see("h1", "Invalid records");
    } finally {
      here.send("POST", "dead-letters/retry", "{\"repartition\":true}", Installation.ADMIN);
      here.settle();
    }
    assertQuiet();
  }

  @Test
  void aSwitchShowsTheIdsInTheListsAndTheirFiles() {
    JsonNode row = billedTwice();
    String account = row.at("/ids/account").asText();
    browser.open("work?kind=DUPLICATE_BILLING", Installation.WORKER);
    browser.see(TWICE);
    assertThat(browser.text("#work")).doesNotContain(account, "Account");
    assertThat(browser.text(".ids")).contains("(logged)");

    browser.click(SWITCH);
    browser.see("#work", account);
    browser.see(
        "#work .twice", "Billing visits: " + row.at("/ids/billingVisits").asText() + ". Only one");
    assertThat(browser.hash()).isEqualTo("#/work?kind=DUPLICATE_BILLING");
    assertThat(browser.runFile("unreadable.js")).isEqualTo(List.of());
    browser.click(".title .csv");
    assertThat(browser.saved("work-list-part.csv")).contains("EMR visit ID", account);

    // It holds for the other lists of the tab
    String period =
        "period?location=%s&granularity=DAY&from=%s"
            .formatted(row.path("location").asText(), row.path("date").asText());
    for (String view : List.of("late", "units", "notes", period)) {
      browser.run("location.hash = arguments[0]", "#/" + view);
      browser.see(SWITCH + ":checked");
      browser.see("table.list td.id");
      Browser.await(
          "the IDs of " + view,
          () -> browser.texts("table.list td.id").stream().anyMatch(id -> id.matches("A\\d+.*")));
      for (String file : List.of("csv", "xlsx")) {
        String link =
            String.valueOf(
                browser.run(
                    "return document.querySelector('.title:has(.ids) .' + arguments[0]).href",
                    file));
        assertThat(link).as(view).contains("ids=true");
      }
    }

    // Off again, and not there for a viewer
    browser.click(SWITCH);
    Browser.await("no IDs", () -> browser.find("td.id") == null);
    browser.open("work", Installation.VIEWER);
    browser.see("#work");
    assertThat(browser.all(".ids, .search")).isEmpty();
    assertQuiet();
  }

  private static String note(String id, String therapist) {
    return """
        {"fact":"note","tenant":"RIVAL","eventId":"open-%1$s","occurredAt":"2026-11-06T04:59:59Z",\
        "noteId":"%1$s","patientKey":"P-%1$s","clinicId":"C01","posCode":"11",\
        "dateOfService":"2026-11-05","therapistId":"%2$s","status":"OPEN",\
        "at":"2026-11-06T04:59:59Z"}
        """
        .replace("RIVAL", OWN.name())
        .formatted(id, therapist);
  }

  @Test
  void openNotesAreListedForTheirTherapists() {
    // Given two therapists, so that a file of one leaves something out
    here.post(
        "facts", note("NOTE1", "TH1") + note("NOTE2", "TH2") + note("NOTE3", "TH1"), OWN.admin());
    here.settle();
    assertThat(here.get("open-notes", OWN.admin()).path("rows")).hasSize(3);

    browser.open("today", OWN.admin());
    browser.see(".cards");
    browser.click("h2 a[href='#/notes']");
    browser.see("h1", "Open notes");
    browser.see("#therapists tr[data-provider=TH2]");
    browser.pick("Sort by", "By therapist");
    Browser.await("the order", () -> browser.hash().contains("sort=provider"));
    Browser.await(
        "the rows",
        () -> browser.texts("#notes tbody td:nth-of-type(1)").equals(List.of("TH1", "TH1", "TH2")));

    // When the file of each is saved, then it has the notes of that one only
    for (String provider : List.of("TH1", "TH2")) {
      browser.click("#therapists tr[data-provider=" + provider + "] a.csv");
      assertThat(browser.saved("open-notes-" + provider + "-part.csv").strip().lines().skip(1))
          .hasSize(provider.equals("TH1") ? 2 : 1)
          .allMatch(one -> one.contains(provider));
    }
    browser.click("#therapists tr[data-provider=TH1] th a");
    Browser.await("the filter", () -> browser.all("#notes tbody tr").size() == 2);
    assertThat(browser.runFile("unreadable.js")).isEqualTo(List.of());

    // And the list's own file has the notes that the list shows
    browser.click(".title a.csv");
    assertThat(browser.saved("open-notes-TH1-part (1).csv").strip().lines().skip(1))
        .hasSize(2)
        .allMatch(one -> one.contains("TH1"));
    assertQuiet();
  }

  private static void assertQuiet() {
    browser.assertQuiet(message -> false);
    assertThat(here.faults).isEmpty();
  }
}
