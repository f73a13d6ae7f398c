package org.visitbalance.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.visitbalance.fact.DecisionAction.ACCEPTED;
import static org.visitbalance.fact.DecisionAction.ASSIGNED;
import static org.visitbalance.fact.DecisionAction.RELEASED;
import static org.visitbalance.fact.DecisionAction.WITHDRAWN;
import static org.visitbalance.topology.Given.aCharge;
import static org.visitbalance.topology.Given.aDecision;
import static org.visitbalance.topology.Given.aTransmission;
import static org.visitbalance.topology.Given.aVisit;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.visitbalance.fact.AcceptanceReason;
import org.visitbalance.fact.Decision;
import org.visitbalance.fact.TransmissionStatus;
import org.visitbalance.output.Balance;
import org.visitbalance.output.Discrepancy;
import org.visitbalance.output.Granularity;
import org.visitbalance.output.Item;
import org.visitbalance.output.Severity;

/** What people decide about discrepancies: docs/decisions.md. */
class DecisionStoryTest {
  private static final String DAY = "2026-11-04";
  private final Service service = new Service();

  @AfterEach
  void close() {
    service.close();
  }

  @Test
  void anAcceptedVisitStillDiffersButItsDayIsExplained() {
    // Given a day that is out of balance for a missing charge
    service.fact(aVisit("V1").build()).tick("2026-11-06T00:00:00Z");
    assertThat(board().open()).containsExactly("DAY C01 " + DAY, "MISSING_CHARGE C01 " + DAY);

    // When it is accepted
    service.fact(accepted("MISSING_CHARGE", "2026-11-06T09:00:00Z"));

    // Then day, week and month keep their difference and are explained, the item counted apart
    for (Granularity granularity : List.of(Granularity.DAY, Granularity.WEEK, Granularity.MONTH)) {
      Balance balance = balance(granularity);
      assertThat(balance.getItems()).containsEntry("MISSING_CHARGE", 1L);
      assertThat(balance.getVerdict()).hasToString("EXPLAINED");
      assertThat(balance.getKinds().getUnexplained()).isZero();
      assertThat(balance.getKinds().getAccepted()).isEqualTo(1);
    }
    assertThat(board().open()).isEmpty();
    assertThat(service.tables().values(Topics.ITEMS))
        .hasSize(3)
        .extracting(Item::getAcceptedBecause)
        .containsOnly(AcceptanceReason.WRITTEN_OFF);
    assertThat(last("MISSING_CHARGE")).isEqualTo("RESOLVED WRITTEN_OFF null");
  }

  @Test
  void undoBringsItBackAsANewOpening() {
    // Given an accepted missing charge
    service
        .fact(aVisit("V1").build())
        .tick("2026-11-06T00:00:00Z")
        .fact(accepted("MISSING_CHARGE", "2026-11-06T09:00:00Z"))
        .tick("2026-11-07T00:00:00Z");

    // When somebody takes that back
    service.fact(aDecision("V1", "MISSING_CHARGE", WITHDRAWN, "2026-11-07T09:00:00Z"));

    // Then all is as it was, but for the opening
    assertThat(board().open()).containsExactly("DAY C01 " + DAY, "MISSING_CHARGE C01 " + DAY);
    assertThat(last("MISSING_CHARGE")).isEqualTo("OPEN null null");
    assertThat(balance(Granularity.DAY).getKinds().getAccepted()).isNull();
    assertThat(service.history("MISSING_CHARGE"))
        .extracting(Discrepancy::getOpenedAt)
        .extracting(Instant::toString)
        .containsExactly("2026-11-06T00:00:00Z", "2026-11-06T00:00:00Z", "2026-11-07T00:00:00Z");
  }

  @Test
  void theLatestWordStandsInWhateverOrderTheyCome() {
    // Given a withdrawal that is known before the acceptance that it takes back
    service
        .fact(aDecision("V1", "MISSING_CHARGE", WITHDRAWN, "2026-11-06T10:00:00Z"))
        .fact(accepted("MISSING_CHARGE", "2026-11-06T09:00:00Z"))
        .fact(aVisit("V1").build())
        .tick("2026-11-07T00:00:00Z");

    // Then the visit is open
    assertThat(board().open()).contains("MISSING_CHARGE C01 " + DAY);
  }

