package org.visitbalance.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.visitbalance.fact.DecisionAction.LINKED;
import static org.visitbalance.fact.DecisionAction.UNLINKED;
import static org.visitbalance.topology.Given.aCharge;
import static org.visitbalance.topology.Given.aDecision;
import static org.visitbalance.topology.Given.aLink;
import static org.visitbalance.topology.Given.aVisit;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.visitbalance.fact.Decision;
import org.visitbalance.fact.DecisionAction;
import org.visitbalance.output.Discrepancy;

/** What the service says when people link charges to visits: rules.md#links. */
class LinkStoryTest {
  private static final String REST = "billing:B90@2026-11-05";
  private final Service service = new Service(Instant.EPOCH, Duration.ofDays(30), 1000);

  @AfterEach
  void close() {
    service.close();
  }

  /** V1 of 11/4 is not billed, and 601 and 602 are billed for 11/5, when nobody was there. */
  private void aMissingChargeAndTwoUnexpectedOnes() {
    service
        .fact(aVisit("V1").build())
        .fact(charge("601"))
        .fact(charge("602"))
        .tick("2026-11-07T00:00:00Z");
    assertThat(board().state("V1")).isEqualTo("MISSING_CHARGE");
    assertThat(board().state(REST)).isEqualTo("UNEXPECTED_CHARGE");
  }

  private static org.visitbalance.fact.Charge charge(String id) {
    return aCharge(id)
        .in("B90")
        .units(1)
        .servedOn("2026-11-05")
        .createdAt("2026-11-05T18:00:00Z")
        .build();
  }

  @Test
  void linkedChargesAreTheirVisitsAndUndoBringsTheRestBackAsANewOpening() {
    aMissingChargeAndTwoUnexpectedOnes();

    // When one is linked, then the visit is billed, and the rest keeps its name
    service.fact(aLink("601", "V1", LINKED, "2026-11-07T09:00:00Z"));
    assertThat(board().state("V1")).isEqualTo("POSTED_LATER");
    assertThat(board().state(REST)).isEqualTo("UNEXPECTED_CHARGE");
    assertThat(board().open())
        .containsExactly(
            "DAY C01 2026-11-05",
            "SCRUBBED_UNEXPLAINED C01 2026-11-04",
            "UNEXPECTED_CHARGE C01 2026-11-05");

    // When the other is linked too, then nothing is open
    service.fact(aLink("602", "V1", LINKED, "2026-11-07T10:00:00Z")).tick("2026-11-08T00:00:00Z");
    assertThat(board().state(REST)).isNull();
    assertThat(board().open()).isEmpty();
    assertThat(board().dayLine("C01", "2026-11-04")).isEqualTo("1 0 EXPLAINED");
    assertThat(board().dayLine("C01", "2026-11-05")).isEqualTo("0 1 EXPLAINED");

    // When both are undone, then all is as it was, as new openings
    service
        .fact(aLink("601", "V1", UNLINKED, "2026-11-08T09:00:00Z"))
        .fact(aLink("602", "V1", UNLINKED, "2026-11-08T10:00:00Z"));
    assertThat(board().state("V1")).isEqualTo("MISSING_CHARGE");
    assertThat(board().state(REST)).isEqualTo("UNEXPECTED_CHARGE");
    assertThat(service.history("UNEXPECTED_CHARGE"))
        .extracting(Discrepancy::getOpenedAt)
        .extracting(Instant::toString)
        .startsWith("2026-11-07T00:00:00Z")
        .endsWith("2026-11-08T00:00:00Z");
  }

