package org.visitbalance.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.visitbalance.topology.Given.aCharge;
import static org.visitbalance.topology.Given.aVisit;
import static org.visitbalance.topology.Given.settings;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.Test;
import org.visitbalance.output.Balance;
import org.visitbalance.output.Discrepancy;
import org.visitbalance.output.DiscrepancyStatus;
import org.visitbalance.output.Item;
import org.visitbalance.output.VisitIds;

/**
 * A new version of the program, with an empty state, on November 10. The older one stopped at noon
 * on November 8, with a missing charge open since November 6.
 */
class RebuildStoryTest {
  private static final String MOMENT = "2026-11-08T12:00:00Z";
  private static final Instant OPENED = Instant.parse("2026-11-06T00:00:00Z");
  private static final Instant PRESENT = Instant.parse("2026-11-10T00:00:00Z");

  private static void facts(Service service) {
    service
        .fact(aVisit("V1").build())
        .fact(aVisit("V2").build())
        .fact(aVisit("V3").build())
        .fact(aCharge("3").forVisit("V3").build())
        .tick(OPENED)
        .fact(aCharge("2").forVisit("V2").createdAt("2026-11-07T01:00:00Z").build())
        .tick(MOMENT);
  }

  private static Predecessor predecessor() {
    try (Service older = new Service()) {
      facts(older);
      return new Predecessor(older, MOMENT);
    }
  }

  private static Service rebuild(Rebuild from) {
    return rebuild(from, TopologyOptions.RETENTION);
  }

  private static Service rebuild(Rebuild from, Duration kept) {
    return new Service(PRESENT, kept, 1, 1, Stores::inMemoryKeyValueStore, from);
  }

  private static Service rebuilt(Rebuild from) {
    Service service = rebuild(from);
    facts(service);
    return service.settle(PRESENT).lookAround();
  }

  @Test
  void whatIsTheSameAsBeforeIsNotSaidAgain() {
    try (Service service = rebuilt(predecessor())) {
      assertThat(service.said()).isEmpty();
    }
  }

  @Test
  void theTicksOfAWaitForTheOlderInstanceAreHistory() {
    // Given an instance that started on November 6, and waited until the older one stopped
    try (Service service =
        new Service(
            OPENED,
            TopologyOptions.RETENTION,
            1,
            1,
            Stores::inMemoryKeyValueStore,
            predecessor())) {
      // When it reads what has come since
      facts(service);
      service.settle(PRESENT).lookAround();

      // Then it says nothing of days on which it was not at work
      assertThat(service.said()).isEmpty();
    }
  }

  @Test
  void whatStandsKeepsItsOpeningAlsoWhenItChangesLater() {
    try (Service service = rebuilt(predecessor())) {
      service.fact(aCharge("1").forVisit("V1").createdAt("2026-11-10T01:00:00Z").build());
      service.lookAround();

      assertThat(service.history("MISSING_CHARGE"))
          .singleElement()
          .satisfies(one -> assertThat(one.getStatus()).isEqualTo(DiscrepancyStatus.RESOLVED))
          .satisfies(one -> assertThat(one.getOpenedAt()).isEqualTo(OPENED));
      assertThat(service.history("DAY"))
          .singleElement()
          .satisfies(one -> assertThat(one.getStatus()).isEqualTo(DiscrepancyStatus.RESOLVED))
          .satisfies(one -> assertThat(one.getOpenedAt()).isEqualTo(OPENED));
      assertThat(Board.of(service).dayLine("C01", "2026-11-04")).isEqualTo("3 1 EXPLAINED");
    }
  }

