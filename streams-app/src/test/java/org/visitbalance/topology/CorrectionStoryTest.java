package org.visitbalance.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.visitbalance.topology.Given.aCharge;
import static org.visitbalance.topology.Given.aRejection;
import static org.visitbalance.topology.Given.aVisit;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.visitbalance.fact.RejectionStatus;
import org.visitbalance.fact.RejectionType;
import org.visitbalance.output.DiscrepancyStatus;
import org.visitbalance.output.Granularity;

/** What is taken back corrects every period that it ever touched, and leaves nothing behind. */
class CorrectionStoryTest {
  private final Service service = new Service();

  @AfterEach
  void close() {
    service.close();
  }

  @Test
  void anAddendumThatMovesTheClinicMovesTheVisitBetweenTheBalances() {
    // Given a visit at C01 whose charge is at C02
    service
        .tick("2026-11-04T19:00:00Z")
        .fact(aVisit("V1").at("C01").build())
        .fact(aCharge("1").forVisit("V1").at("C02").build());
    assertThat(Board.of(service).items())
        .containsExactly(
            "BRIDGE POSTED_ELSEWHERE 1 C01 2026-11-04",
            "BRIDGE POSTED_FROM_ELSEWHERE -1 C02 2026-11-04");

    // When an addendum says that it was at C02
    service.fact(aVisit("V1").at("C02").amendedAt("2026-11-05T09:00:00Z").build());

    // Then C01 has no balance of any period, and C02 balances
    Board board = Board.of(service);
    assertThat(board.periods(Granularity.DAY)).containsExactly("C02 2026-11-04");
    assertThat(board.periods(Granularity.WEEK)).containsExactly("C02 2026-11-02");
    assertThat(board.periods(Granularity.MONTH)).containsExactly("C02 2026-11-01");
    assertThat(board.dayLine("C02", "2026-11-04")).isEqualTo("1 1 BALANCED");
    assertThat(board.items()).isEmpty();
    assertThat(board.open()).isEmpty();
  }

  @Test
  void anAddendumThatMovesTheFinalizedDateMovesTheVisitBetweenMonths() {
    // Given a visit of October
    service
        .tick("2026-11-04T19:00:00Z")
        .fact(aVisit("V1").finalizedAt("2026-10-31T10:00:00Z").build());
    assertThat(Board.of(service).periods(Granularity.MONTH)).containsExactly("C01 2026-10-01");

    // When its Finalized Date turns out to be the 1st of November
    service.fact(
        aVisit("V1")
            .finalizedOn("2026-11-01")
            .servedOn("2026-10-31")
            .amendedAt("2026-11-01T10:00:00Z")
            .build());

    // Then it counts there, in the same week
    Board board = Board.of(service);
    assertThat(board.periods(Granularity.MONTH)).containsExactly("C01 2026-11-01");
    assertThat(board.periods(Granularity.WEEK)).containsExactly("C01 2026-10-26");
    assertThat(board.periods(Granularity.DAY)).containsExactly("C01 2026-11-01");
  }

  @Test
  void aRetractedVisitLeavesNothingButItsCharge() {
    // Given a visit that balances
    service
        .tick("2026-11-04T19:00:00Z")
        .fact(aVisit("V1").build())
        .fact(aCharge("1").forVisit("V1").build());
    assertThat(Board.of(service).dayLine("C01", "2026-11-04")).isEqualTo("1 1 BALANCED");

    // When the note is retracted
    service.fact(aVisit("V1").retractedAt("2026-11-04T20:00:00Z").build());

    // Then billing has a visit too many, which billing gets a day to take back
    Board board = Board.of(service);
    assertThat(board.dayLine("C01", "2026-11-04")).isEqualTo("0 1 WAITING");
    assertThat(board.state("V1")).isEqualTo("AWAITING_NOTE");
    service.tick("2026-11-05T20:00:00Z");
    assertThat(Board.of(service).open())
        .containsExactly("DAY C01 2026-11-04", "RETRACTED_IN_EMR C01 2026-11-04");

    // And when it does, the day has no activity left
    service.fact(aCharge("1").forVisit("V1").removedAt("2026-11-06T08:00:00Z").build());
    board = Board.of(service);
    assertThat(board.day("C01", "2026-11-04")).isNull();
    assertThat(board.state("V1")).isEqualTo("RETRACTED");
    assertThat(board.open()).isEmpty();
  }

