package org.visitbalance.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class HurryingClockTest {
  private static final Instant MORNING = Instant.parse("2026-11-10T12:00:00Z");
  private static final Duration STEP = Duration.ofMillis(100);

  private final HurryingClock clock = new HurryingClock(MORNING, 600);

  @Test
  void goesAtItsSpeedWhileSomethingHappens() {
    Instant soon = MORNING.plus(Duration.ofMinutes(20));

    assertThat(clock.advance(STEP, soon)).isEqualTo(MORNING.plusSeconds(60));
    assertThat(clock.advance(STEP, soon)).isEqualTo(MORNING.plusSeconds(120));
  }

  @Test
  void hurriesThroughTheNightButNotPastTheMorning() {
    Instant nextMorning = MORNING.plus(Duration.ofHours(14));

    assertThat(clock.advance(STEP, nextMorning)).isEqualTo(MORNING.plusSeconds(12 * 60));
    for (int step = 0; clock.instant().isBefore(nextMorning); step++) {
      clock.advance(STEP, nextMorning);
      assertThat(step).isLessThan(140);
    }
    assertThat(clock.instant()).isBeforeOrEqualTo(nextMorning.plusSeconds(60));
  }

  @Test
  void whatAMachineSleptThroughDidNotHappen() {
    Instant soon = MORNING.plusSeconds(10);

    assertThat(clock.advance(Duration.ofHours(3), soon)).isEqualTo(MORNING.plusSeconds(600));
  }

  @Test
  void standsWhereNoTimePasses() {
    assertThat(clock.advance(Duration.ZERO, MORNING.plusSeconds(1))).isEqualTo(MORNING);
    assertThat(clock.advance(Duration.ZERO, MORNING.plus(Duration.ofDays(2)))).isEqualTo(MORNING);
  }
}