  @Test
  void whatIsNewIsMarkedAndWhatNoLongerHoldsIsOver() {
    // Given an older program that did not know missing charges, but something else
    Predecessor from = predecessor();
    Discrepancy missing =
        (Discrepancy) from.table(Topics.VISIT_DISCREPANCIES).values().iterator().next();
    Item item =
        from.table(Topics.ITEMS).values().stream().map(Item.class::cast).findFirst().orElseThrow();
    Balance balance = (Balance) from.table(Topics.BALANCES).values().iterator().next();
    from.without(Topics.VISIT_DISCREPANCIES, any -> true)
        .without(Topics.PERIOD_DISCREPANCIES, any -> true)
        .with(
            Topics.VISIT_DISCREPANCIES,
            "D9",
            Discrepancy.newBuilder(missing).setId("D9").setKind("NOT_SENT").build())
        .with(Topics.ITEMS, "T1|C01|DAY|2026-11-04|DIFFERENCE|none", item)
        .with(
            Topics.BALANCES,
            "T1|C77|DAY|2026-11-04",
            Balance.newBuilder(balance).setLocation("C77").build());

    // When the new one judges the same
    try (Service service = rebuilt(from)) {
      List<Service.Out> said = service.said();

      // Then both are said, and nothing else
      assertThat(said)
          .extracting(out -> out.topic() + " " + (out.value() == null ? out.key() : ""))
          .containsExactlyInAnyOrder(
              "balancing.balances T1|C77|DAY|2026-11-04",
              "balancing.items T1|C01|DAY|2026-11-04|DIFFERENCE|none",
              "balancing.period-discrepancies ",
              "balancing.visit-discrepancies ",
              "balancing.visit-discrepancies ");
      assertThat(service.history("MISSING_CHARGE"))
          .singleElement()
          .satisfies(one -> assertThat(one.getOpenedByRules()).isTrue())
          .satisfies(one -> assertThat(one.getOpenedAt()).isEqualTo(Instant.parse(MOMENT)));
      assertThat(service.history("DAY"))
          .singleElement()
          .satisfies(one -> assertThat(one.getOpenedByRules()).isTrue());
      assertThat(service.history("NOT_SENT"))
          .singleElement()
          .satisfies(one -> assertThat(one.getStatus()).isEqualTo(DiscrepancyStatus.RESOLVED))
          .satisfies(one -> assertThat(one.getOpenedByRules()).isNull());

      // And the mark stays until it is over, and not longer
      service.fact(aCharge("1").forVisit("V1").createdAt("2026-11-10T01:00:00Z").build());
      assertThat(service.history("MISSING_CHARGE"))
          .hasSize(2)
          .allSatisfy(one -> assertThat(one.getOpenedByRules()).isTrue());
      service.fact(
          aCharge("1")
              .forVisit("V1")
              .createdAt("2026-11-10T01:00:00Z")
              .removedAt("2026-11-10T02:00:00Z")
              .build());
      service.settle(PRESENT.plusSeconds(86_400 * 3));
      assertThat(service.history("CHARGES_REMOVED"))
          .isNotEmpty()
          .allSatisfy(one -> assertThat(one.getOpenedByRules()).isNull());
    }
  }

  @Test
  void nothingWasOpenedLaterThanNow() {
    // Given an older program whose time a wrong clock had moved
    Predecessor from = predecessor();
    for (Topic<?> topic : List.of(Topics.VISIT_DISCREPANCIES, Topics.PERIOD_DISCREPANCIES)) {
      Map.copyOf(from.table(topic))
          .forEach(
              (key, value) ->
                  from.with(
                      topic,
                      key,
                      Discrepancy.newBuilder((Discrepancy) value)
                          .setOpenedAt(PRESENT.plusSeconds(86_400 * 500))
                          .build()));
    }

    // When it is rebuilt
    try (Service service = rebuilt(from)) {
      // Then both openings are corrected, and neither is an opening of the rules
      for (String kind : List.of("MISSING_CHARGE", "DAY")) {
        assertThat(service.history(kind))
            .singleElement()
            .satisfies(one -> assertThat(one.getOpenedAt()).isEqualTo(PRESENT))
            .satisfies(one -> assertThat(one.getStatus()).isEqualTo(DiscrepancyStatus.OPEN))
            .satisfies(one -> assertThat(one.getOpenedByRules()).isNull());
      }
    }
  }

