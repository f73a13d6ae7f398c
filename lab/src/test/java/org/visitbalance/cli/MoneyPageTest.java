package org.visitbalance.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.visitbalance.cli.Browser.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.text.NumberFormat;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;

/** What the page says of money and deadlines, in a real browser on a real installation. */
@Timeout(180)
@Tag("slow")
@ExtendWith(OnThePage.class)
class MoneyPageTest {
  private static final Company OWN = Company.own();
  private static final String RIVAL_VISIT = "MNY1";
  private static Installation here;
  private static Browser browser;

  @BeforeEach
  void wide() {
    browser.look(1300, false);
  }

  @AfterEach
  void nothingWentWrong() {
    browser.assertQuiet(message -> false);
    assertThat(here.faults).isEmpty();
  }

  private static String dollars(JsonNode sum) {
    return sum.path("cents").isNull()
        ? "Not known"
        : NumberFormat.getCurrencyInstance(Locale.US).format(sum.path("cents").asLong() / 100.0);
  }

  private static String visits(JsonNode sum) {
    long visits = sum.path("visits").asLong();
    return visits == 0 ? "No visits" : visits == 1 ? "1 visit" : visits + " visits";
  }

  /** The tiles say what the service does, and lead to the discrepancies that they add up. */
  @Test
  void todayHasTheMoneyThatIsNotBilledAndLeadsToIt() {
    JsonNode money = here.get("overview", Installation.WORKER).path("money");
    for (Map.Entry<String, String> tile :
        Map.of("unbilled", "unbilled", "held", "held", "missing", "missing", "fileSoon", "deadline")
            .entrySet()) {
      JsonNode sum = money.path(tile.getKey());
      String at = "#unbilled .tile." + tile.getValue();
      browser.open("today", Installation.WORKER);
      browser.see(at + " .figure", dollars(sum));
      assertThat(browser.text(at)).contains(visits(sum));
      if (sum.path("visits").asLong() > 0) {
        String address = browser.see(at + " .figure a").getAttribute("href");
        String query = address.substring(address.indexOf('?'));
        JsonNode rows = here.get("discrepancies" + query, Installation.WORKER).path("rows");
        browser.click(at + " .figure a");
        browser.see("h1", "Work list");
        await("the rows", () -> browser.all("#work tbody tr").size() == rows.size());
        assertThat(rows.findValuesAsText("visit").stream().distinct())
            .as(query)
            .hasSize(sum.path("visits").asInt());
      }
    }
  }

  /** What has no price is said, and is not 0; a deadline that has passed is said apart. */
  @Test
  void whatHasNoPriceIsSaidAndWhatIsTooLateIsSaidApart() {
    here.post("facts", OWN.visit(RIVAL_VISIT, "2026-09-14"), OWN.admin());
    here.settle();
    JsonNode money = here.get("overview", OWN.admin()).path("money");
    long unpriced = money.at("/missing/unpriced").asLong();
    assertThat(unpriced).isPositive();

    browser.open("today", OWN.admin());
    browser.see("#unbilled .tile.missing .figure", dollars(money.path("missing")));
    assertThat(browser.text("#unbilled .tile.missing"))
        .contains(unpriced == 1 ? "1 visit without" : unpriced + " visits without a price");

    browser.run(
        """
        const json = Response.prototype.json;
        Response.prototype.json = async function () {
          const body = await json.call(this);
          if (this.url.includes("overview")) {
            body.money.pastDeadline = { cents: 30000, visits: 2, unpriced: 1 };
            body.money.fileSoon = { cents: 123456789, visits: 1234, unpriced: 0 };
          }
          return body;
        };
        location.hash = "#/work";
        """);
    browser.see("h1", "Work list");
    browser.run("location.hash = '#/today'");
    browser.see("#unbilled .deadline .figure", "$1,234,567.89");
    assertThat(browser.text("#unbilled .deadline")).contains("1,234 visits");
    assertThat(browser.text("#unbilled .deadline .past"))
        .contains("2 visits past the deadline: $300.00", "1 visit without a price");
    assertThat(browser.see("#unbilled .past a").getAttribute("href"))
        .contains("fileTo=2026-11-13", "kind=HELD")
        .doesNotContain("fileFrom");
    assertThat(browser.see("#unbilled .deadline .figure a").getAttribute("href"))
        .contains("fileFrom=2026-11-14", "fileTo=2026-11-28");
    browser.open("today", OWN.admin());
  }

  @Test
  void moneyIsShownByReasonLocationDayAndPayerAndSaved() {
    browser.open("money", Installation.WORKER);
    for (String by : List.of("reason", "location", "day", "payer")) {
      JsonNode money = here.get("money?by=" + by, Installation.WORKER);
      if (!by.equals("reason")) {
        choose("By " + by);
      }
      await(by, () -> browser.all("#money tbody tr").size() == money.path("rows").size() + 1);
      assertThat(browser.text("#money tr.total"))
          .contains(dollars(money.at("/total/atRisk")), dollars(money.at("/total/exposed")));
      assertThat(browser.text("#sides .at-risk")).contains(dollars(money.at("/total/atRisk")));
      assertThat(browser.text("#sides .exposed")).contains(dollars(money.at("/total/exposed")));
      for (JsonNode row : money.path("rows")) {
        assertThat(amounts("atRisk"))
            .contains(row.at("/atRisk/visits").asLong() > 0 ? dollars(row.path("atRisk")) : "–");
      }
    }
    browser.click("a.csv");
    assertThat(browser.saved("money-by-payer.csv"))
        .contains("Payer,At risk,Visits at risk,At risk without a price,Exposed");
  }

