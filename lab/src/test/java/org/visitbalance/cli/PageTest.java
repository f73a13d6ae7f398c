package org.visitbalance.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.visitbalance.cli.Browser.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** What a billing manager does with the page, in a real browser on a real installation. */
@Timeout(180)
@Tag("slow")
@ExtendWith(OnThePage.class)
class PageTest {
  private static Installation here;
  private static Browser browser;
  private Predicate<String> expected;

  @BeforeEach
  void wide() {
    expected = message -> false;
    browser.look(1300, false);
  }

  /** No story leaves an error in the console or a violation of the content security policy. */
  @AfterEach
  void nothingWentWrong() {
    browser.assertQuiet(expected);
    assertThat(here.faults).isEmpty();
  }

  @Test
  void whoHasNoTokenIsAskedForOne() {
    expected = message -> message.contains("401");
    browser.open("today", null);

    WebElement field = browser.see("input[name=token]");
    field.sendKeys("wrong", Keys.ENTER);
    browser.see(".signin [role=alert]", "not accepted");
    field = browser.see("input[name=token]");
    field.clear();
    field.sendKeys(Installation.VIEWER, Keys.ENTER);

    browser.see("#spans");
    assertThat(browser.text(".who")).contains("vera");
    assertThat(browser.hash()).doesNotContain(Installation.VIEWER);
  }

  @Test
  void todayShowsTheFiguresOfTheService() {
    JsonNode overview = here.get("overview", Installation.VIEWER);
    browser.open("today", Installation.VIEWER);

    browser.see("#spans");
    for (String span : List.of("yesterday", "week", "month")) {
      for (String figure : List.of("finalized", "billed", "held", "lost", "unbilledUnits")) {
        assertThat(browser.text("#spans ." + figure + " [data-span=" + span + "]"))
            .as(span + " " + figure)
            .isEqualTo("%,d".formatted(overview.path(span).path(figure).asLong()));
      }
    }
    assertThat(browser.text("h1")).contains("11/14/2026");
    assertThat(browser.find("h1 time").getAttribute("datetime")).isEqualTo("2026-11-14");
    assertThat(browser.text(".feeds")).contains("EMR data ends", "Billing data ends");
    assertThat(browser.text(".cards"))
        .contains(
            "Newest discrepancies",
            "Oldest discrepancies",
            "Open notes by therapist",
            "Held by age");
    assertThat(browser.all("a.box[data-from]"))
        .hasSize(here.get("matrix", Installation.VIEWER).path("cells").size());
  }

  @Test
  void oneComesFromTheMatrixToThePeriodToTheVisit() {
    JsonNode day = worstDay();
    String cell =
        "a.box[data-location='%s'][data-from='%s']"
            .formatted(day.path("location").asText(), day.path("from").asText());
    browser.open("today", Installation.VIEWER);

    assertThat(browser.see(cell).getAttribute("title"))
        .contains("Difference")
        .contains(day.path("kinds").path("unexplained").asText() + " unexplained");
    browser.click(cell);

    browser.see(".verdict", "Out of balance");
    browser.see("#reports", day.path("reported").path("emrVisits").asText());
    assertThat(browser.texts(".waterfall .total b"))
        .containsExactly(
            "%,d".formatted(day.path("reported").path("billingVisits").asLong()),
            "%,d".formatted(day.path("reported").path("emrVisits").asLong()));
    for (Map.Entry<String, JsonNode> item : day.path("items").properties()) {
      long step = item.getValue().asLong();
      assertThat(browser.text("[data-reason=" + item.getKey() + "] b"))
          .isEqualTo(step > 0 ? "+" + step : step < 0 ? "−" + -step : "0");
    }
    String reason = unexplained(day);
    browser.click(".waterfall [data-reason=" + reason + "]");
    await(
        "the visits of the reason only",
        () ->
            !browser.all("#visits ~ .scroll tr[data-reason]").isEmpty()
                && browser.all("#visits ~ .scroll tr[data-reason]").stream()
                    .allMatch(row -> reason.equals(row.getAttribute("data-reason"))));
    String visit = browser.see("#visits ~ .scroll a.token").getAttribute("title");
    browser.click("#visits ~ .scroll a.token");

    browser.see("h1 .token", visit.substring(0, 8));
    browser.see(".timeline li");
    browser.see(".why");
    browser.run("history.back()");
    browser.see(".waterfall a.picked[data-reason=" + reason + "]");
  }

