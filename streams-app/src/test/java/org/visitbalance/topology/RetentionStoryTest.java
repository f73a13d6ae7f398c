package org.visitbalance.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.visitbalance.topology.Given.aCharge;
import static org.visitbalance.topology.Given.aNote;
import static org.visitbalance.topology.Given.aRejection;
import static org.visitbalance.topology.Given.aTransmission;
import static org.visitbalance.topology.Given.aVisit;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.visitbalance.fact.NoteStatus;
import org.visitbalance.fact.RejectionStatus;
import org.visitbalance.fact.RejectionType;
import org.visitbalance.fact.TransmissionStatus;
import org.visitbalance.output.DeadLetter;
import org.visitbalance.output.LateArrival;
import org.visitbalance.output.LateCause;

/** State is kept for thirty days here. What leaves it stays on the topics as it was. */
class RetentionStoryTest {
  private static final String MONTH_LATER = "2026-12-10T00:00:00Z";

  private final Service service = new Service(Instant.EPOCH, Duration.ofDays(30), 1000);

  @AfterEach
  void close() {
    service.close();
  }

  @Test
  void oldDatesLeaveAndRetractNothing() {
    // Given all kinds of facts about the 4th of November
    service
        .fact(aVisit("V1").build())
        .fact(aCharge("1").forVisit("V1").in("B1").build())
        .fact(aCharge("2").in("B1").units(1).build())
        .fact(aVisit("V2").build())
        .fact(aTransmission("V2", TransmissionStatus.NOT_SENT, "2026-11-04T18:00:00Z"))
        .fact(aTransmission("V3", TransmissionStatus.NOT_SENT, "2026-11-04T18:00:00Z"))
        .fact(aNote("V4", NoteStatus.OPEN, "2026-11-04"))
        .fact(aCharge("5").forVisit("V5").build())
        .fact(aCharge("6").in("B6").servedOn("2026-11-01").build())
        .fact(
            aRejection(
                "R1", RejectionType.PAYMENT, RejectionStatus.CLEARED, "2026-11-04T18:00:00Z"))
        .tick("2026-11-30T00:00:00Z");
    assertThat(service.keys(PatientLedgerProcessor.PATIENTS_STORE)).isNotEmpty();
    Board before = Board.of(service);
    assertThat(before.open()).hasSize(5);

    // When they are older than that
    service.tick(MONTH_LATER);

    // Then nothing is left of them in state, and nothing is said
    assertThat(service.keys(PatientLedgerProcessor.PATIENTS_STORE)).isEmpty();
    assertThat(service.keys(PatientLedgerProcessor.WALK_STORE)).isEmpty();
    assertThat(service.keys(PatientLedgerProcessor.TIMERS_STORE)).isEmpty();
    assertThat(service.said()).isEmpty();
    assertThat(Board.of(service).open()).hasSize(5);
  }

  @Test
  void theLastDayThatIsKeptIsThirtyDaysAgo() {
    // Given visits of two days
    service
        .fact(aVisit("V1").finalizedAt("2026-11-09T10:00:00Z").build())
        .fact(aVisit("V2").finalizedAt("2026-11-10T10:00:00Z").build())
        .tick("2026-11-20T00:00:00Z");

    // When the second one is thirty days old
    service.tick(MONTH_LATER);

    // Then just the first one has left
    assertThat(service.keys(PatientLedgerProcessor.PATIENTS_STORE))
        .isNotEmpty()
        .noneMatch(key -> key.contains("V1"))
        .anyMatch(key -> key.contains("V2"));
  }

  @Test
  void aLateFactAboutSomethingThatHasLeftIsTooOld() {
    // Given a visit that has left
    service.fact(aVisit("V1").build()).tick("2026-11-20T00:00:00Z").tick(MONTH_LATER);
    service.said();

    // When an addendum comes
    service.fact(aVisit("V1").amendedAt("2026-12-09T00:00:00Z").build());

    // Then it is a dead letter, and that is all
    assertThat(service.said())
        .singleElement()
        .satisfies(
            out -> {
              DeadLetter letter = (DeadLetter) out.value();
              assertThat(letter.getTenant()).isEqualTo("T1");
              assertThat(letter.getReason()).startsWith("is too old").contains("2026-11-10");
            });
    assertThat(service.metric("facts-dead-lettered", Topics.VISITS)).isEqualTo(1);
  }

