package org.visitbalance.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.visitbalance.topology.Given.aCharge;
import static org.visitbalance.topology.Given.aVisit;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.visitbalance.fact.Visit;
import org.visitbalance.fact.VisitLine;
import org.visitbalance.platform.registry.RegistryException;
import org.visitbalance.platform.registry.SchemaRegistry;
import org.visitbalance.platform.serde.AvroSerde;

/**
 * Facts that wait in the state: for the end of a rebuild, for their schema, or for one after the
 * other; large ones, too.
 */
class WaitingFactsStoryTest {
  private static final String MOMENT = "2026-11-08T12:00:00Z";
  private static final Instant PRESENT = Instant.parse("2026-11-10T00:00:00Z");
  private static final int LARGE = 1_000_000;

  /** Whether the registry does not answer when it is asked for the schema of visits. */
  private final AtomicBoolean isAway = new AtomicBoolean();

  private <T extends SpecificRecord> Serde<T> serde(Class<T> type) {
    Serde<T> plain = Service.serde(type);
    Deserializer<T> away =
        AvroSerde.of(
                type,
                (SchemaRegistry)
                    Proxy.newProxyInstance(
                        getClass().getClassLoader(),
                        new Class<?>[] {SchemaRegistry.class},
                        (proxy, method, args) -> {
                          throw new RegistryException("the registry does not answer");
                        }),
                Map.of())
            .deserializer();
    return Serdes.serdeFrom(
        plain.serializer(),
        (topic, bytes) ->
            isAway.get() && type.equals(Visit.class)
                ? away.deserialize(topic, new byte[] {0, 0, 0, 0, 1, 0})
                : plain.deserializer().deserialize(topic, bytes));
  }

  private Service service(@Nullable Rebuild from, int datesPerTick) {
    return new Service(
        PRESENT,
        TopologyOptions.RETENTION,
        datesPerTick,
        1,
        Stores::inMemoryKeyValueStore,
        from,
        this::serde);
  }

  private static Predecessor predecessor() {
    try (Service older = new Service()) {
      older.fact(aVisit("V1").build()).tick("2026-11-06T00:00:00Z").tick(MOMENT);
      return new Predecessor(older, MOMENT);
    }
  }

  /** As large as a visit can be. */
  private static Visit large(String visitId, String finalizedAt) {
    String modifier = "M".repeat(256);
    VisitLine line = new VisitLine("97110", Collections.nCopies(20, modifier), 1, true, null);
    Visit visit =
        Visit.newBuilder(aVisit(visitId).finalizedAt(finalizedAt).build())
            .setLines(Collections.nCopies(200, line))
            .build();
    assertThat(Service.bytes(visit)).hasSizeGreaterThan(LARGE);
    return visit;
  }

  private static List<String> waiting(Service service) {
    return service.keys(PatientLedgerProcessor.LEDGER_STORE).stream()
        .filter(key -> key.contains("waiting|") || key.contains("held|"))
        .toList();
  }

  @Test
  void aLargeFactWaitsForARebuildInChunks() {
    try (Service service = service(predecessor(), 2)) {
      // Given a visit as large as any, which came after the older program had stopped
      service.fact(aVisit("V1").build()).fact(large("V2", "2026-11-09T10:00:00Z"));
      assertThat(waiting(service)).hasSizeGreaterThan(2);

      // When all is rebuilt
      service.settle(PRESENT).lookAround();

      // Then it is there, and nothing waits
      assertThat(waiting(service)).isEmpty();
      service.settle(PRESENT.plus(Duration.ofDays(1)));
      assertThat(service.history("MISSING_CHARGE"))
          .singleElement()
          .satisfies(one -> assertThat(one.getDate()).hasToString("2026-11-09"))
          .satisfies(one -> assertThat(one.getUnits()).isEqualTo(200))
          .satisfies(one -> assertThat(one.getOpenedByRules()).isNull());
    }
  }

  @Test
  void aFactThatHasWaitedForARebuildWaitsOnForItsSchema() {
    try (Service service = service(predecessor(), 1_000)) {
      // Given a visit and its charge, which came after the older program had stopped
      service
          .fact(aVisit("V1").build())
          .fact(aVisit("V2").finalizedAt("2026-11-08T13:00:00Z").build())
          .fact(
              aCharge("2")
                  .forVisit("V2")
                  .servedOn("2026-11-08")
                  .createdAt("2026-11-08T14:00:00Z")
                  .build());

      // When the registry does not answer at the end of the rebuild
      isAway.set(true);
      service.tick(PRESENT).lookAround().tick(PRESENT).lookAround();

      // Then the charge is not called one without a visit
      assertThat(service.history("UNEXPECTED_CHARGE")).isEmpty();
      assertThat(waiting(service)).hasSize(1);

      // And once it answers, all is told
      isAway.set(false);
      service.wait(Duration.ofSeconds(2)).settle(PRESENT).lookAround();
      assertThat(waiting(service)).isEmpty();
      assertThat(service.history("UNEXPECTED_CHARGE")).isEmpty();
      assertThat(Board.of(service).dayLine("C01", "2026-11-08")).isEqualTo("1 1 BALANCED");
    }
  }

  @Test
  void aLargeRecordWaitsForItsSchemaInChunks() {
    try (Service service = service(null, 1_000)) {
      // Given a visit as large as any, while the registry does not answer
      isAway.set(true);
      service.fact(large("V2", "2026-11-09T10:00:00Z")).tick(PRESENT);
      assertThat(waiting(service)).hasSizeGreaterThan(2);
      assertThat(service.said()).isEmpty();

      // When it answers
      isAway.set(false);
      service.wait(Duration.ofSeconds(2)).settle(PRESENT);

      // Then the visit is there, and nothing waits
      assertThat(waiting(service)).isEmpty();
      assertThat(Board.of(service).dayLine("C01", "2026-11-09")).startsWith("1 0");
    }
  }

  @Test
  void whatHasWaitedIsTakenBitByBitAndWhatComesMeanwhileWaitsBehindIt() {
    try (Service service = service(predecessor(), 3)) {
      // Given ten visits of another day that wait
      service.fact(aVisit("V1").build());
      for (int i = 0; i < 10; i++) {
        service.fact(aVisit("W" + i).finalizedAt("2026-11-08T13:00:00Z").build());
      }
      int before = waiting(service).size();
      assertThat(before).isEqualTo(10);

      // When there is room for some of them in a tick
      service.tick(PRESENT).tick(PRESENT);
      int left = waiting(service).size();
      assertThat(left).isBetween(1, 9);

      // Then what comes meanwhile waits, too
      service.fact(aVisit("W10").finalizedAt("2026-11-09T13:00:00Z").build());
      assertThat(waiting(service)).hasSize(left + 1);

      // And all of it is taken
      service.settle(PRESENT).lookAround();
      assertThat(waiting(service)).isEmpty();
      assertThat(Board.of(service).dayLine("C01", "2026-11-08")).startsWith("10 0");
      assertThat(Board.of(service).dayLine("C01", "2026-11-09")).startsWith("1 0");
    }
  }
}
