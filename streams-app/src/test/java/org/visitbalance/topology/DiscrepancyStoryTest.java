package org.visitbalance.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.visitbalance.topology.Given.aCharge;
import static org.visitbalance.topology.Given.aVisit;
import static org.visitbalance.topology.Given.row;
import static org.visitbalance.topology.Given.settings;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.visitbalance.fact.NoCharge;
import org.visitbalance.fact.Visit;
import org.visitbalance.output.Discrepancy;
import org.visitbalance.output.Level;

/** A discrepancy is said when something about it changes, once, and never otherwise. */
class DiscrepancyStoryTest {
  private final Service service = new Service();

  @AfterEach
  void close() {
    service.close();
  }

  @Test
  void aDayThatGoesOutOfBalanceAgainIsANewOpening() {
    // Given a missing charge, so that its day was out of balance until it came
    service
        .fact(aVisit("V1").build())
        .tick("2026-11-06T00:00:00Z")
        .fact(aCharge("1").forVisit("V1").build());

    // When another day's tick has been read, and the charge moves to another location
    service.tick("2026-11-07T00:00:00Z").fact(charged("C02", "2026-11-07T00:00:00Z"));

    // Then the day is opened anew, under its old name
    List<Discrepancy> history =
        service.history("DAY").stream().filter(one -> one.getLocation().equals("C01")).toList();
    assertThat(history)
        .extracting(one -> one.getStatus() + " " + one.getOpenedAt() + " " + one.getResolvedAt())
        .containsExactly(
            "OPEN 2026-11-06T00:00:00Z null",
            "RESOLVED 2026-11-06T00:00:00Z 2026-11-06T00:00:00Z",
            "OPEN 2026-11-07T00:00:00Z null");
    assertThat(history).extracting(Discrepancy::getId).containsOnly(history.get(0).getId());
  }

  @Test
  void whatWasBilledThoughSuppressedIsWorthAllOfItsCharges() {
    // Given a visit that was not to be billed, and a line and a supply of it that are
    service
        .settings(
            settings()
                .setNonVisitCodes(List.of("A4595"))
                .setFees(Map.of("97110", 4_500L, "A4595", 2_495L))
                .build())
        .fact(Visit.newBuilder(aVisit("V1").build()).setNoCharge(NoCharge.DO_NOT_BILL).build())
        .fact(aCharge("1").forVisit("V1").units(2).build())
        .fact(aCharge("2").forVisit("V1").code("A4595").units(1).build())
        .fact(aCharge("3").forVisit("V1").removedAt("2026-11-05T00:00:00Z").build())
        .tick("2026-11-07T00:00:00Z");

    // Then it is worth all that stands, and no claim is due
    assertThat(service.history("BILLED_THOUGH_SUPPRESSED"))
        .singleElement()
        .satisfies(
            found -> {
              assertThat(found.getAmountCents()).isEqualTo(2 * 4_500 + 2_495);
              assertThat(found.getFileBy()).isNull();
            });
  }

  @Test
  void aChargeThatGoesFromOneVisitToAnotherLeavesTheirDayAsItWas() {
    // Given two visits of a day, one of which has no charge
    service
        .fact(aVisit("V1").build())
        .fact(aVisit("V2").build())
        .fact(aCharge("1").forVisit("V1").build())
        .tick("2026-11-06T00:00:00Z");
    service.said();

    // When the charge turns out to be the other one's
    service.fact(aCharge("1").forVisit("V2").updatedAt("2026-11-06T00:00:00Z").build());

    // Then nothing is said of the day, whose figures are what they were
    assertThat(service.said())
        .extracting(Service.Out::topic)
        .contains("balancing.visit-discrepancies")
        .doesNotContain("balancing.period-discrepancies", "balancing.balances");
  }

  @Test
  void aVisitDiscrepancyThatComesBackKeepsItsNameAndGetsANewOpening() {
    // Given a visit that is billed elsewhere, corrected, and billed elsewhere again
    service
        .tick("2026-11-04T19:00:00Z")
        .fact(aVisit("V1").build())
        .fact(charged("C02", "2026-11-04T18:00:00Z"))
        .tick("2026-11-05T00:00:00Z")
        .fact(charged("C01", "2026-11-05T00:00:00Z"))
        .tick("2026-11-06T00:00:00Z")
        .fact(charged("C02", "2026-11-06T00:00:00Z"));

    // Then its history says so, under one name
    List<Discrepancy> history = service.history("POSTED_ELSEWHERE");
    assertThat(history)
        .extracting(one -> one.getStatus() + " " + one.getOpenedAt() + " " + one.getResolvedAt())
        .containsExactly(
            "OPEN 2026-11-04T19:00:00Z null",
            "RESOLVED 2026-11-04T19:00:00Z 2026-11-05T00:00:00Z",
            "OPEN 2026-11-06T00:00:00Z null");
    assertThat(history).extracting(Discrepancy::getId).containsOnly(history.get(0).getId());
  }

