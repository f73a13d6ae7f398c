package org.visitbalance.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.visitbalance.topology.Given.aCharge;
import static org.visitbalance.topology.Given.aVisit;
import static org.visitbalance.topology.Given.settings;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.visitbalance.output.Discrepancy;
import org.visitbalance.output.DiscrepancyStatus;

/** A ledger that was stopped goes on where it was, and pages nobody about what is over. */
class RestartStoryTest {
  @Test
  void whileItCatchesUpAStoppedLedgerSaysNothing() {
    // Given a visit that waited for its charge when the service was stopped for a week
    RestartedLedger ledger = new RestartedLedger(1000);
    ledger.fact(aVisit("V1").build()).tick("2026-11-04T20:00:00Z");
    ledger.said();
    ledger.restart("2026-11-12T00:00:00Z", 1000);

    // When it reads ticks and facts of that week, the charge among them
    ledger
        .tick("2026-11-06T00:00:00Z")
        .fact(aCharge("1").forVisit("V1").createdAt("2026-11-06T01:00:00Z").build())
        .fact(aVisit("V2").finalizedAt("2026-11-07T10:00:00Z").build())
        .tick("2026-11-10T00:00:00Z");

    // Then nothing was ever called missing of the first visit
    assertThat(ledger.said()).isEmpty();
    ledger.tick("2026-11-12T00:00:00Z");
    assertThat(ledger.board().state("V1")).isEqualTo("POSTED_LATER");
    assertThat(Service.discrepancies(ledger.said()))
        .extracting(Discrepancy::getKind)
        .containsOnly("MISSING_CHARGE");
    assertThat(ledger.board().open()).containsExactly("MISSING_CHARGE C01 2026-11-07");
  }

  @Test
  void whatStoodOpenIsNotOpenedAgain() {
    // Given a missing charge, and a restart
    RestartedLedger ledger = new RestartedLedger(1000);
    ledger.fact(aVisit("V1").build()).tick("2026-11-06T00:00:00Z");
    ledger.said();
    ledger.restart("2026-11-07T00:00:00Z", 1000);

    // When the same visit is delivered again, and the present is reached
    ledger.fact(aVisit("V1").build()).tick("2026-11-07T00:00:00Z");

    // Then there is nothing to say
    assertThat(ledger.said()).isEmpty();
  }

  @Test
  void aVisitThatMovedToAnotherDateWhileTheServiceStoodIsSaidAsMovedAndNotAsGone() {
    // Given a visit that is missing its charge
    RestartedLedger ledger = new RestartedLedger(1000);
    ledger.fact(aVisit("V1").build()).tick("2026-11-06T00:00:00Z");
    String opened = Service.discrepancies(ledger.said()).get(0).getId();

    // When an addendum moves its date of service, and only one date is judged at a tick
    ledger.restart("2026-11-07T00:00:00Z", 1);
    ledger
        .fact(aVisit("V1").servedOn("2026-11-03").amendedAt("2026-11-04T18:00:00Z").build())
        .settle("2026-11-07T00:00:00Z");

    // Then the visit is still there, and its discrepancy was never resolved
    assertThat(ledger.board().state("V1")).isEqualTo("MISSING_CHARGE");
    assertThat(ledger.board().open()).containsExactly("MISSING_CHARGE C01 2026-11-04");
    assertThat(Service.discrepancies(ledger.said()))
        .allSatisfy(one -> assertThat(one.getStatus()).isEqualTo(DiscrepancyStatus.OPEN))
        .extracting(Discrepancy::getId)
        .containsOnly(opened);
  }

