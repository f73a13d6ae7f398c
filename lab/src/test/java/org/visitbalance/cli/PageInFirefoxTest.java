package org.visitbalance.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A walk through the main views in Firefox; skipped where there is none. */
@Timeout(180)
@Tag("slow")
class PageInFirefoxTest {
  private static final String CELL = "a.box[data-location=`DTN`][data-from=`2026-11-03`]";
  private static Installation here;
  private static Firefox firefox;

  @BeforeAll
  static void start() {
    here = Installation.shared();
    firefox = Firefox.start();
  }

  @AfterAll
  static void close() {
    if (firefox != null) {
      firefox.close();
    }
  }

  @Test
  void theMainViewsWorkInFirefox() {
    String root = "http://127.0.0.1:" + here.web.port();
    firefox.open(root + "/icon.svg");
    firefox.run("sessionStorage.setItem('visit-balance-token', '" + Installation.WORKER + "')");
    firefox.open(root + "/#/today");

    firefox.see(".fresh.live", "Live, as of 11/14/2026, 7:00 AM EST");
    firefox.see("#spans", "Month to date");
    firefox.await("document.querySelector('" + CELL.replace('`', '"') + "')");
    firefox.run("document.querySelector('" + CELL.replace('`', '"') + "').focus()");
    firefox.run("document.activeElement.click()");
    firefox.see(".verdict", "Out of balance");
    firefox.see(".waterfall", "EMR visits");
    firefox.await("document.activeElement.id === 'main'");
    firefox.await("document.querySelector('#visits ~ .scroll a.token')");
    firefox.run("document.querySelector('#visits ~ .scroll a.token').click()");
    firefox.see(".timeline", "Note finalized");
    firefox.run("history.back()");
    firefox.see(".waterfall", "EMR visits");
    firefox.run("history.back()");
    firefox.await("document.activeElement.dataset.from === '2026-11-03'");

    firefox.run("location.hash = '#/work'");
    firefox.see("#work", "Sent successfully, no charge in billing");
    assertThat(firefox.run("document.title")).isEqualTo("Work list · Visit Balance");
    assertThat(firefox.run("document.querySelector('.date.empty .any').textContent"))
        .isEqualTo("Any");
    firefox.run("location.hash = '#/late'");
    firefox.see("#late-list", "held");
    firefox.run("location.hash = '#/units'");
    firefox.see("#sums", "Total");
    firefox.run("location.hash = '#/visit'");
    firefox.see(".problem h1", "This address cannot be opened");
    firefox.run("location.hash = '#/invalid'");
    firefox.see("h1", "Invalid records");

    assertThat(
            firefox.run(
                "performance.getEntriesByType('resource')"
                    + ".filter((one) => one.name.includes('/changes')).length"))
        .as("streams of the tab's own")
        .isEqualTo("0");
    assertThat(firefox.errors).isEmpty();
    assertThat(here.faults).isEmpty();
  }
}
