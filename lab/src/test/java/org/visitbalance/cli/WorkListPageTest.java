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
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** The work list in a real browser: what it shows, what narrows it, and views with a name. */
@Timeout(180)
@Tag("slow")
@ExtendWith(OnThePage.class)
class WorkListPageTest {
  private static final Company OWN = Company.own();
  private static final List<Integer> WIDTHS = List.of(1280, 1024, 375);
  private static Installation here;
  private static Browser browser;

  @AfterEach
  void nothingWentWrong() {
    browser.look(1300, false);
    browser.assertQuiet(message -> false);
    assertThat(here.faults).isEmpty();
  }

  private static List<String> ids(String filter) {
    return here.get("discrepancies?limit=1000" + filter, Installation.WORKER)
        .path("rows")
        .findValuesAsText("kind");
  }

  private static List<String> kinds() {
    return browser.all("#work tbody tr").stream()
        .map(row -> String.valueOf(row.getDomAttribute("data-kind")))
        .toList();
  }

  private static void shows(String filter) {
    await(filter, () -> kinds().equals(ids(filter)));
  }

  private static void type(String label, String text) {
    for (WebElement field : browser.all("label.field")) {
      if (field.getText().startsWith(label)) {
        WebElement input = field.findElement(org.openqa.selenium.By.tagName("input"));
        input.clear();
        input.sendKeys(text, Keys.ENTER);
        return;
      }
    }
    throw new AssertionError("no " + label);
  }

  @Test
  void theListIsInTheOrderOfTheApiAndShowsNoDaysUntilSomebodyAsks() {
    browser.open("work", Installation.WORKER);
    browser.see("#work");
    shows("&days=false");
    assertThat(kinds()).doesNotContain("DAY");

    browser.click(".switch input");
    shows("");
    assertThat(kinds()).contains("DAY");
    assertThat(browser.hash()).isEqualTo("#/work?days=true");

    // Who asks for days has them
    browser.run("location.hash = '#/work?kind=DAY'");
    shows("&kind=DAY");
    assertThat(browser.find(".switch input").isSelected()).isTrue();
  }

  @Test
  void filtersNarrowTheListAndStandInItsAddress() {
    JsonNode choices = here.get("discrepancies/choices", Installation.WORKER);
    String provider = choices.path("providers").path(0).asText();
    String payer = choices.path("payers").path(0).asText();
    browser.open("work", Installation.WORKER);
    browser.see("#work");

    type("Provider", provider);
    shows("&days=false&provider=" + provider);
    type("Payer", payer);
    await("the payer", () -> browser.hash().contains("payer=" + payer));
    type("Provider", "");
    shows("&days=false&payer=" + payer);
    browser.pick("Amount", "$100.00 or more");
    shows("&days=false&minAmount=10000&payer=" + payer);
    browser.run("location.hash = '#/work?fileWithin=150'");
    shows("&fileWithin=150");
    browser.see("#work thead", "Days since service");
    browser.pick("File by", "Any");
    browser.run("location.hash = '#/work?fileTo=2027-04-13&assignee=nina'");
    browser.see("main", "No discrepancies match these filters.");
    assertThat(browser.text(".filters.bar")).contains("By 4/13/2027", "nina");

    // A viewer has no filter by payer
    browser.open("work", Installation.VIEWER);
    browser.see("#work");
    assertThat(browser.text(".filters.bar")).contains("Provider").doesNotContain("Payer");
  }

  @Test
  void aDateOfServiceThatDiffersIsShownTwice() {
    here.post(
        "facts",
        OWN.visit("DOSL1", "2026-11-05")
            + """
            {"fact":"charge","tenant":"RIVAL","eventId":"dosl-c1","occurredAt":"2026-11-05T18:05:00Z",\
            "chargeId":"DOSLC1","status":"ACTIVE","updatedAt":"2026-11-05T18:05:00Z",\
            "patientKey":"P-DOSL1","emrVisitId":"DOSL1","billingVisitId":"DOSLB1","locationId":"C01",\
            "dateOfService":"2026-11-06","createdAt":"2026-11-05T18:05:00Z",\
            "createdOn":"2026-11-05","treatingProviderId":"TH1","cpt":"97110","modifiers":[],"units":2}
            """
                .replace("RIVAL", OWN.name()),
        OWN.admin());
    here.settle();
    browser.open("work?kind=DATE_OF_SERVICE_MISMATCH", OWN.admin());
    browser.see(
        "#work .dates-of-service", "Date of service: 11/5/2026 in the EMR, 11/6/2026 in billing.");
    browser.see("#work td[data-label='Days since service']", "9");
  }

