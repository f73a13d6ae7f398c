package org.visitbalance.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.LocalDate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.visitbalance.output.DiscrepancyStatus;
import org.visitbalance.output.Insight;
import org.visitbalance.topology.InsightEmitter;
import org.visitbalance.topology.Topics;

/** What the API and the page say of what stands out. */
@Timeout(180)
@Tag("slow")
@ExtendWith(OnThePage.class)
class InsightsPageTest {
  private static final Company OWN = Company.own();
  private static Installation here;
  private static Browser browser;

  @AfterEach
  void nothingWentWrong() {
    browser.assertQuiet(message -> false);
    assertThat(here.faults).isEmpty();
  }

  private static Insight.Builder of(String kind, String about, String text) {
    return Insight.newBuilder()
        .setTenant(OWN.name())
        .setKind(kind)
        .setAbout(about)
        .setStatus(DiscrepancyStatus.OPEN)
        .setText(text)
        .setObserved(14)
        .setTotal(17)
        .setOpenedAt(Instant.parse("2026-11-12T12:00:00Z"));
  }

  private static void send(Insight.Builder insight) {
    Insight one = insight.build();
    SharedInstallation.get().send(Topics.INSIGHTS, InsightEmitter.key(one), one);
  }

  @Test
  void whatStandsOutLeadsToTheVisitsBehindIt() {
    send(
        of("COMMON_CAUSE", "MISSING_CHARGE payer=ACME", "Missing charge: 14 of 17 are of ACME")
            .setFinding("MISSING_CHARGE")
            .setPayerId("ACME"));
    send(
        of("ARRIVALS_BEHIND", "", "Billing is behind at DTN: 12 of 32")
            .setLocation("DTN")
            .setDate(LocalDate.parse("2026-11-11")));
    send(of("MISSING_AFTER", "", "99 % of charges are there within 3 days").setProposal("PT96H"));

    browser.open("today", OWN.admin());
    browser.see("#insights li:nth-child(2)");
    assertThat(browser.text("#insights"))
        .contains("Missing charge: 14 of 17 are of ACME. See the visits")
        .contains("Billing is behind at DTN: 12 of 32. See the day")
        .doesNotContain("99 %");
    PageAccessibleTest.assertNothingFound(browser, "what stands out");
    assertThat(browser.see("#insights a[href*='kind=MISSING_CHARGE']").getAttribute("href"))
        .contains("#/work?", "payer=ACME");
    assertThat(browser.see("#insights a[href*='period']").getAttribute("href"))
        .contains("location=DTN", "granularity=DAY", "from=2026-11-11");

    browser.open("settings", OWN.admin());
    assertThat(browser.see("#proposed-wait").getText()).contains("within 3 days");

    send(
        of("UNIT_LIMIT", "payer=ACME code=97110", "ACME seems to pay at most 2 units of 97110")
            .setPayerId("ACME")
            .setCpt("97110")
            .setTotal(44)
            .setProposal("2"));
    browser.open("units", OWN.admin());
    browser.see("#proposals tbody tr");
    assertThat(browser.text("#proposals tbody tr"))
        .isEqualTo("ACME 97110 Limit of 2 units Last 30 days 14 44 units become explained Adopt");
    browser.click("#proposals tbody button");
    browser.see("#adopted tbody", "ACME 97110 Limit of 2 units Oct 2026");

    JsonNode rows = here.get("insights?kind=MISSING_AFTER", OWN.viewer()).path("rows");
    assertThat(rows.path(0).path("proposal").asText()).isEqualTo("PT96H");
    send(
        of("ARRIVALS_BEHIND", "", "Billing is behind at DTN: 12 of 32")
            .setLocation("DTN")
            .setDate(LocalDate.parse("2026-11-11"))
            .setStatus(DiscrepancyStatus.RESOLVED)
            .setResolvedAt(Instant.parse("2026-11-12T13:00:00Z")));
    Browser.await(
        "the end",
        () ->
            here.get("insights?status=RESOLVED", OWN.viewer()).path("rows").size() == 1
                && here.get("insights?kind=ARRIVALS_BEHIND", OWN.viewer()).path("rows").isEmpty());
  }
}