  @Test
  void filtersStandInTheAddress() {
    browser.open("today?location=DTN", Installation.VIEWER);
    await("one location", () -> browser.texts(".grid tbody th").equals(List.of("DTN")));

    for (WebElement label : browser.all(".matrix .choice label")) {
      if (label.getText().equals("Weeks")) {
        label.click();
      }
    }
    browser.see(".grid.week");
    assertThat(browser.hash()).contains("location=DTN").contains("granularity=WEEK");
    browser.driver.navigate().refresh();
    browser.see(".grid.week");
    assertThat(browser.texts(".grid tbody th")).containsExactly("DTN");

    browser.open("work", Installation.VIEWER);
    browser.see("#work");
    browser.pick("Severity", "High");
    await(
        "high ones only",
        () ->
            browser.hash().contains("severity=HIGH")
                && browser.texts("#work .severity").stream().allMatch("High"::equals));
    assertThat(browser.all("#work tbody tr"))
        .hasSize(
            here.get("discrepancies?severity=HIGH&days=false", Installation.VIEWER)
                .path("rows")
                .size());
  }

  @Test
  void byOriginTheCellsCountWhatIsStillToBeBilled() {
    JsonNode cells = here.get("matrix", Installation.VIEWER).path("cells");
    browser.open("today?by=origin", Installation.VIEWER);

    browser.see("a.box[data-from] b");
    for (JsonNode cell : cells) {
      if (cell.path("outstanding").asInt() > 0) {
        assertThat(
                browser.text(
                    "a.box[data-location='%s'][data-from='%s']"
                        .formatted(cell.path("location").asText(), cell.path("from").asText())))
            .isEqualTo(cell.path("outstanding").asText());
      }
    }
  }

  @Test
  void aChangeIsShownAndThePlaceIsKept() {
    browser.look(1300, false);
    browser.open("today", Installation.RIVAL_ADMIN);
    browser.see("a.box[data-from]");
    String before = browser.text("#spans .finalized [data-span=month]");
    browser.run("window.same = document.querySelector('#spans'); scrollTo(0, 120)");
    browser.run("document.querySelector('a.box').focus({preventScroll: true})");

    here.post(
        "facts",
        Installation.visit(Installation.RIVAL, "PAGE1", "2026-11-12"),
        Installation.RIVAL_ADMIN);
    here.settle();

    await(
        "the figure to change",
        () ->
            Integer.parseInt(browser.text("#spans .finalized [data-span=month]"))
                == Integer.parseInt(before) + 1);
    browser.see("a.box[data-from='2026-11-12']");
    assertThat(browser.run("return window.same === document.querySelector('#spans')"))
        .isEqualTo(true);
    assertThat(browser.run("return scrollY")).isEqualTo(120L);
    assertThat(browser.run("return document.activeElement.matches('a.box')")).isEqualTo(true);
  }

  @Test
  void aListIsSavedAsCsvAndAsAWorkbook() {
    browser.open("work?kind=HELD", Installation.VIEWER);
    browser.see("#work");

    browser.click("a.csv");

    assertThat(browser.saved("work-list-part.csv"))
        .isEqualTo(
            here.send("GET", "discrepancies?kind=HELD&format=csv", null, Installation.VIEWER)
                .body())
        .contains("Held by a rejection");
    browser.click("a.xlsx");
    assertThat(browser.saved("work-list-part.xlsx")).startsWith("PK");
  }

  @Test
  void theKeyboardIsEnough() {
    browser.open("today", Installation.VIEWER);
    browser.see("a.box[data-from]");

    browser.tab();
    assertThat(focused()).isEqualTo("Skip to content");
    browser.press(Keys.ENTER);
    assertThat(browser.run("return document.activeElement.id")).isEqualTo("main");
    browser.run("document.querySelector('a.box[tabindex=\"0\"]').focus()");
    String first = place();
    browser.press(Keys.ARROW_RIGHT);
    String right = place();
    browser.press(Keys.ARROW_DOWN);
    String below = place();
    browser.press(Keys.ARROW_UP, Keys.ARROW_LEFT);
    assertThat(List.of(first, right, below)).doesNotHaveDuplicates();
    assertThat(place()).isEqualTo(first);
    JsonNode day = worstDay();
    browser.run(
        "document.querySelector(arguments[0]).focus()",
        "a.box[data-location='%s'][data-from='%s']"
            .formatted(day.path("location").asText(), day.path("from").asText()));
    browser.press(Keys.ENTER);

    browser.see(".waterfall a");
    browser.run("document.querySelector('.waterfall a').focus()");
    browser.press(Keys.ENTER);
    browser.see(".waterfall a.picked");
    assertThat(browser.hash()).contains("reason=");
  }

