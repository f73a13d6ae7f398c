package org.visitbalance.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Nobody is kept from working by what they cannot see or hold: axe finds nothing against WCAG 2.2
 * AA on any view, as a window and as a phone, light and dark.
 */
@Timeout(180)
@Tag("slow")
@ExtendWith(OnThePage.class)
class PageAccessibleTest {
  private static Installation here;
  private static Browser browser;
  private static final String AXE = readAxe();

  private static String readAxe() {
    try (InputStream script = PageAccessibleTest.class.getResourceAsStream("/axe.min.js")) {
      return new String(Objects.requireNonNull(script, "axe").readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Each view, and what tells that it is there. */
  private static Map<String, String> views() {
    String visit =
        here.get("discrepancies?level=VISIT&limit=1", Installation.ADMIN)
            .path("rows")
            .path(0)
            .path("visit")
            .asText();
    Map<String, String> views = new LinkedHashMap<>();
    views.put("today", "a.box[data-from]");
    views.put("work", "#work tbody tr");
    views.put("work?status=RESOLVED", "main h1");
    views.put("late", "#late-list tbody tr");
    views.put("money", "main table tbody tr");
    views.put("settings", "#locations tbody tr");
    views.put("units", "#sums tbody tr");
    views.put("trends", ".plot[data-drawn]");
    views.put("notes", "#notes tbody tr");
    views.put("invalid", "main h1");
    views.put("files", "#no-sending");
    views.put("search", "main h1");
    views.put("period?location=LAKE&granularity=MONTH&from=2026-11-01", "#new-patients tbody tr");
    views.put("visit/" + visit, ".timeline li");
    views.put("period?from=11/4/2026", "main [role=alert]");
    views.put("nowhere", "main [role=alert]");
    return views;
  }

  private static void assertNothingFound(String where) {
    assertNothingFound(browser, where);
  }

  /** Whether everybody can use what a browser shows. */
  static void assertNothingFound(Browser browser, String where) {
    browser.run(AXE);
    assertThat((List<?>) browser.runFileAsync("accessible.js")).as(where).isEmpty();
  }

  /** Colors do not depend on the width, nor sizes on colors. */
  @ParameterizedTest(name = "{0} px, dark: {1}")
  @CsvSource({"1280, false", "375, true"})
  void everyViewCanBeUsedByEverybody(int width, boolean isDark) {
    browser.look(width, isDark);
    browser.open("today", Installation.ADMIN);
    views()
        .forEach(
            (view, sign) -> {
              browser.run("location.hash = arguments[0]", "#/" + view);
              browser.see(sign);
              assertNothingFound(view);
            });
  }

  @Test
  void soCanWhatOpensOnThem() {
    browser.look(1280, false);
    browser.open("today", null);
    browser.see("input[name=token]");
    assertNothingFound("sign in");

    browser.open("work", Installation.WORKER);
    browser.click("#work tbody input[type=checkbox]");
    browser.see("#work");
    assertNothingFound("a selection");

    browser.open("files", Company.EXPECTS.admin());
    browser.see("#asked");
    browser.see("#missing");
    assertNothingFound("questions and missing files");
    browser.open("today", Company.EXPECTS.admin());
    browser.see("main .first");
    assertNothingFound("what is said first");
  }
}
