package org.visitbalance.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.visitbalance.cli.Browser.await;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.openqa.selenium.WindowType;

/** Many tabs at once: a browser keeps six connections to a host. */
@Timeout(180)
@Tag("slow")
@ExtendWith(OnThePage.class)
class PageTabsTest {
  private static final Company OWN = Company.own();
  private static final int TABS = 8;
  private static final String FINALIZED = "#spans .finalized [data-span=month]";
  private static Installation here;
  private static Browser browser;

  @BeforeAll
  static void start() {
    browser.driver.manage().timeouts().pageLoadTimeout(Duration.ofSeconds(20));
  }

  @Test
  void eightTabsHaveOneStreamAndAllOfThemFollow() {
    browser.open("today", OWN.admin());
    for (int tab = 1; tab < TABS; tab++) {
      browser.driver.switchTo().newWindow(WindowType.WINDOW);
      browser.open("today", OWN.admin());
    }
    List<String> tabs = List.copyOf(browser.driver.getWindowHandles());
    assertThat(tabs).hasSize(TABS);
    browser.see("#spans");
    int before = Integer.parseInt(browser.text(FINALIZED));

    here.post("facts", OWN.visit("TABS1", "2026-11-13"), OWN.admin());
    here.settle();

    for (String tab : tabs) {
      browser.driver.switchTo().window(tab);
      await("the visit", () -> browser.text(FINALIZED).equals(String.valueOf(before + 1)));
      assertThat(browser.run("return document.visibilityState")).isEqualTo("visible");
      assertThat(streams()).as("streams of the tab's own").isEqualTo(0L);
    }
  }

  @Test
  void aTabThatIsNotSeenAsksForNothingUntilItIsSeen() {
    browser.open("today", OWN.admin());
    browser.see("#spans");
    show("hidden");
    browser.see(".fresh[data-live=paused]");
    int before = Integer.parseInt(browser.text(FINALIZED));
    browser.run("performance.clearResourceTimings()");

    here.post("facts", OWN.visit("TABS2", "2026-11-13"), OWN.admin());
    here.settle();
    assertThat(browser.run("return performance.getEntriesByType('resource').length")).isEqualTo(0L);

    show("visible");
    browser.see(".fresh.live");
    await("the visit", () -> browser.text(FINALIZED).equals(String.valueOf(before + 1)));
  }

  private static Object streams() {
    return browser.run(
        "return performance.getEntriesByType('resource')"
            + ".filter((one) => one.name.includes('/changes')).length");
  }

  private static void show(String state) {
    browser.run(
        "Object.defineProperty(document, 'visibilityState', {configurable: true, value:"
            + " arguments[0]}); document.dispatchEvent(new Event('visibilitychange'))",
        state);
  }
}