  @Test
  void onlyAWorkerRevealsIds() {
    String visit =
        here.get("late-arrivals?status=HELD", Installation.VIEWER)
            .path("rows")
            .path(0)
            .path("visit")
            .asText();
    browser.open("visit/" + visit, Installation.VIEWER);
    browser.see(".timeline li");
    assertThat(browser.find(".reveal")).isNull();

    browser.open("visit/" + visit, Installation.WORKER);
    browser.click(".reveal button");

    JsonNode ids =
        Installation.json(
            here.send("POST", "visits/" + visit + "/reveal", null, Installation.WORKER).body());
    browser.see(".reveal dl", ids.path("patientKey").asText());
    browser.see(".reveal dl", ids.path("name").asText());
    assertThat(browser.driver.getCurrentUrl()).doesNotContain(ids.path("patientKey").asText());
  }

  @Test
  void aPeriodIsClosedOnThePageAndALaterFactShowsThere() {
    here.post(
        "facts",
        Installation.visit(Installation.RIVAL, "PAGE-CLOSE1", "2026-09-07"),
        Installation.RIVAL_ADMIN);
    here.settle();
    browser.open("period?location=C01&granularity=DAY&from=2026-09-07", Installation.RIVAL_ADMIN);
    browser.see("#closing", "This period has not been closed.");

    // Who thinks again closes nothing
    browser.click("#closing button");
    browser.see("dialog[open]", "Closing saves these figures permanently");
    browser.press(Keys.ESCAPE);
    await("no question", () -> browser.find("dialog[open]") == null);
    browser.see("#closing", "This period has not been closed.");

    browser.click("#closing button");
    browser.click("dialog[open] button.main");
    browser.see("#closing .tag", "closed");
    browser.see("#closing", "by rosa");
    assertThat(browser.all("#closing button")).isEmpty();

    here.post(
        "facts",
        Installation.visit(Installation.RIVAL, "PAGE-CLOSE2", "2026-09-07"),
        Installation.RIVAL_ADMIN);
    here.settle();
    browser.see("#closing .tag", "changed since it was closed");
    browser.see("#closing dd", "EMR 1");
    browser.see("#closing li", "Note finalized");
    String address = browser.hash();
    browser.click("#closing li a");
    browser.see("h1 .token");
    browser.see(".timeline", "Note finalized");
    browser.run("location.hash = arguments[0]", address);
    browser.see("#closing dd", "EMR 1");

    browser.click("#closing button");
    browser.click("dialog[open] button.main");
    browser.see("#closing", "version 2");
  }

  @Test
  void heldVisitsAndScrubbedUnitsHaveTheirViews() {
    int held = here.get("late-arrivals?status=HELD", Installation.VIEWER).path("rows").size();
    browser.open("late?status=HELD", Installation.VIEWER);
    browser.see("#late-list tbody tr");
    assertThat(browser.all("#late-list tbody tr")).hasSize(held);
    assertThat(
            browser.texts("#held-by-age td").stream()
                .filter(text -> !text.equals("·"))
                .mapToInt(Integer::parseInt)
                .sum())
        .isEqualTo(held);
    browser.see("#lags tbody tr");

    JsonNode sums = here.get("unit-variances/summary", Installation.VIEWER).path("rows");
    browser.open("units", Installation.VIEWER);
    browser.see("#sums tbody tr");
    assertThat(browser.all("#sums tbody tr")).hasSize(sums.size() + 1);
    assertThat(browser.find("#proposals button")).isNull();
  }

  @Test
  void anAdminAdoptsAProposedCapWithOneClick() {
    here.post("facts", cappedVisits(22), Installation.RIVAL_ADMIN);
    here.settle();
    browser.open("units", Installation.RIVAL_ADMIN);

    browser.see("#proposals", "44 units become explained");
    browser.click("#proposals button");
    browser.see("#proposals", "adopted");
    await(
        "the rule",
        () ->
            here.get("settings", Installation.RIVAL_ADMIN)
                .path("settings")
                .path("payerRules")
                .toString()
                .contains("\"codeCap\":{\"97530\":1}"));
    here.settle();
    assertThat(
            here.get("unit-variances?cpt=97530&explained=true", Installation.RIVAL_ADMIN)
                .path("rows"))
        .hasSize(22);

    browser.click("#adopted button");
    // It says "reverted" until the settings come, and is gone then.
    await("no limit to revert", () -> browser.find("#adopted button") == null);
    await(
        "the rule to be gone",
        () ->
            !here.get("settings", Installation.RIVAL_ADMIN)
                .path("settings")
                .path("payerRules")
                .toString()
                .contains("97530"));
  }