  @Test
  void whatWasReportedOfVisitsThatHaveLeftIsMarkedAlsoIfItNoLongerHolds() {
    // Given an older program that knew something else of a visit, and a visit that is unknown now
    Predecessor from;
    try (Service older = new Service()) {
      older.fact(aVisit("V1").build()).tick(OPENED).tick(MOMENT);
      from = new Predecessor(older, MOMENT);
    }
    Discrepancy missing =
        (Discrepancy) from.table(Topics.VISIT_DISCREPANCIES).values().iterator().next();
    Discrepancy.Builder other = Discrepancy.newBuilder(missing).setKind("NOT_SENT");
    String token = "NOBODYKNOWSTHISTOKEN";
    from.with(Topics.VISIT_DISCREPANCIES, "D9", other.setId("D9").build())
        .with(
            Topics.VISIT_DISCREPANCIES,
            "D8",
            other.setId("D8").setVisit(token).setKind("HELD").build())
        .with(
            Topics.VISIT_DISCREPANCIES,
            "D7",
            other.setId("D7").setKind("UNITS_ADDED").setLeftAt(OPENED).build())
        .with(Topics.VISIT_IDS, "T1|" + token, new VisitIds("T1", token, "P1", "V0", null, null));

    // When it is rebuilt, and November 4 is older than what is kept
    try (Service service = rebuild(from, Duration.ofDays(0))) {
      service.fact(aVisit("V1").build()).settle(PRESENT).lookAround();

      // Then all of it is marked once, and none of it is over
      List<Discrepancy> said =
          service.said(Topics.VISIT_DISCREPANCIES).stream()
              .map(out -> (Discrepancy) out.value())
              .toList();
      assertThat(said)
          .extracting(Discrepancy::getKind)
          .containsExactlyInAnyOrder("MISSING_CHARGE", "NOT_SENT", "HELD");
      assertThat(said)
          .allSatisfy(one -> assertThat(one.getStatus()).isEqualTo(DiscrepancyStatus.OPEN))
          .allSatisfy(one -> assertThat(one.getOpenedAt()).isEqualTo(OPENED))
          .allSatisfy(one -> assertThat(one.getLeftAt()).isNotNull())
          .allSatisfy(one -> assertThat(one.getOpenedByRules()).isNull());
    }
  }

  @Test
  void whatCameAfterItStoppedIsToldAsAlways() {
    // Given a charge, a visit and settings that came after the older program had stopped
    Predecessor from = predecessor();
    try (Service service = rebuild(from)) {
      facts(service);
      service
          .fact(aVisit("V4").finalizedAt("2026-11-08T13:00:00Z").build())
          .fact(aCharge("1").forVisit("V1").createdAt("2026-11-08T14:00:00Z").build());

      // When it is rebuilt
      service.settle(PRESENT).lookAround();

      // Then what they change is told, without a mark
      assertThat(service.history("MISSING_CHARGE"))
          .extracting(one -> one.getDate() + " " + one.getStatus() + " " + one.getOpenedByRules())
          .containsExactlyInAnyOrder("2026-11-04 RESOLVED null", "2026-11-08 OPEN null");
      assertThat(service.history("DAY"))
          .extracting(one -> one.getDate() + " " + one.getStatus() + " " + one.getOpenedByRules())
          .containsExactlyInAnyOrder("2026-11-04 RESOLVED null", "2026-11-08 OPEN null");
      assertThat(Board.of(service).dayLine("C01", "2026-11-08")).isEqualTo("1 1 OUT_OF_BALANCE");
    }
  }

  @Test
  void itJudgesByTheSettingsOfThenAndTellsWhatNewOnesChange() {
    Predecessor from = predecessor();
    try (Service service = rebuild(from)) {
      // Given a longer patience, which came after the older program had stopped
      service.settings(
          settings().setMissingAfter("P30D").build(), Instant.parse("2026-11-09T00:00:00Z"));
      facts(service);

      // When it is rebuilt
      service.settle(PRESENT).lookAround();

      // Then the end is that of an opening that was told
      assertThat(service.history("MISSING_CHARGE"))
          .singleElement()
          .satisfies(one -> assertThat(one.getStatus()).isEqualTo(DiscrepancyStatus.RESOLVED))
          .satisfies(one -> assertThat(one.getOpenedAt()).isEqualTo(OPENED));
    }
  }

  @Test
  void theBooksSayNothingBeforeAllOfItIsJudged() {
    // Given an older program that counted nothing
    Predecessor from = predecessor().without(Topics.BALANCES, any -> true);
    try (Service service = rebuild(from)) {
      facts(service);
      List<String> lines = new ArrayList<>();
      Consumer<Service> look =
          one ->
              one.said(Topics.BALANCES)
                  .forEach(out -> lines.add(Board.line((Balance) out.value())));

      // When only a part of it is judged
      service.tick(PRESENT).lookAround();
      look.accept(service);
      assertThat(lines).isEmpty();
      service.settle(PRESENT);
      look.accept(service);
      assertThat(lines).isEmpty();

      // Then each balance is said once, when it is whole
      service.lookAround();
      look.accept(service);
      assertThat(lines).hasSize(4).doesNotContain("1 0 OUT_OF_BALANCE", "2 1 OUT_OF_BALANCE");
      assertThat(Board.of(service).dayLine("C01", "2026-11-04")).isEqualTo("3 1 OUT_OF_BALANCE");
    }
  }
}
