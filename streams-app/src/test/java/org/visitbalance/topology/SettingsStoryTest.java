package org.visitbalance.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.visitbalance.topology.Given.aCharge;
import static org.visitbalance.topology.Given.aVisit;
import static org.visitbalance.topology.Given.cap;
import static org.visitbalance.topology.Given.row;
import static org.visitbalance.topology.Given.settings;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.visitbalance.output.CapProposal;
import org.visitbalance.output.Granularity;
import org.visitbalance.output.UnitVariance;
import org.visitbalance.settings.LocationRow;
import org.visitbalance.settings.Settings;

/** Other settings judge again what they touch, one date a tick here, while the service runs. */
class SettingsStoryTest {
  private static final Instant NOW = Instant.parse("2026-11-06T00:00:00Z");

  private final Service service = new Service(Instant.EPOCH, TopologyOptions.RETENTION, 1);

  @AfterEach
  void close() {
    service.close();
  }

  private Board under(Settings.Builder document) {
    service.settings(document.build()).settle(NOW);
    return Board.of(service);
  }

  @Test
  void morePatienceTakesBackWhatWasCalledMissingStepByStep() {
    // Given charges of three patients that are missing after a day
    for (String patient : List.of("P1", "P2", "P3")) {
      service.fact(aVisit("V1").of(patient).build());
    }
    service.settle(NOW);
    assertThat(Board.of(service).open()).hasSize(4);

    // When the company grants them a week, then each tick takes back one
    service.settings(settings().setMissingAfter("P7D").build());
    assertThat(service.said()).isEmpty();
    service.tick(NOW);
    assertThat(Board.of(service).open()).hasSize(3);
    service.tick(NOW);
    assertThat(Board.of(service).open()).hasSize(2);
    service.tick(NOW);
    assertThat(Board.of(service).open()).isEmpty();

    // And the week is waited for
    service.settle(Instant.parse("2026-11-11T16:59:59Z"));
    assertThat(Board.of(service).open()).isEmpty();
    service.settle(Instant.parse("2026-11-11T17:00:00Z"));
    assertThat(Board.of(service).open()).hasSize(4);
  }

  @Test
  void howMuchOfItIsAppliedIsTold() {
    for (String patient : List.of("P1", "P2", "P3")) {
      service.fact(aVisit("V1").of(patient).build());
    }
    service.settle(NOW);
    assertThat(service.applied()).isNotEmpty().allMatch(AppliedSettings::isDone);
    service.applied().clear();

    service.settings(settings().setMissingAfter("P7D").build());
    service.tick(NOW).tick(NOW);
    assertThat(service.applied())
        .extracting(AppliedSettings::done, AppliedSettings::total)
        .containsExactly(tuple(1L, 3L), tuple(2L, 3L));
    service.settle(NOW);
    assertThat(service.applied()).last().matches(AppliedSettings::isDone);
    assertThat(service.applied()).extracting(AppliedSettings::sentAt).doesNotContain(Instant.EPOCH);
    int heard = service.applied().size();
    service.tick(NOW);
    assertThat(service.applied()).hasSize(heard);
  }

  @Test
  void anotherMappingMovesAllBalances() {
    // Given a clinic that is its own location
    service
        .fact(aVisit("V1").build())
        .fact(aCharge("1").forVisit("V1").at("DTN").build())
        .settle(NOW);
    assertThat(Board.of(service).periods(Granularity.DAY))
        .containsExactly("C01 2026-11-04", "DTN 2026-11-04");

    // When it is mapped to where it bills
    Board board = under(settings().setLocations(List.of(row("C01", "DTN"))));

    // Then it balances there
    assertThat(board.periods(Granularity.DAY)).containsExactly("DTN 2026-11-04");
    assertThat(board.dayLine("DTN", "2026-11-04")).isEqualTo("1 1 BALANCED");
    assertThat(board.open()).isEmpty();
  }

  @Test
  void namesJudgeNothingAgain() {
    // Given visits of three patients, at a clinic without a name
    service.settings(settings().setLocations(List.of(row("C01", "DTN"))).build());
    for (String patient : List.of("P1", "P2", "P3")) {
      service.fact(aVisit("V1").of(patient).build());
    }
    service.settle(NOW);

    // When the clinic, its region, the payer and the therapist get names
    LocationRow named =
        LocationRow.newBuilder(row("C01", "DTN")).setName("Downtown").setGroup("North").build();
    service.settings(
        settings()
            .setLocations(List.of(named))
            .setPayerNames(Map.of("BCBS", "Blue Cross"))
            .setTherapistNames(Map.of("TH1", "Pat Lee"))
            .build());

    // Then there is nothing to judge again
    assertThat(service.tick(NOW).isSettled()).isTrue();

    // But there is where the clinic bills elsewhere
    service.settings(settings().setLocations(List.of(row("C01", "ELSE"))).build());
    assertThat(service.tick(NOW).isSettled()).isFalse();
  }

  @Test
  void otherPseudoCodesPutChargesWhereTheyBelongNow() {
    // Given a charge without a visit id that goes with the co-pay of its billing visit, once the
    // co-pay is no pseudo code
    service
        .fact(aVisit("V1").by("TH7").build())
        .fact(aCharge("1").in("B1").servedOn("2026-11-03").build())
        .fact(aCharge("2").in("B1").forVisit("V1").code("COPAY").units(1).build())
        .settle(NOW);
    assertThat(Board.of(service).state("V1")).isEqualTo("MISSING_CHARGE");
    assertThat(Board.of(service).open()).contains("UNEXPECTED_CHARGE C01 2026-11-04");

    // When the company says that it has no pseudo codes
    Board board = under(settings().setPseudoCodes(List.of()));

    // Then both charges are the visit's
    assertThat(board.state("V1")).isEqualTo("MATCHED");
    assertThat(board.dayLine("C01", "2026-11-04")).isEqualTo("1 1 BALANCED");
    assertThat(board.visits()).hasSize(1);

    // And back again
    board = under(settings());
    assertThat(board.state("V1")).isEqualTo("MISSING_CHARGE");
    assertThat(board.open()).contains("UNEXPECTED_CHARGE C01 2026-11-04");
  }

