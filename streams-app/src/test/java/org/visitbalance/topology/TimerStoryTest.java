package org.visitbalance.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.visitbalance.topology.Given.aCharge;
import static org.visitbalance.topology.Given.aNote;
import static org.visitbalance.topology.Given.aRejection;
import static org.visitbalance.topology.Given.aVisit;
import static org.visitbalance.topology.Given.settings;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.visitbalance.fact.NoteStatus;
import org.visitbalance.fact.RejectionStatus;
import org.visitbalance.fact.RejectionType;
import org.visitbalance.output.Discrepancy;
import org.visitbalance.output.DiscrepancyStatus;
import org.visitbalance.output.Severity;
import org.visitbalance.settings.PayerRule;

/** What changes because time passes changes at the tick that says so, and at no other. */
class TimerStoryTest {
  private final Service service = new Service();

  @AfterEach
  void close() {
    service.close();
  }

  @Test
  void aChargeIsMissingFromTheTickAtWhichPatienceHasRunOut() {
    // Given a visit without a charge, finalized at 17:00
    service.tick("2026-11-04T17:00:00Z").fact(aVisit("V1").build());
    assertThat(Board.of(service).state("V1")).isEqualTo("AWAITING_CHARGE");

    // When the last second of its 24 hours is running, then nothing is said
    service.tick("2026-11-05T16:59:59Z");
    assertThat(service.said()).isEmpty();

    // When they are over
    service.tick("2026-11-05T17:00:00Z");

    // Then it is missing, and its day is out of balance
    Board board = Board.of(service);
    assertThat(board.state("V1")).isEqualTo("MISSING_CHARGE");
    assertThat(board.dayLine("C01", "2026-11-04")).isEqualTo("1 0 OUT_OF_BALANCE");
    assertThat(board.open()).containsExactly("DAY C01 2026-11-04", "MISSING_CHARGE C01 2026-11-04");

    // And another tick has nothing to add
    service.tick("2026-11-06T17:00:00Z");
    assertThat(service.said()).isEmpty();
  }

  @Test
  void lateChargeClosesYesterdaysGapAndIsReportedAsLate() {
    // Given a charge that was called missing
    service.fact(aVisit("V1").build()).tick("2026-11-05T17:00:00Z");
    assertThat(Board.of(service).open()).isNotEmpty();

    // When it comes in after all, with the next day's Created Date
    service.fact(aCharge("1").forVisit("V1").createdAt("2026-11-05T18:00:00Z").build());

    // Then both days say why they differ, nobody is asked to do anything, and the visit is late
    Board board = Board.of(service);
    assertThat(board.dayLine("C01", "2026-11-04")).isEqualTo("1 0 EXPLAINED");
    assertThat(board.dayLine("C01", "2026-11-05")).isEqualTo("0 1 EXPLAINED");
    assertThat(board.items())
        .containsExactly(
            "BRIDGE POSTED_FROM_EARLIER -1 C01 2026-11-05", "BRIDGE POSTED_LATER 1 C01 2026-11-04");
    assertThat(board.open()).doesNotContain("DAY C01 2026-11-04", "MISSING_CHARGE C01 2026-11-04");
    assertThat(service.tables().values(Topics.LATE_ARRIVALS))
        .singleElement()
        .satisfies(late -> assertThat(late.getLagDays()).isEqualTo(1));
  }

  @Test
  void heldWorkBecomesOverdueJustAfterItsFortnight() {
    // Given a visit that a rejection holds
    service
        .fact(aVisit("V1").build())
        .fact(aRejection("R1", RejectionType.PATIENT, RejectionStatus.OPEN, "2026-11-04T18:00:00Z"))
        .tick("2026-11-18T17:00:00Z");
    Board board = Board.of(service);
    assertThat(board.state("V1")).isEqualTo("HELD");
    assertThat(board.dayLine("C01", "2026-11-04")).isEqualTo("1 0 EXPLAINED");
    assertThat(held().getSeverity()).isEqualTo(Severity.MEDIUM);

    // When more than 14 days have passed since it was finalized
    service.tick("2026-11-18T17:00:00.000000001Z");

    // Then the same discrepancy has become urgent, and the day is out of balance
    assertThat(Board.of(service).dayLine("C01", "2026-11-04")).isEqualTo("1 0 OUT_OF_BALANCE");
    assertThat(held().getSeverity()).isEqualTo(Severity.HIGH);
    assertThat(service.history("HELD")).hasSize(2);
    assertThat(service.history("HELD").get(1).getOpenedAt())
        .isEqualTo(service.history("HELD").get(0).getOpenedAt());
  }