  @Test
  void whatWasDecidedAboutTheRestStays() {
    aMissingChargeAndTwoUnexpectedOnes();
    Decision accepted =
        Decision.newBuilder(
                aDecision(
                    REST, "UNEXPECTED_CHARGE", DecisionAction.ACCEPTED, "2026-11-07T08:00:00Z"))
            .setDate(LocalDate.parse("2026-11-05"))
            .build();
    service.fact(accepted);
    assertThat(board().dayLine("C01", "2026-11-05")).isEqualTo("0 1 EXPLAINED");

    service.fact(aLink("601", "V1", LINKED, "2026-11-07T09:00:00Z"));

    assertThat(board().dayLine("C01", "2026-11-05")).isEqualTo("0 2 EXPLAINED");
    assertThat(board().open()).containsExactly("SCRUBBED_UNEXPLAINED C01 2026-11-04");
  }

  @Test
  void neitherOtherPatientsNorOtherTenantsChargesAreLinked() {
    service
        .fact(aVisit("V1").build())
        .fact(aCharge("601").of("P2").servedOn("2026-11-05").in("B90").build())
        .fact(aCharge("601").ofTenant("T2").servedOn("2026-11-05").in("B90").build())
        .fact(aLink("601", "V1", LINKED, "2026-11-05T09:00:00Z"))
        .tick("2026-11-07T00:00:00Z");

    assertThat(board().state("V1")).isEqualTo("MISSING_CHARGE");
  }

  @Test
  void aLinkedChargeLeavesTogetherWithItsVisitAndTheLinkWithThem() {
    // Given a visit that was finalized late, and a charge of two weeks earlier linked to it
    service
        .fact(aVisit("V1").servedOn("2026-11-18").finalizedAt("2026-11-20T00:00:00Z").build())
        .fact(charge("601"))
        .fact(aLink("601", "V1", LINKED, "2026-11-20T09:00:00Z"))
        .tick("2026-11-22T00:00:00Z");
    assertThat(board().state("V1")).isEqualTo("POSTED_EARLIER");

    // When the charge alone would have left, and the visit is judged again
    service
        .tick("2026-12-10T00:00:00Z")
        .fact(
            aVisit("V1")
                .servedOn("2026-11-18")
                .finalizedOn("2026-11-20")
                .amendedAt("2026-12-09T00:00:00Z")
                .build());

    // Then it is still billed
    assertThat(board().state("V1")).isEqualTo("POSTED_EARLIER");

    // When the visit is old, then nothing is left
    service.tick("2027-01-10T00:00:00Z");
    assertThat(service.patientKeys()).isEmpty();
    assertThat(service.keys(PatientLedgerProcessor.TIMERS_STORE)).isEmpty();
  }

  @Test
  void anUndoneLinkBindsNothing() {
    // Given a link that stands when something else leaves, and is undone then
    service
        .fact(aVisit("V0").finalizedAt("2026-10-19T10:00:00Z").build())
        .fact(aVisit("V1").servedOn("2026-11-18").finalizedAt("2026-11-20T00:00:00Z").build())
        .fact(charge("601"))
        .fact(aLink("601", "V1", LINKED, "2026-11-20T09:00:00Z"))
        .tick("2026-11-22T00:00:00Z")
        .fact(aLink("601", "V1", UNLINKED, "2026-11-23T09:00:00Z"))
        .tick("2026-12-10T00:00:00Z");

    // Then the charge leaves by itself
    assertThat(service.patientKeys())
        .anyMatch(key -> key.contains("V1"))
        .noneMatch(key -> key.contains("601"));
  }

  @Test
  void aLinkToAVisitThatHasLeftHasNoEffect() {
    service
        .fact(aVisit("V1").build())
        .tick("2026-11-22T00:00:00Z")
        .tick("2026-12-10T00:00:00Z")
        .fact(
            aCharge("601")
                .in("B90")
                .servedOn("2026-12-09")
                .createdAt("2026-12-09T18:00:00Z")
                .build())
        .fact(aLink("601", "V1", LINKED, "2026-12-10T09:00:00Z"))
        .tick("2026-12-12T00:00:00Z");

    assertThat(board().state("billing:B90@2026-12-09")).isEqualTo("UNEXPECTED_CHARGE");
  }

  private Board board() {
    return Board.of(service);
  }
}