  @Test
  void aFactAboutAPatientWhoIsStillToBeJudgedWaitsForThat() {
    // Given two patients' worth of unread facts, a visit that has moved among them
    RestartedLedger ledger = new RestartedLedger(1000);
    ledger
        .fact(aVisit("V9").of("P9").build())
        .fact(aVisit("V9").of("P0").build())
        .tick("2026-11-06T00:00:00Z");
    ledger.said();
    ledger.restart("2026-11-07T00:00:00Z", 1);
    ledger
        .fact(aVisit("V9").of("P0").amendedAt("2026-11-04T18:00:00Z").units(3).build())
        .fact(
            aVisit("V9").of("P9").servedOn("2026-11-03").amendedAt("2026-11-04T18:00:00Z").build())
        .tick("2026-11-07T00:00:00Z");

    // When a fact comes about the date that the visit has left, before its patient was judged
    ledger.fact(aVisit("V8").of("P9").build()).settle("2026-11-07T00:00:00Z");

    // Then what was open stayed open
    assertThat(Service.discrepancies(ledger.said()))
        .allSatisfy(one -> assertThat(one.getStatus()).isEqualTo(DiscrepancyStatus.OPEN));
    assertThat(ledger.board().visits()).hasSize(3);
  }

  @Test
  void whatWaitsForThePresentSurvivesRestartsAndTakesAsManyTicksAsItNeeds() {
    // Given facts of seven patients that were read before the present, in two transactions
    String present = "2026-11-07T00:00:00Z";
    RestartedLedger ledger = new RestartedLedger(1000).restart(present, 3);
    for (int i = 1; i <= 7; i++) {
      ledger
          .fact(aVisit("V" + i).of("P" + i).build())
          .fact(aVisit("W" + i).of("P" + i).servedOn("2026-11-03").build());
      if (i == 4) {
        ledger.commit();
      }
    }
    assertThat(ledger.said()).isEmpty();

    // When the service is restarted, and crashes after the first of the ticks that they take
    ledger.restart(present, 3).tick(present);
    assertThat(ledger.board().visits()).hasSize(4);
    ledger.commit().tick(present).crash(present, 3).settle(present);

    // Then all are there, and each was said once
    assertThat(ledger.board().visits()).hasSize(14);
    assertThat(Service.discrepancies(ledger.said()))
        .hasSize(14)
        .extracting(Discrepancy::getId)
        .doesNotHaveDuplicates();
  }

  @Test
  void aWalkUnderOtherSettingsGoesOnAfterACrash() {
    // Given three patients whose charges are missing
    RestartedLedger ledger = new RestartedLedger(1000);
    for (String patient : List.of("P1", "P2", "P3")) {
      ledger.fact(aVisit("V1").of(patient).build());
    }
    ledger.tick("2026-11-06T00:00:00Z");
    assertThat(ledger.board().open()).hasSize(3);

    // When the company grants a week, and the service crashes after the first patient
    ledger
        .restart("2026-11-06T00:00:00Z", 1)
        .settings(settings().setMissingAfter("P7D").build())
        .tick("2026-11-06T00:00:01Z");
    assertThat(ledger.board().open()).hasSize(2);
    ledger.said();
    ledger.restart("2026-11-06T00:00:02Z", 1).settle("2026-11-06T00:00:02Z");

    // Then the others are judged after it, each once
    assertThat(ledger.board().open()).isEmpty();
    assertThat(Service.discrepancies(ledger.said()))
        .hasSize(2)
        .allSatisfy(one -> assertThat(one.getStatus()).isEqualTo(DiscrepancyStatus.RESOLVED));
  }

  @Test
  void aCrashInTheMiddleOfATransactionLosesAndDoublesNothing() {
    // Given a visit that is missing its charge, and one that waits for it
    RestartedLedger ledger = new RestartedLedger(1000);
    ledger
        .fact(aVisit("V1").build())
        .tick("2026-11-06T00:00:00Z")
        .fact(aVisit("V2").finalizedAt("2026-11-05T20:00:00Z").build())
        .commit();
    String opened = Service.discrepancies(ledger.said()).get(0).getId();

    // When a charge, another visit and a day go by, and nothing of that is committed
    ledger
        .fact(aCharge("1").forVisit("V1").createdAt("2026-11-06T01:00:00Z").build())
        .fact(aVisit("V3").finalizedAt("2026-11-06T02:00:00Z").build())
        .tick("2026-11-06T10:00:00Z")
        .crash("2026-11-06T12:00:00Z", 1000);

    // Then they are read again, and said at the present
    assertThat(ledger.said()).isEmpty();
    ledger.tick("2026-11-10T00:00:00Z").commit();
    assertThat(ledger.board().state("V1")).isEqualTo("POSTED_LATER");
    assertThat(ledger.board().open())
        .containsExactly("MISSING_CHARGE C01 2026-11-05", "MISSING_CHARGE C01 2026-11-06");
    assertThat(Service.discrepancies(ledger.said()))
        .filteredOn(one -> one.getId().equals(opened))
        .singleElement()
        .satisfies(one -> assertThat(one.getStatus()).isEqualTo(DiscrepancyStatus.RESOLVED));
  }

