package org.visitbalance.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.visitbalance.topology.Given.aCharge;
import static org.visitbalance.topology.Given.aDecision;
import static org.visitbalance.topology.Given.aNote;
import static org.visitbalance.topology.Given.aRejection;
import static org.visitbalance.topology.Given.aTransmission;
import static org.visitbalance.topology.Given.aVisit;
import static org.visitbalance.topology.Given.settings;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.visitbalance.fact.DecisionAction;
import org.visitbalance.fact.NoteStatus;
import org.visitbalance.fact.RejectionStatus;
import org.visitbalance.fact.RejectionType;
import org.visitbalance.fact.TransmissionStatus;
import org.visitbalance.output.DeadLetter;
import org.visitbalance.output.Discrepancy;
import org.visitbalance.output.DiscrepancyStatus;
import org.visitbalance.output.LateArrival;
import org.visitbalance.output.LateCause;
import org.visitbalance.output.Severity;

/**
 * State is kept for thirty days here: what is dated November 4 is old on December 5, has left for
 * facts known on December 7, and is freed on December 8. What leaves stays on the topics.
 */
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
    assertThat(service.patientKeys()).isNotEmpty();
    Board before = Board.of(service);
    assertThat(before.open()).hasSize(5);

    // When they are older than that
    service.tick(MONTH_LATER);

    // Then nothing is left of them in state, and what was open of visits is said to have left
    assertThat(service.patientKeys()).isEmpty();
    assertThat(service.keys(PatientLedgerProcessor.WALK_STORE)).isEmpty();
    assertThat(service.keys(PatientLedgerProcessor.TIMERS_STORE)).isEmpty();
    assertThat(service.said())
        .hasSize(4)
        .extracting(out -> (Discrepancy) out.value())
        .allSatisfy(one -> assertThat(one.getStatus()).isEqualTo(DiscrepancyStatus.OPEN))
        .allSatisfy(
            one -> assertThat(one.getLeftAt()).isEqualTo(Instant.parse("2026-12-07T00:00:00Z")));
    assertThat(Board.of(service).open()).hasSize(5);
    service.tick("2027-01-10T00:00:00Z");
    assertThat(service.said()).isEmpty();
  }

  @Test
  void theLastDayThatIsKeptIsThirtyDaysAgo() {
    // Given visits of two days
    service
        .fact(aVisit("V1").finalizedAt("2026-11-09T10:00:00Z").build())
        .fact(aVisit("V2").finalizedAt("2026-11-10T10:00:00Z").build())
        .tick("2026-11-20T00:00:00Z");

    // When the first one has been out for a day
    service.tick("2026-12-12T23:59:59Z");
    assertThat(service.patientKeys()).anyMatch(key -> key.contains("V1"));
    service.tick("2026-12-13T00:00:00Z");

    // Then just the first one has left
    assertThat(service.patientKeys())
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
              assertThat(letter.getReason()).startsWith("is too old").contains("2026-11-09");
            });
    assertThat(service.metric("facts-dead-lettered", Topics.VISITS)).isEqualTo(1);
  }

  @Test
  void aLateFactIsTakenWhileAnyEarlierFactAboutTheSameIsNotOld() {
    // Given an old visit that was first reported as finalized on a later day, and an old charge
    service
        .fact(aVisit("V1").servedOn("2026-11-04").finalizedAt("2026-11-12T10:00:00Z").build())
        .fact(aVisit("V1").amendedAt("2026-11-13T00:00:00Z").build())
        .fact(aCharge("1").forVisit("V1").build())
        .tick("2026-11-30T00:00:00Z")
        .tick(MONTH_LATER);

    // When both are corrected
    service
        .fact(aVisit("V1").amendedAt("2026-12-09T00:00:00Z").units(5).build())
        .fact(aCharge("1").forVisit("V1").removedAt("2026-12-09T00:00:00Z").build());

    // Then only the visit is, and the charge stays what it was
    assertThat(service.tables().deadLetters())
        .extracting(DeadLetter::getSource)
        .containsExactly(Topics.CHARGES.name());
    assertThat(Board.of(service).visits())
        .singleElement()
        .satisfies(
            line -> {
              assertThat(line.getDocumentedUnits()).isEqualTo(5);
              assertThat(line.getState()).isEqualTo("MATCHED");
            });
  }

  @Test
  void factsDecideWhatHasLeftAndTicksDoNot() {
    // Given a visit without a charge, and no tick for five weeks
    service.fact(aVisit("V1").build()).tick("2026-11-20T00:00:00Z");
    service.said();

    // When a charge of its date becomes known on the last day on which the visit is there
    Instant lastDay = Instant.parse("2026-12-06T23:59:59Z");
    service.fact(aCharge("1").createdAt("2026-12-06T20:00:00Z").build(), lastDay);
    assertThat(Board.of(service).state("V1")).isEqualTo("POSTED_LATER");

    // And, in another company, on the day after
    try (Service other = new Service(Instant.EPOCH, Duration.ofDays(30), 1000)) {
      other.fact(aVisit("V1").build()).tick("2026-11-20T00:00:00Z");
      other.said();
      other.fact(
          aCharge("1").createdAt("2026-12-06T20:00:00Z").build(),
          Instant.parse("2026-12-07T00:00:00Z"));

      // Then it begins anew, without the visit, which is said to have left
      assertThat(Board.of(other).state("V1")).isEqualTo("MISSING_CHARGE");
      assertThat(other.history("MISSING_CHARGE"))
          .filteredOn(one -> one.getLeftAt() != null)
          .singleElement()
          .satisfies(one -> assertThat(one.getStatus()).isEqualTo(DiscrepancyStatus.OPEN));
      assertThat(Board.of(other).dayLine("C01", "2026-11-04")).isEqualTo("1 0 OUT_OF_BALANCE");
      assertThat(Board.of(other).dayLine("C01", "2026-12-06")).startsWith("0 1 ");
    }
  }

  @Test
  void aTickFreesNothingThatAFactMayStillFind() {
    // Given a visit, and a clock that is half a day ahead of a charge of its date
    service.fact(aVisit("V1").build()).tick("2026-11-20T00:00:00Z").tick("2026-12-07T12:00:00Z");

    // When the charge comes that became known before
    service.fact(
        aCharge("1").createdAt("2026-12-06T20:00:00Z").build(),
        Instant.parse("2026-12-06T23:59:59Z"));

    // Then it still finds its visit
    assertThat(Board.of(service).state("V1")).isEqualTo("POSTED_LATER");
  }

  @Test
  void timeChangesNothingAboutWhatHasLeft() {
    // Given a rejected visit that becomes overdue on the day after it has left
    try (Service patient = new Service(Instant.EPOCH, Duration.ofDays(10), 1000)) {
      patient
          .fact(aVisit("V1").build())
          .fact(aTransmission("V1", TransmissionStatus.VALIDATION_FAILED, "2026-11-04T18:00:00Z"))
          .settings(settings().setEscalateAfter("P12DT12H").build())
          .tick("2026-11-06T00:00:00Z")
          .tick("2026-11-17T00:00:00Z");
      patient.said();

      // When that moment comes before anything is freed
      patient.tick("2026-11-17T12:00:00Z");
      assertThat(patient.said()).isEmpty();
      patient.tick("2026-11-18T00:00:00Z");

      // Then it is said to have left as it was
      assertThat(patient.said())
          .extracting(out -> (Discrepancy) out.value())
          .allSatisfy(one -> assertThat(one.getSeverity()).isEqualTo(Severity.MEDIUM))
          .extracting(Discrepancy::getLeftAt)
          .containsExactly(Instant.parse("2026-11-17T00:00:00Z"));
    }
  }

  @Test
  void anOpenRejectionNeverLeavesAndHoldsALaterVisit() {
    // Given a rejection of the patient that is still open months later
    service
        .fact(aRejection("R1", RejectionType.PATIENT, RejectionStatus.OPEN, "2026-11-04T18:00:00Z"))
        .tick("2026-11-05T00:00:00Z")
        .tick("2027-03-01T00:00:00Z");

    // When a visit comes
    service
        .fact(aVisit("V1").finalizedAt("2027-03-01T10:00:00Z").build())
        .tick("2027-03-03T00:00:00Z");

    // Then it is held
    assertThat(Board.of(service).state("V1")).isEqualTo("HELD");

    // When the rejection is cleared and old, and so is everything that it held
    service
        .fact(
            aRejection(
                "R1", RejectionType.PATIENT, RejectionStatus.CLEARED, "2027-03-04T18:00:00Z"))
        .tick("2027-06-01T00:00:00Z");

    // Then nothing is left
    assertThat(service.patientKeys()).isEmpty();
    assertThat(service.keys(PatientLedgerProcessor.TIMERS_STORE)).isEmpty();
  }

  @Test
  void aDecisionLeavesWithItsVisit() {
    // Given a missing charge that was accepted shortly before its visit leaves
    service
        .fact(aVisit("V1").build())
        .tick("2026-11-20T00:00:00Z")
        .fact(aDecision("V1", "MISSING_CHARGE", DecisionAction.ACCEPTED, "2026-12-04T00:00:00Z"))
        .tick("2026-12-04T00:00:00Z");
    service.said();

    // When the visit leaves
    service.tick(MONTH_LATER);

    // Then so does the decision, and what is resolved is not said again
    assertThat(service.said()).isEmpty();
    assertThat(service.patientKeys()).isEmpty();
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
    // Given a visit that was held for days, and billed late
    service
        .fact(aVisit("V1").build())
        .fact(
            aVisit("V1")
                .servedOn("2026-11-04")
                .finalizedOn("2026-11-20")
                .amendedAt("2026-11-20T00:00:00Z")
                .build())
        .fact(aRejection("R1", RejectionType.PATIENT, RejectionStatus.OPEN, "2026-11-04T18:00:00Z"))
        .fact(
            aRejection(
                "R1", RejectionType.PATIENT, RejectionStatus.CLEARED, "2026-11-08T18:00:00Z"))
        .fact(aCharge("1").forVisit("V1").createdAt("2026-11-25T00:00:00Z").build())
        .tick("2026-11-30T00:00:00Z");
    assertThat(late().getCause()).isEqualTo(LateCause.REJECTION);

    // When the rejection is old, the visit is not, and it is judged again
    service
        .tick(MONTH_LATER)
        .fact(
            aVisit("V1")
                .servedOn("2026-11-04")
                .finalizedOn("2026-11-20")
                .amendedAt("2026-12-09T00:00:00Z")
                .build());

    // Then the visit is still late because it was held
    assertThat(late().getCause()).isEqualTo(LateCause.REJECTION);
  }

  private LateArrival late() {
    return service.tables().values(Topics.LATE_ARRIVALS).iterator().next();
  }
}
