package org.visitbalance.insight;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.visitbalance.core.TenantSettings;
import org.visitbalance.output.Insight;
import org.visitbalance.settings.Settings;

/** What stands out, and what does not; the figures are worked out by hand. */
class InsightsTest {
  private static final TenantSettings SETTINGS =
      new TenantSettings(Settings.newBuilder().setTenant("T1").setMissingAfter("P4D").build());

  /** A Wednesday at noon; Tuesday 2026-11-10 is the last complete day. */
  private static final Instant NOW = Instant.parse("2026-11-11T12:00:00Z");

  private static final LocalDate LAST = LocalDate.parse("2026-11-10");

  private final Map<LocalDate, InsightBook> books = new HashMap<>();

  private void visits(LocalDate day, int count, int lag, String payer, String... findings) {
    for (int i = 0; i < count; i++) {
      books
          .computeIfAbsent(day, any -> new InsightBook())
          .add(
              new VisitTraits(
                  "DTN", day, lag, "TH" + i % 4, payer, List.of("97110"), List.of(findings)),
              1);
    }
  }

  /** Weekdays on which 32 of 40 visits are charged the same day, and the others the next day. */
  private void usual(int days, LocalDate before) {
    LocalDate day = before;
    for (int i = 0; i < days; ) {
      day = day.minusDays(1);
      if (day.getDayOfWeek().getValue() <= 5) {
        visits(day, 32, 0, "BCBS");
        visits(day, 8, day.getDayOfWeek().getValue() == 5 ? 3 : 1, "BCBS");
        i++;
      }
    }
  }

  private List<Insight> found() {
    List<Map.Entry<LocalDate, InsightBook>> all = new ArrayList<>(books.entrySet());
    Collections.shuffle(all, new Random(7));
    Insights insights = new Insights("T1", SETTINGS, NOW, null);
    all.forEach(one -> insights.add("DTN", one.getKey(), one.getValue()));
    return insights.found();
  }

  @Test
  void twelveOfThirtyTwoExpectedChargesIsBehindAndTwentyEightIsNot() {
    usual(60, LAST);
    visits(LAST, 12, 0, "BCBS");
    visits(LAST, 28, VisitTraits.AWAITED, "BCBS");
    Insight behind = found().get(0);
    assertThat(behind.getText())
        .isEqualTo(
            "Billing is behind at DTN: 12 of 32 charges expected by now for visits finalized on"
                + " 2026-11-10");
    assertThat(behind.getExpected()).isEqualTo("32.0");
    assertThat(List.of(behind.getLow(), behind.getHigh())).containsExactly(28L, 36L);
    assertThat(List.of(behind.getObserved(), behind.getTotal())).containsExactly(12L, 40L);
    books.remove(LAST);
    visits(LAST, 28, 0, "BCBS");
    visits(LAST, 12, VisitTraits.AWAITED, "BCBS");
    assertThat(found()).isEmpty();
  }

  @Test
  void aChargeThatCameTodayIsThere() {
    usual(60, LAST);
    visits(LAST, 12, 0, "BCBS");
    visits(LAST, 20, 1, "BCBS");
    visits(LAST, 8, VisitTraits.AWAITED, "BCBS");
    assertThat(found()).isEmpty();
  }

  @Test
  void aDayOfWhichNothingArrivedIsBehindAndAHolidayIsNot() {
    usual(60, LAST);
    visits(LAST, 40, VisitTraits.AWAITED, "BCBS");
    assertThat(found()).extracting(Insight::getKind).containsExactly(Insights.ARRIVALS_BEHIND);
    books.remove(LAST);
    visits(LAST.minusDays(1), 30, VisitTraits.AWAITED, "BCBS");
    visits(LAST, 1, VisitTraits.AWAITED, "BCBS");
    assertThat(found()).isEmpty();
  }

  @Test
  void tooLittleSaysNothing() {
    usual(2, LAST);
    visits(LAST, 40, VisitTraits.AWAITED, "BCBS");
    assertThat(found()).isEmpty();
  }

  @Test
  void visitsThatStillWaitCountForAsLongAsTheyWereWatched() {
    KaplanMeier usual = new KaplanMeier(30);
    usual.arrived(0, 50);
    usual.awaited(0, 20);
    usual.arrived(1, 15);
    usual.awaited(1, 15);
    // 50 of 100 arrive at once; of the 30 that were watched longer, 15 on the next day.
    assertThat(usual.within(0)).isEqualTo(0.5);
    assertThat(usual.within(1)).isEqualTo(0.75);
    assertThat(usual.within(30)).isEqualTo(0.75);
    assertThat(usual.quantile(0.75)).isEqualTo(1);
    assertThat(usual.quantile(0.99)).isEqualTo(-1);
  }

