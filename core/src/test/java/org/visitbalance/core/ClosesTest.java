package org.visitbalance.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDate;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.visitbalance.output.Balance;
import org.visitbalance.output.Close;
import org.visitbalance.output.Discrepancy;
import org.visitbalance.output.Granularity;
import org.visitbalance.output.Kinds;
import org.visitbalance.output.NewPatients;
import org.visitbalance.output.Origin;
import org.visitbalance.output.Reported;
import org.visitbalance.output.Verdict;

/** Whether a period is still what was closed, by whatever program it was closed. */
class ClosesTest {
  private static final Balance NOW = balance(Verdict.WAITING, 1, 2L, 3L);

  private static Balance balance(
      Verdict verdict, long pending, Long emrNonVisit, Long billingNonVisit) {
    Balance empty =
        new PeriodBook().balance("T1", "DTN", Granularity.DAY, LocalDate.parse("2026-11-04"));
    return Balance.newBuilder(empty)
        .setReported(new Reported(2L, 1L, 1L, 7L, 8L, emrNonVisit, billingNonVisit))
        .setItems(Map.of("AWAITING_CHARGE", 1L))
        .setKinds(new Kinds(0L, pending, 0L, 0L, null))
        .setVerdict(verdict)
        .build();
  }

  private static boolean isChanged(Balance then) {
    return Closes.isChanged(new Close(1, Instant.EPOCH, "anna", then), NOW);
  }

  @Test
  void aCloseFromBeforePeriodsCouldWaitWasWaitingIfAnythingWasPending() {
    assertThat(isChanged(NOW)).isFalse();
    assertThat(isChanged(balance(Verdict.EXPLAINED, 1, 2L, 3L))).isFalse();
    assertThat(isChanged(balance(Verdict.OUT_OF_BALANCE, 1, 2L, 3L))).isTrue();
    assertThat(isChanged(balance(Verdict.EXPLAINED, 0, 2L, 3L))).isTrue();
    assertThat(Closes.words(balance(Verdict.EXPLAINED, 1, null, null))).endsWith("; WAITING");
    assertThat(Closes.words(balance(Verdict.EXPLAINED, 0, null, null))).endsWith("; EXPLAINED");
  }

  @Test
  void aFigureThatACloseDoesNotHaveIsNotCompared() {
    assertThat(isChanged(balance(Verdict.WAITING, 1, null, null))).isFalse();
    assertThat(isChanged(balance(Verdict.WAITING, 1, null, 3L))).isFalse();
    assertThat(isChanged(balance(Verdict.WAITING, 1, 0L, 3L))).as("0 is a figure").isTrue();
    assertThat(isChanged(balance(Verdict.WAITING, 1, 2L, 4L))).isTrue();
  }

  @Test
  void nonVisitUnitsAreSaidWhereThereAreAny() {
    assertThat(Closes.words(NOW)).contains("units 7 and 8, non-visit units 2 and 3; ");
    assertThat(Closes.words(balance(Verdict.WAITING, 1, 0L, 0L))).contains("units 7 and 8; ");
    assertThat(Closes.words(balance(Verdict.WAITING, 1, null, null))).contains("units 7 and 8; ");
  }

  @Test
  void aChangeThatTheFiguresDoNotShowIsSaid() {
    Balance accepted = Balance.newBuilder(NOW).setKinds(new Kinds(0L, 0L, 0L, 1L, 2L)).build();
    Balance withdrawn = Balance.newBuilder(NOW).setKinds(new Kinds(0L, 0L, 0L, 3L, null)).build();
    Discrepancy changed =
        Closes.changed(new Close(1, Instant.EPOCH, "anna", accepted), withdrawn, new Tokens("key"));

    assertThat(changed.getBefore())
        .isEqualTo(Closes.words(accepted) + "; unexplained 1, accepted 2");
    assertThat(changed.getAfter())
        .isEqualTo(Closes.words(withdrawn) + "; unexplained 3, accepted 0");
    assertThat(Closes.words(accepted, NOW)).as("what is pending").contains("; pending 0, ");

    Balance evaluated =
        Balance.newBuilder(NOW)
            .setOrigin(new Origin(2L, 1L, 1L))
            .setNewPatients(new NewPatients(1L, 0L, 1L, Map.of("EVALUATION_NOT_BILLED", 1L)))
            .build();
    assertThat(Closes.words(evaluated, NOW))
        .endsWith(
            "; billable 2, billed so far 1, unbilled 1, new patients in the EMR 1, new patients EVALUATION_NOT_BILLED 1");
    assertThat(Closes.words(NOW, balance(Verdict.WAITING, 1, 2L, 4L))).isEqualTo(Closes.words(NOW));
  }
}
