package org.visitbalance.query.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** What stands is seen, however much is left and whatever else moves. */
class StandstillTest {
  private static final Instant BEGUN = Instant.parse("2026-11-04T12:00:00Z");
  private static final TopicPartition VISITS_0 = new TopicPartition("emr.visits", 0);
  private static final TopicPartition CHARGES_0 = new TopicPartition("billing.charges", 0);
  private static final TopicPartition VISITS_1 = new TopicPartition("emr.visits", 1);
  private static final TopicPartition TABLE = new TopicPartition("balancing.visits", 0);
  private final Standstill standstill = new Standstill();

  private Instant look(int second, Map<TopicPartition, Long> read, Map<TopicPartition, Long> ends) {
    return standstill.look(BEGUN.plusSeconds(second), 500, read, ends, Map.of(), Map.of());
  }

  @Test
  void aCatchUpInWhichNothingMovesStandsSinceItWasFirstSeen() {
    Map<TopicPartition, Long> ends = Map.of(VISITS_0, 9_000L, VISITS_1, 9_000L);

    assertThat(look(0, Map.of(), ends)).isEqualTo(BEGUN);
    assertThat(look(900, Map.of(), ends)).isEqualTo(BEGUN);
  }

  @Test
  void oneThatMovesDoesNot() {
    Map<TopicPartition, Long> ends = Map.of(VISITS_0, 9_000L, VISITS_1, 9_000L);
    look(0, Map.of(), ends);

    assertThat(look(900, Map.of(VISITS_0, 10L, VISITS_1, 1L), ends))
        .isEqualTo(BEGUN.plusSeconds(900));
  }

  @Test
  void whatGoesOnInOnePartitionDoesNotHideThatAnotherPilesUp() {
    look(0, Map.of(), Map.of(VISITS_0, 9_000L, VISITS_1, 0L));

    assertThat(look(900, Map.of(VISITS_0, 9_000L), Map.of(VISITS_0, 9_000L, VISITS_1, 499L)))
        .isNull();
    assertThat(look(910, Map.of(VISITS_0, 9_900L), Map.of(VISITS_0, 9_900L, VISITS_1, 9_000L)))
        .isEqualTo(BEGUN);
  }

  @Test
  void topicsThatWaitForOlderRecordsOfAnotherDoNotStand() {
    Map<TopicPartition, Long> ends = Map.of(VISITS_0, 9_000L, CHARGES_0, 9_000L);
    look(0, Map.of(), ends);

    assertThat(look(900, Map.of(VISITS_0, 10L), ends)).isEqualTo(BEGUN.plusSeconds(900));
  }

  @Test
  void tablesThatTakeNothingStandAlthoughTheTopologyGoesOn() {
    for (int second : new int[] {0, 900}) {
      assertThat(
              standstill.look(
                  BEGUN.plusSeconds(second),
                  500,
                  Map.of(VISITS_0, (long) second),
                  Map.of(VISITS_0, 9_000L),
                  Map.of(TABLE, 7L),
                  Map.of(TABLE, 6_000L + second)))
          .isEqualTo(BEGUN);
    }
  }
}