  @Test
  void fourteenOfSeventeenMissingChargesAreOfOnePayer() {
    LocalDate day = LAST.minusDays(1);
    visits(day, 76, 0, "ACME");
    visits(day, 14, VisitTraits.AWAITED, "ACME", "MISSING_CHARGE");
    visits(day, 907, 0, "BCBS");
    visits(day, 3, VisitTraits.AWAITED, "BCBS", "MISSING_CHARGE");
    Insight cause =
        found().stream()
            .filter(one -> one.getKind().equals(Insights.COMMON_CAUSE))
            .findFirst()
            .orElseThrow();
    assertThat(cause.getText())
        .isEqualTo("Missing charge: 14 of 17 have in common: payer ACME (90 of 1,000 visits do)");
    assertThat(cause.getPayerId()).isEqualTo("ACME");
    assertThat(CommonCauses.chance(1000, 90, 17, 14)).isLessThan(1e-12).isPositive();
    assertThat(cause.getPValue()).isEqualTo("4.7E-13");
  }

  @Test
  void whatIsSpreadLikeTheVisitsHasNoCommonCause() {
    for (String payer : List.of("A", "B", "C", "D")) {
      visits(LAST.minusDays(1), 250, 0, payer);
      visits(LAST.minusDays(1), 5, VisitTraits.AWAITED, payer, "MISSING_CHARGE");
    }
    assertThat(found()).noneMatch(one -> one.getKind().equals(Insights.COMMON_CAUSE));
  }

  @Test
  void aWeekWithManyLateChargesIsOutOfControl() {
    List<ControlChart.Sample> before = new ArrayList<>();
    int[] late = {1, 0, 1, 2, 0, 1, 1, 0, 1};
    int[] of = {40, 38, 42, 41, 39, 40, 43, 37, 41};
    for (int i = 0; i < late.length; i++) {
      before.add(new ControlChart.Sample(late[i], of[i]));
    }
    Insight week =
        Objects.requireNonNull(
            OutOfControl.judged("T1", "DTN", LAST, before, new ControlChart.Sample(9, 40)));
    assertThat(week.getRate()).isEqualTo("0.2250");
    assertThat(week.getBound()).isEqualTo("0.0841");
    assertThat(week.getText()).contains("9 of 40 visits", "22.5 %; usual 1.9 %, limit 8.4 %");
    assertThat(OutOfControl.judged("T1", "DTN", LAST, before, new ControlChart.Sample(3, 40)))
        .isNull();
  }

  @Test
  void aWaitThatIsTooShortForOneChargeInAHundredIsProposedLonger() {
    usual(60, LAST);
    TenantSettings hasty =
        new TenantSettings(Settings.newBuilder().setTenant("T1").setMissingAfter("PT24H").build());
    Insights insights = new Insights("T1", hasty, NOW, null);
    books.forEach((day, book) -> insights.add("DTN", day, book));
    assertThat(insights.found()).extracting(Insight::getProposal).containsExactly("PT96H");
  }

  @Test
  void aDayIsCompleteSixHoursAfterItsEndAndAsFarAsBillingSays() {
    assertThat(Insights.last(SETTINGS, Instant.parse("2026-11-11T06:00:00Z"), null))
        .isEqualTo(LAST);
    assertThat(Insights.last(SETTINGS, Instant.parse("2026-11-11T05:59:59Z"), null))
        .isEqualTo(LAST.minusDays(1));
    assertThat(Insights.last(SETTINGS, NOW, Instant.parse("2026-11-11T00:00:00Z"))).isEqualTo(LAST);
    assertThat(Insights.last(SETTINGS, NOW, Instant.parse("2026-11-10T23:59:59Z")))
        .isEqualTo(LAST.minusDays(1));
  }

  @Test
  void whatIsTakenBackLeavesNothing() {
    InsightBook book = new InsightBook();
    VisitTraits visit =
        new VisitTraits("DTN", LAST, 3, "TH1", "", List.of("97110", "97140"), List.of("HELD"));
    book.add(visit, 1);
    InsightBook copy = InsightBook.of(book.figures(1));
    copy.add(visit, -1);
    assertThat(book.isEmpty()).isFalse();
    assertThat(copy.isEmpty()).isTrue();
  }
}