  @Test
  void aPayerWithoutRulesOfItsOwnKeepsThoseOfAll() {
    JsonNode settings =
        Installation.json(
            String.valueOf(
                browserOnThePage()
                    .driver
                    .executeAsyncScript(
                        """
                        const done = arguments[0];
                        import("/js/caps.js").then(({ adopted, adoptions, isAdopted, reverted }) => {
                          const before = { payerRules: [
                            { payerId: "*", removedCodes: ["97010"], until: "2027-01-01" },
                            { payerId: "B", visitCap: 4 },
                          ] };
                          const cap = { payerId: "A", cpt: "97530", month: "2026-11", cap: 1 };
                          const none = { payerId: "B", cpt: "97140", month: "2026-11", cap: 0 };
                          const after = adopted(adopted(before, cap), none);
                          done(JSON.stringify({
                            rules: after.payerRules,
                            was: [cap, none].map((one) => isAdopted(before, one)),
                            is: [cap, none].map((one) => isAdopted(after, one)),
                            listed: adoptions(after),
                            isBack: JSON.stringify(reverted(reverted(after, none), cap)) === JSON.stringify(before),
                            isApart: reverted(after, cap).payerRules.length,
                            earlier: isAdopted(after, { ...cap, month: "2026-10" }),
                          }));
                        });
                        """)));

    assertThat(settings.path("rules").toString())
        .isEqualTo(
            """
            [{"payerId":"*","removedCodes":["97010"],"until":"2027-01-01"},\
            {"payerId":"B","visitCap":4},\
            {"payerId":"A","removedCodes":["97010"],"until":"2027-01-01","from":"2026-11-01"},\
            {"payerId":"A","codeCap":{"97530":1},"from":"2026-11-01"},\
            {"payerId":"B","removedCodes":["97140"],"from":"2026-11-01"}]\
            """);
    assertThat(settings.path("was").toString()).isEqualTo("[false,false]");
    assertThat(settings.path("is").toString()).isEqualTo("[true,true]");
    assertThat(settings.path("earlier").asBoolean()).isFalse();
    assertThat(settings.path("listed").findValuesAsText("cpt")).containsExactly("97530", "97140");
    assertThat(settings.path("isBack").asBoolean()).isTrue();
    assertThat(settings.path("isApart").asInt()).isEqualTo(3);
  }

  private static Browser browserOnThePage() {
    browser.open("today", Installation.VIEWER);
    return browser;
  }

  @Test
  void aLostConnectionIsSaidAndMended() {
    expected = message -> message.contains("ERR_INTERNET_DISCONNECTED");
    browser.open("today", Installation.VIEWER);
    browser.see("#spans");

    browser.offline(true);
    browser.run("location.hash = '#/work'");
    browser.see(".problem", "Cannot reach the service");
    browser.offline(false);

    browser.see("#work");
    browser.see(".fresh.live");
  }

  @Test
  void aTokenThatIsNoLongerTakenLeadsToTheSignIn() {
    expected = message -> message.contains("401");
    browser.open("today", Installation.VIEWER);
    browser.see("#spans");

    browser.run("sessionStorage.setItem('visit-balance-token', 'expired')");
    browser.run("location.hash = '#/late'");

    browser.see(".signin [role=alert]", "not accepted");
  }

  @Test
  void whoSeesSeveralCompaniesPicksOne() {
    browser.open("today?tenant=" + Installation.TENANT, Installation.OPERATOR);
    browser.see(".grid");
    assertThat(browser.texts(".grid tbody th")).contains("DTN");

    for (WebElement one : browser.see(".tenant select").findElements(By.tagName("option"))) {
      if (one.getText().equals(Installation.RIVAL)) {
        one.click();
      }
    }

    await("the rival's", () -> browser.texts(".grid tbody th").contains("C01"));
    assertThat(browser.texts(".grid tbody th")).doesNotContain("DTN");
    assertThat(browser.hash()).contains("tenant=" + Installation.RIVAL);
    assertThat(browser.find("nav a[href*='work']").getAttribute("href"))
        .contains("tenant=" + Installation.RIVAL);
  }

  @Test
  void whatIsNotThereIsSaid() {
    expected = message -> message.contains("404");
    browser.open("visit/" + "A".repeat(26), Installation.VIEWER);
    browser.see(".problem", "Try again");

    browser.open("period?location=DTN&granularity=DAY&from=2020-01-01", Installation.VIEWER);
    browser.see(".problem", "no activity");

    browser.open("today?from=2020-01-01&to=2020-01-07", Installation.VIEWER);
    browser.see(".matrix", "No activity");
  }