  @Test
  void heldWorkBecomesUrgentOnTheDayFromWhichItsClaimIsDueInAFortnight() {
    // Given a held visit of 11/4 in New York whose payer gives twenty days
    service
        .settings(
            settings()
                .setZone("America/New_York")
                .setPayerRules(
                    List.of(
                        PayerRule.newBuilder().setPayerId("A").setTimelyFiling("P20D").build(),
                        PayerRule.newBuilder().setPayerId("A").setTimelyFiling("P30D").build()))
                .setFees(Map.of("97110", 4_500L))
                .build())
        .fact(aVisit("V1").paidBy("A").build())
        .fact(aRejection("R1", RejectionType.PATIENT, RejectionStatus.OPEN, "2026-11-04T18:00:00Z"))
        .tick("2026-11-10T04:59:59.999Z");
    assertThat(held().getSeverity()).isEqualTo(Severity.MEDIUM);
    assertThat(held().getFileBy()).hasToString("2026-11-24");
    assertThat(held().getAmountCents()).isEqualTo(2 * 4_500);

    // When the day begins there that is fourteen days before
    service.tick("2026-11-10T05:00:00Z");

    // Then it is urgent, and said once; the day stays explained
    assertThat(held().getSeverity()).isEqualTo(Severity.HIGH);
    assertThat(service.history("HELD")).hasSize(2);
    assertThat(Board.of(service).dayLine("C01", "2026-11-04")).isEqualTo("1 0 EXPLAINED");

    // And when it is billed, it is over
    service.fact(aCharge("1").forVisit("V1").createdAt("2026-11-10T06:00:00Z").build());
    assertThat(service.history("HELD").get(2).getStatus()).isEqualTo(DiscrepancyStatus.RESOLVED);
  }

  private Discrepancy held() {
    return service.tables().values(Topics.VISIT_DISCREPANCIES).stream()
        .filter(one -> one.getKind().equals("HELD"))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void unitsAreComparedOnceTheyHaveSettled() {
    // Given a visit of which one unit of two was billed, the last charge at 18:00
    service
        .tick("2026-11-04T18:00:00Z")
        .fact(aVisit("V1").build())
        .fact(aCharge("1").forVisit("V1").units(1).build())
        .tick("2026-11-05T17:59:59Z");
    assertThat(service.tables().values(Topics.UNIT_VARIANCES)).isEmpty();
    assertThat(Board.of(service).open()).isEmpty();

    // When 24 hours have passed since then
    service.tick("2026-11-05T18:00:00Z");

    // Then the missing unit is reported
    assertThat(service.tables().values(Topics.UNIT_VARIANCES))
        .singleElement()
        .satisfies(one -> assertThat(one.getScrubbed()).isEqualTo(1));
    assertThat(Board.of(service).open()).containsExactly("SCRUBBED_UNEXPLAINED C01 2026-11-04");
  }

  @Test
  void anOpenNoteIsWaitedForFromTheStartOfTheNextDayInTheTenantsZone() {
    // Given a company in Phoenix, seven hours behind UTC, and a note of its 4th of November
    service
        .settings(settings().setZone("America/Phoenix").build())
        .fact(aNote("V1", NoteStatus.OPEN, "2026-11-04"))
        .tick("2026-11-05T06:59:59Z");
    assertThat(Board.of(service).periods(org.visitbalance.output.Granularity.DAY)).isEmpty();

    // When it is midnight in Phoenix
    service.tick("2026-11-05T07:00:00Z");

    // Then the day has an open note
    Board board = Board.of(service);
    assertThat(Objects.requireNonNull(board.day("C01", "2026-11-04")).getReadiness().getOpenNotes())
        .isEqualTo(1);
    assertThat(board.items()).containsExactly("OPEN_NOTE null 0 C01 2026-11-04");

    // And when the note is finished, the day has nothing at all
    service.fact(aNote("V1", NoteStatus.CANCELLED, "2026-11-04"));
    assertThat(Board.of(service).day("C01", "2026-11-04")).isNull();
    assertThat(Board.of(service).items()).isEmpty();
  }

  @Test
  void aClockThatGoesBackChangesNothing() {
    // Given a charge that was called missing
    service.fact(aVisit("V1").build()).tick("2026-11-05T17:00:00Z");
    service.said();

    // When a tick says an earlier time, and a repeat of the visit comes
    service.tick("2026-11-04T17:00:00Z").fact(aVisit("V1").build());

    // Then it stays missing
    assertThat(service.said()).isEmpty();
  }
}