  @Test
  void anAcceptanceMayComeBeforeItsVisit() {
    service
        .fact(accepted("MISSING_CHARGE", "2026-11-04T09:00:00Z"))
        .tick("2026-11-06T00:00:00Z")
        .fact(aVisit("V1").build());

    assertThat(board().open()).isEmpty();
    assertThat(last("MISSING_CHARGE")).isEqualTo("RESOLVED WRITTEN_OFF null");
    assertThat(service.history("MISSING_CHARGE"))
        .singleElement()
        .satisfies(one -> assertThat(one.getResolvedAt()).isEqualTo(one.getOpenedAt()));
  }

  @Test
  void anAcceptanceLapsesWhenTheReasonChangesAndHoldsAgainWhenItIsBack() {
    // Given an accepted missing charge
    service
        .fact(aVisit("V1").build())
        .tick("2026-11-06T00:00:00Z")
        .fact(accepted("MISSING_CHARGE", "2026-11-06T09:00:00Z"));

    // When it turns out that its transmission has failed
    service.fact(aTransmission("V1", TransmissionStatus.TRANSMISSION_FAILED, at(10)));

    // Then that is to be worked, and it is said that something else was accepted
    assertThat(board().open())
        .containsExactly("ACCEPTED_BUT_CHANGED C01 " + DAY, "TRANSMISSION_FAILED C01 " + DAY);
    Discrepancy changed = latest("ACCEPTED_BUT_CHANGED");
    assertThat(changed.getSeverity()).isEqualTo(Severity.MEDIUM);
    assertThat(changed.getBefore()).isEqualTo("MISSING_CHARGE");
    assertThat(changed.getAfter()).isEqualTo("TRANSMISSION_FAILED");
    assertThat(last("MISSING_CHARGE")).as("resolved by itself").isEqualTo("RESOLVED null null");

    // When the new reason is accepted too, or the old one is back, or the charge is there: nothing
    service.fact(accepted("TRANSMISSION_FAILED", "2026-11-06T11:00:00Z"));
    assertThat(board().open()).isEmpty();
    service
        .fact(aDecision("V1", "TRANSMISSION_FAILED", WITHDRAWN, "2026-11-06T12:00:00Z"))
        .fact(aTransmission("V1", TransmissionStatus.NOT_SENT, at(12)))
        .tick("2026-11-08T00:00:00Z");
    assertThat(board().open()).contains("ACCEPTED_BUT_CHANGED C01 " + DAY, "NOT_SENT C01 " + DAY);
    service.fact(aCharge("1").forVisit("V1").build());
    assertThat(board().open()).isEmpty();
    assertThat(board().dayLine("C01", DAY)).isEqualTo("1 1 BALANCED");
  }

  @Test
  void whatIsAcceptedIsNeverOverdue() {
    // Given a failed transmission, accepted, and one that is not
    service
        .fact(aVisit("V1").build())
        .fact(aVisit("V2").build())
        .fact(aTransmission("V1", TransmissionStatus.TRANSMISSION_FAILED, at(8)))
        .fact(aTransmission("V2", TransmissionStatus.TRANSMISSION_FAILED, at(8)))
        .tick("2026-11-06T12:00:00Z")
        .fact(accepted("TRANSMISSION_FAILED", "2026-11-06T13:00:00Z"));

    // When both have waited too long
    service.tick("2026-11-20T00:00:00Z");

    // Then one of them has
    Balance balance = balance(Granularity.DAY);
    assertThat(balance.getKinds().getUnexplained()).isEqualTo(1);
    assertThat(balance.getKinds().getAccepted()).isEqualTo(1);
    assertThat(balance.getKinds().getWork()).isZero();
    assertThat(service.tables().values(Topics.VISIT_DISCREPANCIES))
        .extracting(one -> one.getStatus() + " " + one.getSeverity())
        .containsExactlyInAnyOrder("RESOLVED MEDIUM", "OPEN HIGH");
  }

  @Test
  void whatIsNoItemCanBeAcceptedToo() {
    // Given more units billed than documented
    service
        .fact(aVisit("V1").units(1).build())
        .fact(aCharge("1").forVisit("V1").build())
        .tick("2026-11-06T00:00:00Z");
    assertThat(board().open()).containsExactly("UNITS_ADDED C01 " + DAY);

    service.fact(accepted("UNITS_ADDED", "2026-11-06T09:00:00Z"));

    assertThat(board().open()).isEmpty();
    assertThat(balance(Granularity.DAY).getKinds().getAccepted()).isNull();
  }

  @Test
  void aBillingOnlyVisitIsNamedByItsBillingVisit() {
    service
        .fact(aCharge("1").in("B7").build())
        .tick("2026-11-06T00:00:00Z")
        .fact(
            aDecision(
                "billing:B7@2026-11-04", "UNEXPECTED_CHARGE", ACCEPTED, "2026-11-06T09:00:00Z"));

    assertThat(board().open()).isEmpty();
    assertThat(board().dayLine("C01", DAY)).isEqualTo("0 1 EXPLAINED");
  }