  private static org.visitbalance.fact.Charge charged(String location, String updatedAt) {
    return aCharge("1").forVisit("V1").at(location).updatedAt(updatedAt).build();
  }

  @Test
  void aDayIsSaidAgainWhenItsDifferenceOrItsSeverityChanges() {
    // Given a day with a visit that is billed elsewhere
    service
        .tick("2026-11-04T19:00:00Z")
        .fact(aVisit("V1").build())
        .fact(charged("C02", "2026-11-04T18:00:00Z"));

    // When a visit that is fine joins it, and then one whose charge is missing
    service.fact(aVisit("V2").build()).fact(aCharge("2").forVisit("V2").build());
    service.fact(aVisit("V3").build()).tick("2026-11-05T17:00:00Z");

    // Then each of these changes was said, and nothing between them: the visits that come without
    // a charge make it two, until one of them has its charge
    List<Discrepancy> history =
        service.history("DAY").stream().filter(one -> one.getLocation().equals("C01")).toList();
    assertThat(history)
        .extracting(one -> one.getSeverity() + " " + one.getDifference())
        .containsExactly("LOW 1", "LOW 2", "LOW 1", "LOW 2", "HIGH 2");
    assertThat(history)
        .extracting(Discrepancy::getOpenedAt)
        .containsOnly(history.get(0).getOpenedAt());
  }

  @Test
  void anUnknownClinicIsSaidOnceForAllItsVisitsAndTakesTheirPlace() {
    // Given a company that maps C01 only
    Visit visit = aVisit("V1").at("C99").build();
    service
        .settings(settings().setLocations(List.of(row("C01", "DTN"))).build())
        .tick("2026-11-04T19:00:00Z")
        .fact(visit)
        .fact(aVisit("V2").of("P2").at("C99").finalizedAt("2026-11-05T10:00:00Z").build())
        .fact(aCharge("1").forVisit("V1").at("DTN").build());

    // Then the location is open, once, and the visit is not said to be posted elsewhere
    List<Discrepancy> history = service.history("MAPPING_MISSING");
    assertThat(history)
        .singleElement()
        .satisfies(
            one -> {
              assertThat(one.getLevel()).isEqualTo(Level.LOCATION);
              assertThat(one.getLocation()).isEqualTo("UNMAPPED:C99:11");
              assertThat(one.getDate()).isNull();
              assertThat(one.getOpenedAt()).isEqualTo("2026-11-04T19:00:00Z");
            });
    assertThat(service.history("POSTED_ELSEWHERE")).isEmpty();

    // When the clinic is mapped
    service
        .settings(settings().setLocations(List.of(row("C01", "DTN"), row("C99", "DTN"))).build())
        .tick("2026-11-05T00:00:00Z");

    // Then it is resolved, and the clinic's visits are where they belong
    assertThat(service.history("MAPPING_MISSING"))
        .hasSize(2)
        .last()
        .satisfies(one -> assertThat(one.getResolvedAt()).isEqualTo("2026-11-05T00:00:00Z"));
    assertThat(Board.of(service).dayLine("DTN", "2026-11-04")).isEqualTo("1 1 BALANCED");
    assertThat(Board.of(service).periods(org.visitbalance.output.Granularity.DAY))
        .containsExactly("DTN 2026-11-04", "DTN 2026-11-05");
  }

  @Test
  void aRepeatOfAFactSaysNothing() {
    // Given a day with a missing charge and one that is fine
    List<org.apache.avro.specific.SpecificRecord> facts =
        List.of(aVisit("V1").build(), aVisit("V2").build(), aCharge("2").forVisit("V2").build());
    service.facts(facts).tick("2026-11-06T00:00:00Z");
    service.said();

    // When all of it comes again
    service.facts(facts).tick("2026-11-06T00:00:00Z");

    // Then nothing is said
    assertThat(service.said()).isEmpty();
  }
}
