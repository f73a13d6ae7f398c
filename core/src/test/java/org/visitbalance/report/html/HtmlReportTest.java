package org.visitbalance.report.html;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.visitbalance.core.Outputs;
import org.visitbalance.report.Result;

class HtmlReportTest {
  private static String report(Result result) {
    return HtmlReport.of(result, HtmlReport.About.FILES, UnaryOperator.identity());
  }

  @Test
  void theMostImportantThingsComeFirst() {
    assertThat(report(Results.with("x")))
        .containsSubsequence(
            "Visit balance of T1",
            "Out of balance: 1 of 1 day has differences that are unexplained or overdue.",
            "Read this first",
            "BILLING HAS SENT NOTHING SINCE 2026-11-10 12:00 AM UTC (4 days).",
            "Billing has no charges for 11/5. Is a file missing?",
            "$133.50 in 1 visit",
            "1 visit to file within 14 days, next on Fri 2026-11-20",
            "Days by location",
            "Work list",
            "2026-11-20 (6 days left)",
            "Late arrivals",
            "Units",
            "If that is right, add a payer rule to the settings.",
            "New patients",
            "+1 Initial evaluation not billed",
            "What was read",
            "must be a date");
  }

  @Test
  void aBridgeSaysInWordsWhatItDraws() {
    String report = report(Results.with("x"));

    assertThat(report.substring(report.indexOf("class=\"bridge\"")))
        .containsSubsequence(
            "Billing visits",
            "<svg",
            ">10<",
            "Held by a rejection",
            "<rect class=\"WORK\"",
            ">+3<",
            "to do, 1 to file within 14 days",
            "Charge keyed manually in billing",
            ">-1<",
            "EMR visits",
            ">12<",
            "Before you balance: 1 open note, 3 held visits.");
  }

  @Test
  void nothingFromOutsideIsHtml() {
    String report = report(Results.with("<img src=x onerror='alert(1)'>&\"\u0007"));

    assertThat(report).doesNotContain("<img", "onerror='", "\u0007");
    assertThat(report).contains("&lt;img src=x onerror=&#39;alert(1)&#39;&gt;&amp;&quot;\ufffd");
  }

  @Test
  void theFileNeedsNothingElse() throws Exception {
    String report = report(Results.with("x"));
    Matcher script = Pattern.compile("<script>(.*)</script>").matcher(report);

    assertThat(report).doesNotContain("http:", "https:", "src=", "url(", "@import", "<link");
    assertThat(report).doesNotContainPattern("href=\"[^#]");
    assertThat(script.find()).isTrue();
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(script.group(1).getBytes(UTF_8));
    assertThat(report)
        .contains(
            "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-"
                + Base64.getEncoder().encodeToString(hash)
                + "'");
  }

  @Test
  void everyElementIsClosed() {
    String report = report(Results.with("x"));
    for (String tag :
        List.of("section", "table", "tr", "td", "th", "div", "svg", "dl", "p", "main")) {
      assertThat(count(report, "</" + tag + ">"))
          .as(tag)
          .isPositive()
          .isEqualTo(count(report, "<" + tag + "[ >]"));
    }
  }

  private static long count(String text, String pattern) {
    return Pattern.compile(pattern).matcher(text).results().count();
  }

  @Test
  void visitsHaveTheNamesThatTheRunGivesThem() {
    String report =
        HtmlReport.of(Results.with("x"), HtmlReport.About.FILES, token -> "name of " + token);

    assertThat(report).contains("name of xV").doesNotContain(">xV<");
  }

  @Test
  void nothingToBalanceIsSaid() {
    Result some = Results.with("x");
    Result none =
        new Result(
            new Outputs(
                List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), List.of(),
                List.of(), List.of()),
            List.of(),
            some.settings(),
            List.of(),
            false,
            some.account(),
            List.of(),
            List.of());

    assertThat(report(none)).contains("Nothing to balance", "As of 2026-11-14 12:00 PM UTC.");
  }
}