  @Test
  void everyViewIsReadableWideAndNarrowLightAndDark() {
    JsonNode day = worstDay();
    String period =
        "period?location=%s&granularity=DAY&from=%s"
            .formatted(day.path("location").asText(), day.path("from").asText());
    String visit =
        here.get("discrepancies?level=VISIT&limit=1", Installation.VIEWER)
            .path("rows")
            .path(0)
            .path("visit")
            .asText();
    Map<String, String> views =
        Map.of(
            "today",
            "a.box[data-from]",
            period,
            "#providers",
            "visit/" + visit,
            ".timeline li",
            "work",
            "#work",
            "late",
            "#late-list tbody tr",
            "units",
            "#sums");
    views.forEach(
        (view, sign) -> {
          browser.open(view, Installation.VIEWER);
          for (int width : new int[] {1300, 390}) {
            for (boolean isDark : new boolean[] {false, true}) {
              browser.look(width, isDark);
              browser.see(sign);
              assertThat((List<?>) browser.runFile("unreadable.js"))
                  .as(view + " at " + width + (isDark ? " dark" : " light"))
                  .isEmpty();
            }
          }
        });
  }

  @Test
  void onPaperThereAreFiguresAndNoControls() {
    browser.open("today", Installation.VIEWER);
    browser.see("a.box[data-from]");

    browser.medium("print");
    try {
      assertThat(browser.find("nav").isDisplayed()).isFalse();
      assertThat(browser.find(".matrix .filters").isDisplayed()).isFalse();
      assertThat(browser.find("#spans").isDisplayed()).isTrue();
      assertThat(browser.find(".grid").isDisplayed()).isTrue();
    } finally {
      browser.medium("screen");
    }
  }

  @Test
  void thePolicyOfThePageIsInForce() {
    expected = message -> message.contains("Content Security Policy");
    browser.open("today", Installation.VIEWER);
    browser.see("#spans");

    Object ran =
        browser.run(
            """
            const script = document.createElement("script");
            script.textContent = "window.ran = true";
            document.body.append(script);
            return window.ran === true;
            """);

    assertThat(ran).isEqualTo(false);
  }

  private static JsonNode worstDay() {
    return Objects.requireNonNull(
        here.get("balances?granularity=DAY&sort=-unexplained&limit=1", Installation.VIEWER)
            .path("rows")
            .get(0));
  }

  /** A reason of a period that has unexplained visits. */
  private static String unexplained(JsonNode day) {
    JsonNode items =
        here.get(
            "period/items?list=BRIDGE&granularity=DAY&location=%s&from=%s"
                .formatted(day.path("location").asText(), day.path("from").asText()),
            Installation.VIEWER);
    return items.path("rows").path(0).path("reason").asText();
  }

  private static String focused() {
    return String.valueOf(browser.run("return document.activeElement.textContent"));
  }

  private static String place() {
    return String.valueOf(
        browser.run(
            "return document.activeElement.dataset.location +"
                + " document.activeElement.dataset.from"));
  }

  /** Visits of a payer that pays one unit of 97530, however many are documented. */
  private static String cappedVisits(int number) {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < number; i++) {
      lines.append(
          """
          {"fact":"visit","tenant":"%1$s","eventId":"cap-v%2$d","occurredAt":"2026-11-04T17:05:00Z","visitId":"CAP%2$d","revision":0,"status":"FINALIZED","patientKey":"PC%2$d","clinicId":"C01","dateOfService":"2026-11-04","finalizedAt":"2026-11-04T17:05:00Z","finalizedOn":"2026-11-04","therapistId":"TH1","noteType":"DAILY_NOTE","payerId":"CAPS","noCharge":"NONE","lines":[{"cpt":"97530","modifiers":[],"units":3}]}
          {"fact":"charge","tenant":"%1$s","eventId":"cap-c%2$d","occurredAt":"2026-11-04T18:05:00Z","chargeId":"CC%2$d","status":"ACTIVE","updatedAt":"2026-11-04T18:05:00Z","patientKey":"PC%2$d","emrVisitId":"CAP%2$d","billingVisitId":"CB%2$d","locationId":"C01","dateOfService":"2026-11-04","createdAt":"2026-11-04T18:05:00Z","createdOn":"2026-11-04","treatingProviderId":"TH1","cpt":"97530","modifiers":[],"units":1,"payerId":"CAPS"}
          """
              .formatted(Installation.RIVAL, i));
    }
    return lines.toString();
  }
}