  @Test
  void whatWasNotCommittedNobodyHasHeardAndTheBooksCountOnce() {
    // Given a visit of which everybody knows that its charge is missing
    try (CrashingService service = new CrashingService(TopologyOptions.RETENTION, 1000)) {
      service.fact(aVisit("V1").build()).tick("2026-11-06T00:00:00Z").commit();
      assertThat(service.board().dayLine("C01", "2026-11-04")).isEqualTo("1 0 OUT_OF_BALANCE");

      // When its charge is read twice, because of a crash before the commit
      service
          .fact(aCharge("1").forVisit("V1").createdAt("2026-11-06T01:00:00Z").build())
          .crash(Instant.parse("2026-11-06T02:00:00Z"));
      assertThat(service.board().dayLine("C01", "2026-11-04")).isEqualTo("1 0 OUT_OF_BALANCE");
      service.tick("2026-11-06T02:00:00Z");

      // Then it counts once, and what was open is resolved once
      List<Service.Out> said = service.commit();
      assertThat(service.board().dayLine("C01", "2026-11-04")).isEqualTo("1 0 EXPLAINED");
      assertThat(service.board().dayLine("C01", "2026-11-06")).isEqualTo("0 1 EXPLAINED");
      assertThat(service.board().open()).isEmpty();
      assertThat(Service.discrepancies(said))
          .doesNotHaveDuplicates()
          .allSatisfy(one -> assertThat(one.getStatus()).isEqualTo(DiscrepancyStatus.RESOLVED));
    }
  }

  @Test
  void aCommitWritesAllThatTheNextProcessNeeds() {
    // Given a visit that is billed, and one whose charge may still come
    try (CrashingService service = new CrashingService(TopologyOptions.RETENTION, 1000)) {
      service
          .fact(aVisit("V1").build())
          .fact(aCharge("1").forVisit("V1").build())
          .fact(aVisit("V2").build())
          .tick("2026-11-04T20:00:00Z")
          .commit();

      // When another process goes on
      service.crash(Instant.parse("2026-11-04T21:00:00Z")).tick("2026-11-06T00:00:00Z").commit();

      // Then it knows of the charge, and for how long it has waited
      assertThat(service.board().state("V1")).isEqualTo("MATCHED");
      assertThat(service.board().dayLine("C01", "2026-11-04")).isEqualTo("2 1 OUT_OF_BALANCE");
      assertThat(service.board().open())
          .containsExactly("DAY C01 2026-11-04", "MISSING_CHARGE C01 2026-11-04");
    }
  }

  @Test
  void aCommitBetweenTwoTicksSaysAndWritesWhatTheFactsChanged() {
    // Given a visit that is missing its charge
    try (CrashingService service = new CrashingService(TopologyOptions.RETENTION, 1000)) {
      service.fact(aVisit("V1").build()).tick("2026-11-06T00:00:00Z").commit();

      // When its charge is committed before the next tick, which writes and posts by itself
      service.fact(aCharge("1").forVisit("V1").createdAt("2026-11-06T01:00:00Z").build()).commit();

      // Then everybody has heard of it, and the next process knows of it
      assertThat(service.board().dayLine("C01", "2026-11-06")).isEqualTo("0 1 EXPLAINED");
      service
          .crash(Instant.parse("2026-11-06T02:00:00Z"))
          .fact(aCharge("1").forVisit("V1").createdAt("2026-11-06T01:00:00Z").build())
          .tick("2026-11-06T02:00:00Z")
          .commit();
      assertThat(service.board().state("V1")).isEqualTo("POSTED_LATER");
      assertThat(service.board().dayLine("C01", "2026-11-06")).isEqualTo("0 1 EXPLAINED");
      assertThat(service.board().open()).isEmpty();
    }
  }
}