  @Test
  void aPayersRuleExplainsTheUnitsThatItScrubsAndTakesTheProposalBack() {
    // Given twenty visits of a payer who pays one unit of two
    for (int i = 0; i < 20; i++) {
      service
          .fact(aVisit("V1").of("P" + i).paidBy("BCBS").build())
          .fact(aCharge("1").of("P" + i).forVisit("V1").units(1).build());
    }
    service.settle(NOW);
    assertThat(service.tables().values(Topics.CAP_PROPOSALS))
        .containsExactly(new CapProposal("T1", "BCBS", "97110", "2026-11", 1L, 20L));
    assertThat(service.tables().values(Topics.UNIT_VARIANCES))
        .hasSize(20)
        .allSatisfy(one -> assertThat(one.getUnexplained()).isEqualTo(1));

    // When the company adopts the rule
    Board board = under(settings().setPayerRules(List.of(cap("BCBS", "97110", 1))));

    // Then it explains them all, and nobody proposes it again
    assertThat(service.tables().values(Topics.UNIT_VARIANCES))
        .hasSize(20)
        .extracting(UnitVariance::getRule)
        .containsOnly("CODE_CAP");
    assertThat(service.tables().values(Topics.CAP_PROPOSALS)).isEmpty();
    assertThat(board.open()).isEmpty();

    // And a rule that says something else does not take its place
    board = under(settings().setPayerRules(List.of(cap("BCBS", "97110", 3))));
    assertThat(service.tables().values(Topics.CAP_PROPOSALS)).hasSize(1);
    assertThat(board.open()).hasSize(20).containsOnly("SCRUBBED_UNEXPLAINED C01 2026-11-04");
  }

  @Test
  void anotherFirstDayOfTheWeekMovesTheWeeks() {
    // Given visits of a Saturday and a Sunday
    service
        .fact(aVisit("V1").finalizedAt("2026-10-31T10:00:00Z").build())
        .fact(aVisit("V2").finalizedAt("2026-11-01T10:00:00Z").build())
        .settle(NOW);
    assertThat(Board.of(service).periods(Granularity.WEEK)).containsExactly("C01 2026-10-26");

    // When the week starts on Sunday
    Board board = under(settings().setWeekStartsOn("SUNDAY"));

    // Then they are of two weeks; days and months are what they were
    assertThat(board.periods(Granularity.WEEK)).containsExactly("C01 2026-10-25", "C01 2026-11-01");
    assertThat(Board.line(board.balance("C01", Granularity.WEEK, "2026-10-25")))
        .isEqualTo("1 0 OUT_OF_BALANCE");
    assertThat(board.periods(Granularity.MONTH))
        .containsExactly("C01 2026-10-01", "C01 2026-11-01");
    assertThat(service.history("DAY")).hasSize(2);
  }

  @Test
  void settingsThatCannotBeUsedLeaveTheOldOnesInForce() {
    // Given a company that grants a week
    service
        .settings(settings().setMissingAfter("P7D").build())
        .fact(aVisit("V1").build())
        .settle(NOW);
    service.said();

    // When it sends documents that cannot be used
    service
        .settings(settings().setZone("Atlantis/Capital").build())
        .settings(settings().setMissingAfter("a day").build())
        .settings(settings().setHeldWithin("-P1D").build())
        .settings(settings().setEscalateAfter("P99999D").build())
        .settings(settings().setWeekStartsOn("NEVER").build())
        .settings(settings().setPayerRules(List.of(cap("BCBS", "97110", -1))).build())
        .settings(settings().setTenant(" ").build())
        .send(Topics.SETTINGS, "T1", aVisit("V1").build())
        .send(Topics.SETTINGS, "T2", settings().build())
        .raw(Topics.SETTINGS, "T1".getBytes(StandardCharsets.UTF_8), null)
        .raw(Topics.SETTINGS, null, Service.bytes(settings().build()))
        .settle(NOW);

    // Then each of them is a dead letter, once, and nothing else is said
    service.settle(NOW);
    assertThat(service.said())
        .hasSize(11)
        .allSatisfy(out -> assertThat(out.topic()).isEqualTo("balancing.dead-letters"));
    assertThat(service.tables().deadLetters())
        .allSatisfy(
            letter -> {
              assertThat(letter.getSource()).isEqualTo("balancing.settings");
              assertThat(letter.getReason()).doesNotContain("Atlantis", "NEVER", "a day");
            })
        .extracting(letter -> letter.getPosition())
        .containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L, 11L);
    assertThat(Board.of(service).state("V1")).isEqualTo("AWAITING_CHARGE");
  }

  @Test
  void ofDocumentsInSeveralPartitionsTheLastOneAppendedIsInForce() {
    // Given a company that granted a week on the second, and a day on the third
    Instant second = Instant.parse("2026-11-02T00:00:00Z");
    Instant third = Instant.parse("2026-11-03T00:00:00Z");
    service.fact(aVisit("V1").build());

    // When the later document is read first, as it may be from another partition
    service
        .settings(settings().setMissingAfter("P1D").build(), third)
        .settings(settings().setMissingAfter("P7D").build(), second)
        .settle(NOW);

    // Then the later document is in force
    assertThat(Board.of(service).state("V1")).isEqualTo("MISSING_CHARGE");
  }
}
