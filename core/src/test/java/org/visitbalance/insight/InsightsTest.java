package org.visitbalance.insight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.visitbalance.core.TenantSettings;
import org.visitbalance.output.Insight;
import org.visitbalance.settings.PayerRule;
import org.visitbalance.settings.Settings;
import org.visitbalance.state.CapSample;

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
                  "DTN",
                  day,
                  lag,
                  "TH" + i % 4,
                  payer,
                  List.of("97110"),
                  List.of(findings),
                  List.of()),
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
    return found(SETTINGS);
  }

  private List<Insight> found(TenantSettings settings) {
    List<Map.Entry<LocalDate, InsightBook>> all = new ArrayList<>(books.entrySet());
    Collections.shuffle(all, new Random(7));
    InsightTotals totals = new InsightTotals(Insights.last(settings, NOW, null));
    all.forEach(one -> totals.add("DTN", one.getKey(), one.getValue(), 1));
    return Insights.found("T1", settings, NOW, totals);
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

  /** Among the findings of two months it has only twice its share: 20 of 84. */
  @Test
  void aCauseThatBeganThisWeekIsNamedByThisWeeksVisits() {
    for (int i = 0; i < 64; i++) {
      LocalDate day = LAST.minusDays(i);
      visits(day, i % 4 == 0 ? 66 : 70, 0, "BCBS");
      visits(day, i % 4 == 0 ? 4 : 0, 0, "BCBS", "SCRUBBED_UNEXPLAINED");
      visits(day, i < 5 ? 6 : 10, 0, "ACME");
      visits(day, i < 5 ? 4 : 0, 0, "ACME", "SCRUBBED_UNEXPLAINED");
    }
    assertThat(found())
        .filteredOn(one -> one.getKind().equals(Insights.COMMON_CAUSE))
        .extracting(Insight::getText)
        .containsExactly(
            "Unexplained scrubbed units: 20 of 28 of the last 7 days have in common: payer ACME"
                + " (70 of 560 visits do)");
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
    Insight week = Objects.requireNonNull(judged(before, 9));
    assertThat(week.getRate()).isEqualTo("0.2250");
    assertThat(week.getBound()).isEqualTo("0.0841");
    assertThat(week.getText()).contains("9 of 40 visits", "22.5 %; usual 1.9 %, limit 8.4 %");
    assertThat(judged(before, 3)).isNull();
    assertThat(judged(before.subList(0, 2), 9)).as("too few weeks").isNull();
  }

  private static @Nullable Insight judged(List<ControlChart.Sample> before, int late) {
    List<ControlChart.Sample> weeks = new ArrayList<>(before);
    weeks.add(new ControlChart.Sample(late, 40));
    return OutOfControl.judged("T1", "DTN", LAST, weeks);
  }

  @Test
  void aThirdFewerThanExpectedIsWhatItTakes() {
    usual(60, LAST);
    visits(LAST, 22, 0, "BCBS");
    visits(LAST, 18, VisitTraits.AWAITED, "BCBS");
    assertThat(found()).as("22 is more than two thirds of 32, however unlikely").isEmpty();
    books.remove(LAST);
    visits(LAST, 21, 0, "BCBS");
    visits(LAST, 19, VisitTraits.AWAITED, "BCBS");
    assertThat(found()).extracting(Insight::getKind).containsExactly(Insights.ARRIVALS_BEHIND);
  }

  @Test
  void whatIsOnlyTwiceAsFrequentIsNoCause() {
    LocalDate day = LAST.minusDays(1);
    visits(day, 368, 0, "ACME");
    visits(day, 32, VisitTraits.AWAITED, "ACME", "MISSING_CHARGE");
    visits(day, 592, 0, "BCBS");
    visits(day, 8, VisitTraits.AWAITED, "BCBS", "MISSING_CHARGE");
    assertThat(CommonCauses.chance(1000, 400, 40, 32)).isLessThan(1e-6);
    assertThat(found()).noneMatch(one -> one.getKind().equals(Insights.COMMON_CAUSE));
  }

  /** Ten whole weeks of 40 visits; in the last one, 9 are not charged at all. */
  @Test
  void visitsThatAreNotChargedAreLate() {
    int[] late = {1, 0, 1, 2, 0, 1, 1, 0, 1};
    LocalDate monday = LocalDate.parse("2026-11-02");
    for (int i = 0; i < late.length; i++) {
      visits(monday.minusWeeks(late.length - i), late[i], 1, "BCBS");
      visits(monday.minusWeeks(late.length - i), 40 - late[i], 0, "BCBS");
    }
    visits(monday, 9, VisitTraits.AWAITED, "BCBS");
    visits(monday, 31, 0, "BCBS");
    assertThat(found())
        .filteredOn(one -> one.getKind().equals(Insights.OUT_OF_CONTROL))
        .extracting(Insight::getDate, Insight::getObserved, Insight::getTotal)
        .containsExactly(tuple(monday, 9L, 40L));
  }

  /** A drift is marked on Trends, and is nothing for this morning. */
  @Test
  void aLongRunIsNoInsight() {
    List<ControlChart.Sample> weeks = new ArrayList<>();
    for (int late : new int[] {1, 4, 1, 4, 1, 1, 4, 4, 4, 4, 4, 4, 4, 4}) {
      weeks.add(new ControlChart.Sample(late, 40));
    }
    List<ControlChart.Point> points = ControlChart.points(weeks);
    assertThat(points.get(points.size() - 1).signal()).isEqualTo(ControlChart.Signal.RUN);
    assertThat(OutOfControl.judged("T1", "DTN", LAST, weeks)).isNull();
  }

  @Test
  void aWaitThatIsTooShortForOneChargeInAHundredIsProposedLonger() {
    usual(60, LAST);
    TenantSettings hasty =
        new TenantSettings(Settings.newBuilder().setTenant("T1").setMissingAfter("PT24H").build());
    assertThat(found(hasty)).extracting(Insight::getProposal).containsExactly("PT96H");
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
        new VisitTraits(
            "DTN",
            LAST,
            3,
            "TH1",
            "",
            List.of("97110", "97140"),
            List.of("HELD"),
            List.of(new CapSample("BCBS", "97110", "2026-11", 4L, 2L)));
    book.add(visit, 1);
    InsightBook copy = InsightBook.of(book.figures(1));
    copy.add(visit, -1);
    assertThat(book.isEmpty()).isFalse();
    assertThat(copy.isEmpty()).isTrue();
  }

  /** Visits of which a payer's code was documented with 4 units. */
  private void billed(int days, int visitsADay, long units) {
    for (int i = 0; i < days; i++) {
      LocalDate day = LAST.minusDays(i);
      for (int j = 0; j < visitsADay; j++) {
        books
            .computeIfAbsent(day, any -> new InsightBook())
            .add(
                new VisitTraits(
                    "DTN",
                    day,
                    0,
                    "TH1",
                    "ACME",
                    List.of("97110"),
                    List.of(),
                    List.of(new CapSample("ACME", "97110", "", 4L, units))),
                1);
      }
    }
  }

  @Test
  void aLimitThatNoMonthAloneShowsIsFoundInThirtyDays() {
    // Ten visits of November, and ten of the October days that are within 30 days.
    billed(20, 1, 2);
    Insight limit = found().get(0);
    assertThat(limit.getKind()).isEqualTo(Insights.UNIT_LIMIT);
    assertThat(limit.getText())
        .isEqualTo(
            "ACME seems to pay at most 2 units of 97110: in 30 days, 20 visits documented more, and"
                + " none was billed for more");
    assertThat(List.of(limit.getPayerId(), limit.getCpt(), limit.getProposal()))
        .containsExactly("ACME", "97110", "2");
    assertThat(List.of(limit.getObserved(), limit.getTotal())).containsExactly(20L, 40L);
    assertThat(limit.getAbout()).isEqualTo("payer=ACME code=97110");

    assertThat(found(capped(2))).as("the rules have it").isEmpty();
    assertThat(found(capped(3))).as("they have another").hasSize(1);
    books.remove(LAST);
    assertThat(found()).as("19 visits").isEmpty();
  }

  @Test
  void whatIsThirtyDaysOldNeitherShowsALimitNorDisprovesOne() {
    billed(30, 1, 2);
    books
        .computeIfAbsent(LAST.minusDays(30), any -> new InsightBook())
        .add(traits(LAST.minusDays(30), 3), 1);
    assertThat(found()).extracting(Insight::getObserved).containsExactly(30L);
    books.get(LAST.minusDays(29)).add(traits(LAST.minusDays(29), 3), 1);
    assertThat(found()).isEmpty();
  }

  private static VisitTraits traits(LocalDate day, long units) {
    CapSample sample = new CapSample("ACME", "97110", "", 4L, units);
    return new VisitTraits(
        "DTN", day, 0, "TH1", "ACME", List.of("97110"), List.of(), List.of(sample));
  }

  private static TenantSettings capped(int cap) {
    PayerRule rule = new PayerRule("ACME", Map.of("97110", cap), null, List.of(), null, null, null);
    return new TenantSettings(
        Settings.newBuilder()
            .setTenant("T1")
            .setMissingAfter("P4D")
            .setPayerRules(List.of(rule))
            .build());
  }
}