  @Test
  void aLateFactAboutSomethingStillKnownIsApplied() {
    // Given an old visit that a recent charge keeps
    service
        .fact(aVisit("V1").build())
        .fact(aCharge("1").forVisit("V1").createdAt("2026-11-25T00:00:00Z").build())
        .tick("2026-11-30T00:00:00Z")
        .tick(MONTH_LATER);

    // When it is amended and its charge is removed
    service
        .fact(aVisit("V1").amendedAt("2026-12-09T00:00:00Z").units(5).build())
        .fact(
            aCharge("1")
                .forVisit("V1")
                .createdAt("2026-11-25T00:00:00Z")
                .removedAt("2026-12-09T00:00:00Z")
                .build());

    // Then both are seen
    assertThat(service.tables().deadLetters()).isEmpty();
    assertThat(Board.of(service).visits())
        .singleElement()
        .satisfies(
            line -> {
              assertThat(line.getDocumentedUnits()).isEqualTo(5);
              assertThat(line.getState()).isEqualTo("CHARGES_REMOVED");
            });
  }

  @Test
  void aDateStaysAsLongAsAnythingThatIsBoundToItStays() {
    // Given a visit with a charge of the day before, and another one of its day, finalized late
    service
        .fact(aVisit("V1").build())
        .fact(aCharge("1").forVisit("V1").servedOn("2026-11-03").build())
        .fact(aVisit("V9").servedOn("2026-11-04").finalizedAt("2026-11-20T00:00:00Z").build())
        .tick("2026-11-30T00:00:00Z");

    // When the day before alone would be old, and the day is judged again
    service.tick(MONTH_LATER);
    service.said();
    service.fact(aCharge("9").forVisit("V9").createdAt("2026-12-09T00:00:00Z").build());

    // Then the first visit is what it was
    Board board = Board.of(service);
    assertThat(board.state("V1")).isEqualTo("MATCHED");
    assertThat(board.state("V9")).isEqualTo("POSTED_LATER");
    assertThat(board.dayLine("C01", "2026-11-04")).isEqualTo("1 1 BALANCED");
    assertThat(board.open()).contains("DATE_OF_SERVICE_MISMATCH C01 2026-11-04");
  }

  @Test
  void aChargeOfAnUnknownVisitStaysAsLongAsItsDate() {
    // Given a charge of a visit that never came, and a visit of its day, finalized late
    service
        .fact(aCharge("1").forVisit("V1").build())
        .fact(aVisit("V9").servedOn("2026-11-04").finalizedAt("2026-11-20T00:00:00Z").build())
        .tick("2026-11-30T00:00:00Z")
        .tick(MONTH_LATER);

    // When their day is judged again
    service.fact(aCharge("9").forVisit("V9").createdAt("2026-12-09T00:00:00Z").build());

    // Then the charge is still unexpected
    Board board = Board.of(service);
    assertThat(board.dayLine("C01", "2026-11-04")).isEqualTo("0 1 OUT_OF_BALANCE");
    assertThat(board.open()).contains("UNEXPECTED_CHARGE C01 2026-11-04");
  }

  @Test
  void aRejectionStaysAsLongAsTheVisitsThatItHeld() {
    // Given a visit that was held for a week, and billed late
    service
        .fact(aVisit("V1").build())
        .fact(aRejection("R1", RejectionType.PATIENT, RejectionStatus.OPEN, "2026-11-04T18:00:00Z"))
        .fact(
            aRejection(
                "R1", RejectionType.PATIENT, RejectionStatus.CLEARED, "2026-11-08T18:00:00Z"))
        .fact(aCharge("1").forVisit("V1").createdAt("2026-11-25T00:00:00Z").build())
        .tick("2026-11-30T00:00:00Z");
    assertThat(late().getCause()).isEqualTo(LateCause.REJECTION);

    // When the rejection is old, the visit is not, and it is judged again
    service.tick(MONTH_LATER).fact(aVisit("V1").amendedAt("2026-12-09T00:00:00Z").build());

    // Then the visit is still late because it was held
    assertThat(late().getCause()).isEqualTo(LateCause.REJECTION);
  }

  private LateArrival late() {
    return service.tables().values(Topics.LATE_ARRIVALS).iterator().next();
  }
}
