package org.visitbalance.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.visitbalance.topology.Given.aCharge;
import static org.visitbalance.topology.Given.aVisit;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What comes between two commits is evaluated once, before the second one")
final class CommitStoryTest {
  private static final String PRESENT = "2026-11-06T00:00:00Z";

  private final RestartedLedger ledger = new RestartedLedger(1000);

  @BeforeEach
  void reachThePresent() {
    ledger.settle(PRESENT).commit();
  }

  @Test
  void aChargeThatComesTogetherWithItsVisitWasNeverMissing() {
    ledger.fact(aVisit("V1").build()).fact(aCharge("1").forVisit("V1").build());
    assertThat(ledger.said()).isEmpty();

    ledger.commit();

    List<Service.Out> said = ledger.said();
    assertThat(said)
        .extracting(Service.Out::topic)
        .containsExactlyInAnyOrder(Topics.VISIT_SUMMARIES.name(), Topics.VISIT_IDS.name());
    assertThat(ledger.board().state("V1")).isEqualTo("MATCHED");
  }

  @Test
  void aTickEvaluatesWhatCameBeforeItAsOfTheTickBefore() {
    ledger.fact(aVisit("V1").build()).tick("2026-11-08T00:00:00Z");

    assertThat(Service.discrepancies(ledger.said()))
        .singleElement()
        .satisfies(one -> assertThat(one.getKind()).isEqualTo("MISSING_CHARGE"))
        .satisfies(one -> assertThat(one.getOpenedAt()).isEqualTo(PRESENT));
  }

  @Test
  void whatAFactMakesLeaveIsEvaluatedFirst() {
    ledger
        .fact(aVisit("V1").build())
        .fact(aVisit("V2").servedOn("2028-03-01").finalizedAt("2028-03-01T18:00:00Z").build())
        .commit();

    assertThat(Service.discrepancies(ledger.said()))
        .filteredOn(one -> one.getLeftAt() != null)
        .singleElement()
        .satisfies(one -> assertThat(one.getOpenedAt()).isEqualTo(PRESENT));
  }
}