  @Test
  void aChargeThatMovesToAnotherPatientBalancesThatPatientsVisit() {
    // Given visits of two patients and a charge that was keyed for the wrong one, too
    service
        .fact(aVisit("V1").of("P1").build())
        .fact(aCharge("1").of("P1").in("B1").build())
        .fact(aCharge("2").of("P1").in("B2").build())
        .fact(aVisit("V2").of("P2").build())
        .tick("2026-11-06T00:00:00Z");
    Board board = Board.of(service);
    assertThat(board.dayLine("C01", "2026-11-04")).isEqualTo("2 2 OUT_OF_BALANCE");
    assertThat(board.open())
        .contains("DUPLICATE_BILLING C01 2026-11-04", "MISSING_CHARGE C01 2026-11-04");

    // When billing removes it there and sends it under the other patient
    service
        .fact(aCharge("2").of("P1").in("B2").removedAt("2026-11-06T01:00:00Z").build())
        .fact(aCharge("2").of("P2").in("B2").updatedAt("2026-11-06T01:00:00Z").build());

    // Then both visits are billed, and none of them twice
    board = Board.of(service);
    assertThat(board.dayLine("C01", "2026-11-04")).isEqualTo("2 2 BALANCED");
    assertThat(board.open()).isEmpty();
    assertThat(board.visits()).hasSize(2);
  }

  @Test
  void whateverHoldsNoLongerGetsATombstone() {
    // Given a visit that comes late and one unit short, another one that is held, a bill of nobody
    service
        .fact(aVisit("V1").build())
        .fact(aCharge("1").forVisit("V1").createdAt("2026-11-05T09:00:00Z").units(1).build())
        .fact(aVisit("V2").of("P2").build())
        .fact(held("P2", RejectionStatus.OPEN, "2026-11-04T18:00:00Z"))
        .fact(aCharge("3").of("P3").build())
        .tick("2026-11-07T00:00:00Z");
    Set<String> said = new TreeSet<>();
    service.said().forEach(out -> said.add(out.topic() + " " + out.key()));

    // When the notes are retracted and the charges removed
    service
        .fact(aVisit("V1").retractedAt("2026-11-07T00:00:00Z").build())
        .fact(
            aCharge("1")
                .forVisit("V1")
                .createdAt("2026-11-05T09:00:00Z")
                .units(1)
                .removedAt("2026-11-07T00:00:00Z")
                .build())
        .fact(aVisit("V2").of("P2").retractedAt("2026-11-07T00:00:00Z").build())
        .fact(held("P2", RejectionStatus.CLEARED, "2026-11-07T00:00:00Z"))
        .fact(aCharge("3").of("P3").removedAt("2026-11-07T00:00:00Z").build());

    // Then each key that was ever said is taken back; visits that were retracted say just that,
    // tokens keep their meaning and discrepancies are resolved
    List<Service.Out> out = service.said();
    Set<String> gone = new TreeSet<>();
    for (Service.Out one : out) {
      if (one.value() == null) {
        gone.add(one.topic() + " " + one.key());
      }
    }
    said.removeAll(gone);
    assertThat(gone)
        .extracting(one -> one.substring(0, one.indexOf(' ')))
        .contains(
            "balancing.balances",
            "balancing.items",
            "balancing.visits",
            "balancing.late-arrivals",
            "balancing.unit-variances");
    assertThat(said)
        .allMatch(
            one ->
                one.matches("balancing\\.(visit-ids|period-discrepancies|visit-discrepancies) .*")
                    || one.equals("balancing.visits T1|" + Board.token("V1"))
                    || one.equals("balancing.visits T1|" + Board.token("P2", "V2")));
    assertThat(service.tables().values(Topics.BALANCES)).isEmpty();
    assertThat(Board.of(service).open()).isEmpty();
    assertThat(Board.of(service).visits())
        .hasSize(2)
        .allSatisfy(line -> assertThat(line.getState()).isEqualTo("RETRACTED"));
    assertThat(service.tables().values(Topics.VISIT_DISCREPANCIES))
        .isNotEmpty()
        .allSatisfy(
            one -> {
              assertThat(one.getStatus()).isEqualTo(DiscrepancyStatus.RESOLVED);
              assertThat(one.getResolvedAt()).isEqualTo("2026-11-07T00:00:00Z");
            });
  }

  private static org.visitbalance.fact.Rejection held(
      String patient, RejectionStatus status, String at) {
    return org.visitbalance.fact.Rejection.newBuilder(
            aRejection("R2", RejectionType.PATIENT, status, at))
        .setPatientKey(patient)
        .build();
  }
}
