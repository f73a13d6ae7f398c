package org.visitbalance.fold;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.visitbalance.core.Engine;
import org.visitbalance.fact.Charge;
import org.visitbalance.fact.ChargeStatus;

/** Facts wait until they are evaluated; whoever sends the same again and again fills no memory. */
class WaitingFactsTest {
  private static final Instant NOON = Instant.parse("2026-11-04T12:00:00Z");
  private static final LocalDate DAY = LocalDate.of(2026, 11, 4);
  private static final int MORE_THAN_MAY_WAIT = 20_001;

  @Test
  void whatIsRepeatedMoreOftenThanMayWaitCountsOnce() {
    try (Fold fold = new Fold(Map.of(), NOON, "key", 2)) {
      for (int i = 0; i < MORE_THAN_MAY_WAIT; i++) {
        fold.add(charge("501"), NOON);
      }
      fold.add(charge("502"), NOON);

      assertThat(fold.counts().standing()).isEqualTo(1);
      assertThat(fold.judge().visits()).hasSize(1);
      assertThat(fold.counts())
          .isEqualTo(new Engine.Counts(MORE_THAN_MAY_WAIT + 1, 2, MORE_THAN_MAY_WAIT - 1, 0));
    }
  }

  private static Charge charge(String id) {
    return new Charge(
        "T1",
        id,
        NOON,
        id,
        null,
        ChargeStatus.ACTIVE,
        NOON,
        "P1",
        null,
        "B1",
        "DTN",
        DAY,
        NOON,
        DAY,
        "TH1",
        null,
        "97110",
        List.of(),
        2,
        null,
        null,
        null);
  }
}