  @Test
  void aViewIsSavedOpenedRenamedAndDeletedByTheKeyboard() {
    browser.open("work?severity=HIGH&sort=-amount", Installation.WORKER);
    browser.run("localStorage.clear()");
    browser.see("#work");
    browser.run("document.querySelector('.saved summary').focus()");
    browser.press(Keys.ENTER, Keys.TAB);
    browser.press("High by amount", Keys.ENTER);
    browser.see(".saved [role=status]", "Saved as “High by amount”.");
    browser.see(".saved summary b", "High by amount");

    // From another address it is opened again, and the menu says which one is shown
    browser.press(Keys.ESCAPE);
    browser.run("location.hash = '#/work?rows=200'");
    await("all of them", () -> browser.text(".saved summary b").equals("1 saved"));
    browser.run("document.querySelector('.saved summary').focus()");
    browser.press(Keys.ENTER, Keys.TAB, Keys.ENTER);
    await("its address", () -> browser.hash().contains("sort=-amount"));
    shows("&days=false&severity=HIGH&sort=-amount");
    assertThat(browser.hash()).isEqualTo("#/work?severity=HIGH&sort=-amount");

    // It outlives the tab, and is nobody else's
    browser.open("work?sort=-amount&severity=HIGH", Installation.WORKER);
    browser.see(".saved summary b", "High by amount");
    browser.open("work", Installation.ADMIN);
    browser.see(".saved summary b", "None");
    browser.open("work", Installation.WORKER);

    // Renamed
    browser.see(".saved summary b", "1 saved");
    browser.run("document.querySelector('.saved summary').focus()");
    browser.press(Keys.ENTER);
    browser.run("document.querySelector(\".saved [aria-label='Rename High by amount']\").focus()");
    browser.press(Keys.ENTER);
    await("the name", () -> browser.run("return document.activeElement.name").equals("name"));
    browser.press("Worth most", Keys.ENTER);
    browser.see(".saved [role=status]", "Renamed to “Worth most”.");
    browser.see(".saved li a", "Worth most");

    // Deleted; the focus stays in the menu
    browser.run("document.querySelector(\".saved [aria-label='Delete Worth most']\").focus()");
    browser.press(Keys.ENTER);
    browser.see(".saved [role=status]", "“Worth most” was deleted.");
    assertThat(browser.all(".saved li")).isEmpty();
    assertThat(browser.run("return document.activeElement.closest('.saved') !== null"))
        .isEqualTo(true);
    assertThat(browser.run("return localStorage.getItem('visit-balance-views:will')"))
        .isEqualTo("[]");
  }

  @Test
  void idsLeaveRoomForWhatHasToBeDone() {
    browser.open("work?kind=DUPLICATE_BILLING", Installation.WORKER);
    browser.click(".ids input");
    browser.see("#work .id-line", "Billing visit IDs");
    try {
      for (int width : WIDTHS) {
        for (boolean isDark : new boolean[] {false, true}) {
          browser.look(width, isDark);
          await("the size", () -> browser.run("return innerWidth").equals((long) width));
          assertThat((List<?>) browser.runFile("clipped.js")).as("at " + width).isEmpty();
          assertThat(browser.runFile("unreadable.js")).as("at " + width).isEqualTo(List.of());
          assertThat(
                  browser.run(
                      "return document.querySelector('#work .reason').getBoundingClientRect().width"))
              .as("room for the finding at " + width)
              .satisfies(room -> assertThat(((Number) room).doubleValue()).isGreaterThan(240));
        }
      }
    } finally {
      browser.run("sessionStorage.removeItem('visit-balance-ids')");
    }
  }

  @Test
  void closingWhatIsNotSettledAsksFirst() {
    JsonNode held = null;
    for (JsonNode day :
        here.get("balances?granularity=DAY&to=2026-11-12&limit=1000", Installation.WORKER)
            .path("rows")) {
      if (day.path("readiness").path("heldVisits").asInt() > 0) {
        held = day;
      }
    }
    assertThat(held).isNotNull();
    int visits = held.path("readiness").path("heldVisits").asInt();
    browser.open(
        "period?granularity=DAY&location=%s&from=%s"
            .formatted(held.path("location").asText(), held.path("from").asText()),
        Installation.WORKER);
    browser.click("#closing button");
    browser.see("dialog[open] h2", "This period is not settled. Close it anyway?");
    browser.see(
        "dialog[open] .unsettled",
        visits == 1 ? "1 visit is held by a rejection." : visits + " visits are held");
    browser.press(Keys.ESCAPE);
    await("no question", () -> browser.find("dialog[open]") == null);
    browser.see("#closing", "This period has not been closed.");
  }
}
