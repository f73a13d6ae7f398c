package org.visitbalance.report.html;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.visitbalance.core.Closes;
import org.visitbalance.core.PeriodBook;
import org.visitbalance.core.Tokens;
import org.visitbalance.output.Balance;
import org.visitbalance.output.Close;
import org.visitbalance.output.Granularity;
import org.visitbalance.output.Kinds;
import org.visitbalance.report.TenantResult;

class ClosedPeriodsTest {
  private static final Instant NOW = Instant.parse("2026-11-14T12:00:00Z");

  private static Balance balance(Granularity granularity, long expected, long work) {
    LocalDate first = LocalDate.parse("2026-11-02");
    return Balance.newBuilder(new PeriodBook().balance("T1", "DTN", granularity, first))
        .setKinds(
            Kinds.newBuilder()
                .setExpected(expected)
                .setPending(0)
                .setWork(work)
                .setUnexplained(0)
                .build())
        .build();
  }

  private static Close close(int version, Balance balance) {
    return Close.newBuilder()
        .setVersion(version)
        .setClosedBy("ann")
        .setClosedAt(NOW)
        .setBalance(balance)
        .build();
  }

  /** The two versions read alike, as their first lines have the same figures. */
  @Test
  void onlyTheLastVersionOfThePeriodThatChangedHasWhatItIsNow() {
    Close first = close(1, balance(Granularity.DAY, 1, 0));
    Close second = close(2, balance(Granularity.DAY, 0, 1));
    Close week = close(1, balance(Granularity.WEEK, 2, 0));
    Balance day = balance(Granularity.DAY, 0, 2);
    TenantResult tenant =
        new TenantResult(
            "T1",
            ZoneOffset.UTC,
            NOW,
            List.of(day, balance(Granularity.WEEK, 2, 0)),
            List.of(Closes.changed(second, day, new Tokens("key"))),
            List.of(),
            List.of(),
            List.of(),
            List.of());
    Html html = new Html();

    ClosedPeriods.write(html, tenant, List.of(first, second, week), "");

    List<String> rows = List.of(html.toString().split("<tr>", -1));
    assertThat(rows).filteredOn(row -> row.contains("to do 2")).hasSize(1);
    assertThat(rows)
        .filteredOn(row -> row.contains("to do 2"))
        .allMatch(row -> row.contains("to do 1"));
  }
}
