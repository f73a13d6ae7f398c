package org.visitbalance.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.visitbalance.cli.Browser.await;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.openqa.selenium.WebElement;

/**
 * A billing manager's morning with the page, from "can I balance yet?" to new patients, without an
 * address, a report, or a calculator. Each step is a question, the clicks that answer it, and the
 * answer. The figures are those of examples/november. All of it takes less than five minutes.
 */
@Timeout(300)
@Tag("slow")
@ExtendWith(OnThePage.class)
class MorningWalkTest {
  private static final Duration A_MORNING = Duration.ofMinutes(5);
  private static Installation here;
  private static Browser browser;
  private Instant began;

  @BeforeEach
  void signIn() {
    began = Instant.now();
    browser.open("today", Installation.WORKER);
    browser.see("a.box[data-from]");
  }

  @AfterEach
  void quickAndQuiet() {
    assertThat(Duration.between(began, Instant.now())).isLessThan(A_MORNING);
    browser.assertQuiet(message -> false);
    assertThat(here.faults).isEmpty();
  }

  /** Clicks a day of a location on Today. */
  private static void day(String location, String from) {
    menu("Today");
    browser.click("a.box[data-location='%s'][data-from='%s']".formatted(location, from));
    browser.see("#reports");
  }

  private static void menu(String title) {
    press("nav a", title);
  }

  /** Clicks what starts with some words. */
  private static void press(String css, String words) {
    await(
        words,
        () -> {
          for (WebElement one : browser.all(css)) {
            if (one.isDisplayed() && one.getText().startsWith(words)) {
              browser.run("arguments[0].scrollIntoView({block: 'center'})", one);
              one.click();
              return true;
            }
          }
          return false;
        });
  }

  private static List<Long> figures(String row) {
    return browser.texts(row + " td").stream()
        .map(text -> Long.valueOf(text.replace("−", "-").replace("+", "")))
        .toList();
  }

  @Test
  void beforeYouBalance() {
    // 1. Has every therapist finalized? No: one note at EST, and I can see whose.
    press("h2 a", "Open notes by therapist");
    browser.see("#notes tbody tr", "EST");

    // 2. Did every note reach billing? Not on Monday the 9th at EST: one transmission failed.
    day("EST", "2026-11-09");
    browser.see(".checks", "Incomplete transmissions: 1");
    browser.see(".checks", "1 failed");

    // 3. Is anything stuck on the Integration Rejection Summary? Yes, one visit at DTN.
    day("DTN", "2026-11-09");
    browser.see(".checks", "Held visits: 1");
    browser.see(".checks", "Work Patient rejections first");
    menu("Late arrivals");
    browser.see("#late-list tbody tr", "DTN");
  }

  @Test
  void balance() {
    // 1. Which day do I look at first? A red one: Tuesday the 3rd at DTN.
    day("DTN", "2026-11-03");
    browser.see(".verdict", "Out of balance");

    // 2. What do the two reports say, and how far apart are they?
    List<Long> visits = figures("#reports tr.total");
    long emr = visits.get(0);
    long billing = visits.get(1);
    assertThat(visits.get(2)).isEqualTo(emr - billing);

    // 3. Why? The bars lead from one figure to the other.
    long bars =
        browser.texts(".waterfall [data-reason] b").stream()
            .mapToLong(text -> Long.parseLong(text.replace("−", "-").replace("+", "")))
            .sum();
    assertThat(billing + bars).isEqualTo(emr);

    // 4. Which visit is it? The red bar has one.
    browser.click(".waterfall [data-reason=LOST_AFTER_ACCEPTANCE]");
    browser.see("#visits", "1 visit");

    // 5. What happened to it, and what do I do? It was sent, and billing has no charge.
    browser.click("#visits ~ .scroll a.token");
    browser.see(".why");
    browser.see(".timeline", "successful");

    // 6. Whose is it? I reveal it, which is logged, and find the same visit by its ID.
    press("main button", "Reveal");
    browser.see("main", "V9009");

    // 7. Who does it? It is on the work list, and I take it.
    menu("Work list");
    browser.see("#work tr[data-kind=LOST_AFTER_ACCEPTANCE]");
    browser.click("#work tr[data-kind=LOST_AFTER_ACCEPTANCE] input[type=checkbox]");
    press(".deciding button", "Assign to me");
    browser.see(".told", "1 decision saved");
    here.settle();
    browser.see("#work tr[data-kind=LOST_AFTER_ACCEPTANCE]", "will");
    browser.click("#work tr[data-kind=LOST_AFTER_ACCEPTANCE] input[type=checkbox]");
    press(".deciding button", "Unassign");
    browser.see(".told", "1 decision saved");
    here.settle();
  }

  @Test
  void newPatients() {
    // 1. How many new patients did LAKE have this month, in each system?
    day("LAKE", "2026-11-05");
    press("a.button", "View month");
    browser.see("#new-patients", "EMR:");
    List<Long> figures = figures("#reports tbody tr:last-child");
    assertThat(figures.get(2)).isEqualTo(figures.get(0) - figures.get(1));

    // 2. Why do they differ? One visit has two evaluations.
    browser.see("#new-patients", "More evaluation units");

    // 3. Which one? I open it.
    browser.click("#new-patients a.token");
    browser.see(".timeline li");

    // 4. And back to the month, as I left it.
    browser.run("history.back()");
    browser.see("#new-patients", "More evaluation units");
  }
}