  private static void choose(String text) {
    for (WebElement one : browser.all(".choice label")) {
      if (one.getText().equals(text)) {
        one.click();
        return;
      }
    }
    throw new AssertionError("no " + text);
  }

  private static List<String> amounts(String sum) {
    List<String> texts = new ArrayList<>();
    for (WebElement cell : browser.all("#money tbody tr:not(.total) [data-sum=" + sum + "]")) {
      texts.add(cell.getText().lines().findFirst().orElse(""));
    }
    return texts;
  }

  @Test
  void theSumsAreSortedByAnyColumn() {
    browser.open("money", Installation.WORKER);
    browser.see("#money tbody tr[data-name]");
    assertThat(cents("atRisk")).isSortedAccordingTo(Comparator.reverseOrder());

    WebElement exposed = browser.driver.findElement(By.linkText("Exposed"));
    exposed.click();
    await("the order", () -> browser.hash().contains("sort=-exposed"));
    assertThat(cents("exposed")).isSortedAccordingTo(Comparator.reverseOrder());
    assertThat(browser.see("th[aria-sort]").getAttribute("aria-sort")).isEqualTo("descending");

    browser.driver.findElement(By.linkText("Exposed")).click();
    await("the order", () -> browser.hash().contains("sort=exposed"));
    assertThat(cents("exposed")).isSorted();

    browser.driver.navigate().refresh();
    browser.see("th[aria-sort=ascending]", "Exposed");
  }

  /** In cents; rows without the sum come last and are left out. */
  private static List<Long> cents(String sum) {
    return amounts(sum).stream()
        .filter(text -> text.startsWith("$"))
        .map(text -> Long.parseLong(text.replaceAll("[^0-9]", "")))
        .toList();
  }

  @Test
  void aRowLeadsToItsDiscrepanciesAndPayersAreForWorkers() {
    browser.open("money?location=EST", Installation.VIEWER);
    WebElement first = browser.see("#money tbody tr[data-name] a");
    String kind = browser.see("#money tbody tr[data-name]").getAttribute("data-name");
    assertThat(first.getAttribute("href")).contains("work?kind=" + kind, "location=EST");
    assertThat(browser.text(".choice")).contains("By day").doesNotContain("By payer");
    browser.open("money?by=payer", Installation.VIEWER);
    browser.see("#money thead th", "Discrepancy");

    browser.open("money?by=payer", Installation.WORKER);
    browser.see("#money thead th", "Payer");
    browser.click("#money tbody th a");
    browser.see("#money thead th", "Discrepancy");
    assertThat(browser.hash()).contains("payer=");
  }

  @Test
  void aVisitSaysWhatItIsWorthAndByWhenToFile() {
    JsonNode lost =
        here.get(
                "discrepancies?kind=LOST_AFTER_ACCEPTANCE&sort=fileBy&limit=1", Installation.VIEWER)
            .at("/rows/0");
    String day =
        LocalDate.parse(lost.path("fileBy").asText())
            .format(DateTimeFormatter.ofPattern("M/d/yyyy", Locale.US));
    long left =
        ChronoUnit.DAYS.between(
            LocalDate.parse("2026-11-14"), LocalDate.parse(lost.path("fileBy").asText()));
    browser.open("visit/" + lost.path("visit").asText(), Installation.VIEWER);
    browser.see(
        ".worth",
        NumberFormat.getCurrencyInstance(Locale.US)
                .format(lost.path("amountCents").asLong() / 100.0)
            + " at risk, file by "
            + day
            + " ("
            + left
            + " days left).");

    JsonNode unpriced =
        here.get("discrepancies?kind=MISSING_CHARGE&limit=1", OWN.admin()).at("/rows/0");
    if (!unpriced.isMissingNode()) {
      assertThat(unpriced.path("amountCents").isNull()).isTrue();
      browser.open("visit/" + unpriced.path("visit").asText(), OWN.admin());
      browser.see(".worth", "Price not known");
    }
  }

  @Test
  void aPeriodHasItsMoney() {
    String period = "location=DTN&granularity=MONTH&from=2026-11-01";
    JsonNode money = here.get("period?" + period, Installation.VIEWER).path("money");
    browser.open("period?" + period, Installation.VIEWER);

    browser.see("#worth .at-risk .figure", dollars(money.path("atRisk")));
    browser.see("#worth .exposed .figure", dollars(money.path("exposed")));
    assertThat(browser.see("#worth h2 a").getAttribute("href"))
        .contains("money?location=DTN&from=2026-11-01&to=2026-11-30");
  }
}