  @Test
  void aWeekIsAcceptedOnceAllItsDaysAre() {
    // Given a retracted visit that was billed on two days
    service
        .fact(aVisit("V1").retractedAt("2026-11-04T19:00:00Z").build())
        .fact(aCharge("1").forVisit("V1").in("B1").build())
        .fact(aCharge("2").forVisit("V1").in("B2").createdOn("2026-11-05").build())
        .tick("2026-11-07T00:00:00Z");

    // When the first day's item is accepted
    service.fact(accepted("RETRACTED_IN_EMR", "2026-11-07T09:00:00Z"));

    // Then its day is explained, its week is not
    assertThat(balance(Granularity.DAY).getVerdict()).hasToString("EXPLAINED");
    assertThat(balance(Granularity.WEEK).getVerdict()).hasToString("OUT_OF_BALANCE");

    // When the other one's is too, both are
    service.fact(
        Decision.newBuilder(accepted("RETRACTED_IN_EMR", "2026-11-07T09:00:01Z"))
            .setDate(LocalDate.parse("2026-11-05"))
            .build());
    assertThat(balance(Granularity.WEEK).getVerdict()).hasToString("EXPLAINED");
    assertThat(board().open()).isEmpty();
  }

  @Test
  void whoWorksItIsSaidWhileItIsOpen() {
    service
        .fact(aVisit("V1").build())
        .tick("2026-11-06T00:00:00Z")
        .fact(aDecision("V1", "MISSING_CHARGE", ASSIGNED, "2026-11-06T09:00:00Z"));
    assertThat(last("MISSING_CHARGE")).isEqualTo("OPEN null ann");

    service.fact(aDecision("V1", "MISSING_CHARGE", RELEASED, "2026-11-06T10:00:00Z"));
    assertThat(last("MISSING_CHARGE")).isEqualTo("OPEN null null");

    service
        .fact(aDecision("V1", "MISSING_CHARGE", ASSIGNED, "2026-11-06T11:00:00Z"))
        .fact(accepted("MISSING_CHARGE", "2026-11-06T12:00:00Z"));
    assertThat(last("MISSING_CHARGE")).isEqualTo("RESOLVED WRITTEN_OFF null");
    assertThat(service.tables().deadLetters()).isEmpty();
  }

  @Test
  void aDecisionStaysForAsLongAsItsVisitAndIsTooOldWithoutOne() {
    try (Service kept = new Service(Instant.EPOCH, Duration.ofDays(30), 100)) {
      // Given a visit that is old but for its charge
      kept.tick("2026-11-06T00:00:00Z")
          .fact(aVisit("V1").build())
          .fact(aCharge("1").forVisit("V1").createdOn("2026-11-06").at("C02").build())
          .fact(accepted("POSTED_ELSEWHERE", "2026-11-06T09:00:00Z"))
          .tick("2026-12-05T12:00:00Z");

      // When it is touched, then it is accepted still
      kept.fact(aVisit("V1").by("TH2").amendedAt("2026-12-05T12:00:00Z").build());
      assertThat(Board.of(kept).open()).doesNotContain("POSTED_ELSEWHERE C01 " + DAY);

      // When both have left, nothing is left; and what comes now is too old
      kept.tick("2027-02-06T00:00:00Z").tick("2027-02-07T00:00:00Z");
      kept.fact(accepted("POSTED_ELSEWHERE", "2026-12-30T09:00:00Z"));
      assertThat(kept.tables().deadLetters())
          .singleElement()
          .satisfies(letter -> assertThat(letter.getReason()).startsWith("is too old"));
    }
  }

  private Decision accepted(String kind, String at) {
    return aDecision("V1", kind, ACCEPTED, at);
  }

  private static String at(int hour) {
    return "2026-11-06T%02d:00:00Z".formatted(hour);
  }

  private Board board() {
    return Board.of(service);
  }

  private Balance balance(Granularity granularity) {
    String from =
        switch (granularity) {
          case WEEK -> "2026-11-02";
          case MONTH -> "2026-11-01";
          default -> DAY;
        };
    return board().balance("C01", granularity, from);
  }

  private Discrepancy latest(String kind) {
    List<Discrepancy> history = service.history(kind);
    return history.get(history.size() - 1);
  }

  private String last(String kind) {
    Discrepancy one = latest(kind);
    return one.getStatus() + " " + one.getAcceptedBecause() + " " + one.getAssignee();
  }
}
