package org.visitbalance.query.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** A catch-up says how much is done and when the rest will be. */
class CatchUpTest {
  private static final Instant BEGUN = Instant.parse("2026-11-04T12:00:00Z");
  private final CatchUp catchUp = new CatchUp();

  private Progress look(int second, long unread, long lag, long read, long stored, long sent) {
    return catchUp.look(
        BEGUN.plusSeconds(second), new CatchUp.Place(unread, lag, read, stored, sent));
  }

  @Test
  void whoIsCurrentCatchesUpWithNothing() {
    assertThat(look(0, 0, 20, 1_000, 5_000, 5_020)).isNull();
  }

  @Test
  void whatIsStillToBeMadeOfTheUnreadFactsIsToBeReadToo() {
    assertThat(look(0, 10_000, 10_000, 0, 0, 10_000).percent()).isZero();
    // Half of the facts are read, with two outputs for each; the tables have read 10,000 of 20,000.
    Progress progress = look(10, 5_000, 10_000, 5_000, 10_000, 20_000);

    assertThat(progress.work()).isEqualTo(Progress.Work.CATCHING_UP);
    assertThat(progress.since()).isEqualTo(BEGUN);
    assertThat(progress.percent()).isEqualTo(37);
    assertThat(Duration.between(BEGUN, progress.doneAt()).toSeconds()).isEqualTo(26);
  }

  @Test
  void itNeverGoesBackAndEndsWhenLittleIsLeft() {
    look(0, 10_000, 0, 0, 0, 0);
    int before = look(10, 5_000, 0, 5_000, 5_000, 5_000).percent();

    assertThat(look(11, 5_000, 20_000, 5_001, 5_000, 25_000).percent()).isEqualTo(before);
    assertThat(look(20, 0, 600, 10_000, 29_000, 30_000)).isNotNull();
    assertThat(look(21, 0, 400, 10_000, 29_600, 30_000)).isNull();
  }
}
