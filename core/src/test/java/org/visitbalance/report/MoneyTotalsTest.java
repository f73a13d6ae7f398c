package org.visitbalance.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.visitbalance.output.Discrepancy;
import org.visitbalance.output.DiscrepancyStatus;
import org.visitbalance.output.Level;
import org.visitbalance.output.Severity;
import org.visitbalance.report.MoneyTotals.Total;

/** The sums of rules.md#money-totals. */
class MoneyTotalsTest {
  private static final LocalDate TODAY = LocalDate.parse("2026-11-14");

  private static Discrepancy of(String kind, String visit, @Nullable Long cents) {
    return Discrepancy.newBuilder()
        .setId(kind + visit)
        .setTenant("T1")
        .setLevel(Level.VISIT)
        .setKind(kind)
        .setStatus(DiscrepancyStatus.OPEN)
        .setSeverity(Severity.HIGH)
        .setLocation("DTN")
        .setVisit(visit)
        .setDifference(1)
        .setAmountCents(cents)
        .setAction("")
        .build();
  }

  private static Discrepancy dueBy(String visit, String day) {
    return Discrepancy.newBuilder(of("HELD", visit, 1L)).setFileBy(LocalDate.parse(day)).build();
  }

  private static MoneyTotals totals(Discrepancy... open) {
    return MoneyTotals.of(List.of(open), TODAY);
  }

  @Test
  void aVisitCountsOnceOnASide() {
    MoneyTotals totals =
        totals(
            of("DUPLICATE_BILLING", "V11", 15_000L),
            of("UNITS_ADDED", "V11", 15_000L),
            of("MISSING_CHARGE", "V16", 16_500L),
            of("SCRUBBED_UNEXPLAINED", "V16", 3_333L));

    assertThat(totals.exposed()).isEqualTo(new Total(15_000, 1, 0));
    assertThat(totals.atRisk()).isEqualTo(new Total(16_500, 1, 0));
  }

  @Test
  void amountsOfDaysAddUpUnlessTheWholeVisitIsMore() {
    Discrepancy first = of("UNEXPECTED_CHARGE", "B1", 5_000L);
    Discrepancy second = of("UNEXPECTED_CHARGE", "B1", 6_000L);

    assertThat(totals(first, second).exposed().cents()).isEqualTo(11_000);
    assertThat(totals(first, second, of("UNITS_ADDED", "B1", 12_000L)).exposed().cents())
        .isEqualTo(12_000);
  }

  @Test
  void whatIsUnknownIsLeftOutAndCounted() {
    Total some = totals(of("HELD", "V1", 100L), of("HELD", "V2", null)).atRisk();
    Total none = totals(of("HELD", "V2", null)).atRisk();

    assertThat(some).isEqualTo(new Total(100, 2, 1));
    assertThat(some.words()).isEqualTo("$1.00 in 2 visits; the amount of 1 is not known");
    assertThat(none.words()).isEqualTo("unknown in 1 visit");
    assertThat(totals().atRisk().words()).isEqualTo("nothing");
  }

  @Test
  void otherKindsHaveNoAmount() {
    MoneyTotals totals = totals(of("PROVIDER_MISMATCH", "V1", null));

    assertThat(totals.atRisk().visits()).isZero();
    assertThat(totals.exposed().visits()).isZero();
    assertThat(totals.unbilled()).isZero();
  }

  @Test
  void deadlinesCountFromTheDayOfTheAsOf() {
    MoneyTotals totals =
        totals(
            dueBy("V1", "2026-11-13"),
            dueBy("V2", "2026-11-14"),
            dueBy("V3", "2026-11-28"),
            dueBy("V4", "2026-11-29"),
            of("HELD", "V5", 1L));

    assertThat(totals.unbilled()).isEqualTo(5);
    assertThat(totals.overdue()).isEqualTo(1);
    assertThat(totals.dueSoon()).isEqualTo(2);
    assertThat(totals.nextDeadline()).isEqualTo("2026-11-14");
  }
}
