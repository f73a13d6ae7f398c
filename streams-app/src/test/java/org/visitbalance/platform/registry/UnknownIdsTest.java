package org.visitbalance.platform.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How long, and how often, a registry is asked for ids that it does not know. */
class UnknownIdsTest {
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private long now = 1_000_000;
  private int questions;
  private final UnknownIds ids = new UnknownIds(PATIENCE, () -> now);

  private void after(Duration time) {
    now += time.toNanos();
  }

  /** Asks a registry that knows nothing; says whether the answer is final. */
  private boolean isFinal(int id) {
    try {
      ids.requireWorthAsking(id);
      questions++;
    } catch (RegistryRefusedException e) {
      return true;
    } catch (SchemaNotYetKnownException e) {
      return false;
    }
    return ids.unknown(id) instanceof RegistryRefusedException;
  }

  private boolean isLikely(int id) {
    try {
      ids.requireWorthAsking(id);
    } catch (SchemaNotYetKnownException e) {
      return e.isLikely();
    }
    return ids.unknown(id) instanceof SchemaNotYetKnownException e && e.isLikely();
  }

  @Test
  void itIsAskedNowAndThenUntilThePatienceIsOver() {
    for (int i = 0; i < 299; i++) {
      assertThat(isFinal(7)).isFalse();
      after(Duration.ofSeconds(1));
    }
    after(Duration.ofSeconds(1));

    assertThat(isFinal(7)).isTrue();
    assertThat(questions).isBetween(15, 40);
  }

  @Test
  void theFinalAnswerIsRememberedForAnHourAndStaysFinal() {
    assertThat(isFinal(7)).isFalse();
    after(PATIENCE);
    assertThat(isFinal(7)).isTrue();
    questions = 0;

    after(Duration.ofMinutes(59));
    assertThat(isFinal(7)).isTrue();
    assertThat(questions).isZero();
    after(Duration.ofMinutes(2));
    assertThat(isFinal(7)).isTrue();
    assertThat(questions).isEqualTo(1);
  }

  @Test
  void thousandsOfThemAreAskedForAFewASecondAndNobodyWaitsForThem() {
    int likely = 0;
    for (int id = 1; id <= 3_000; id++) {
      isFinal(id);
    }
    assertThat(questions).isLessThanOrEqualTo(101);
    after(Duration.ofSeconds(2));
    for (int id = 1; id <= 3_000; id++) {
      likely += isLikely(id) ? 1 : 0;
    }
    assertThat(likely).isZero();

    // Each of them has its answer in the end.
    for (int second = 0; second < 400; second++) {
      after(Duration.ofSeconds(1));
      for (int id = 1; id <= 3_000; id++) {
        isFinal(id);
      }
    }
    for (int id = 1; id <= 3_000; id++) {
      assertThat(isFinal(id)).isTrue();
    }
  }

  @Test
  void whatWasNeverAskedForIsNotSaidToBeUnknown() {
    for (int id = 1; id <= 3_000; id++) {
      isFinal(id);
    }

    assertThat(isUnasked(50)).isFalse();
    assertThat(isUnasked(2_999)).isTrue();
    assertThat(isUnasked(4_000)).isTrue();
    after(Duration.ofSeconds(1));
    assertThat(isUnasked(4_000)).isFalse();
  }

  @Test
  void whatARegistryHasProbablyAssignedIsAskedForAtOnceHoweverManyOthersAreUnknown() {
    ids.known(40);
    for (int i = 0; i < 3_000; i++) {
      isFinal(1_000_000 + i);
    }

    assertThat(isUnasked(2_000_000)).isTrue();
    assertThat(isUnasked(-1)).isTrue();
    assertThat(isUnasked(41)).isFalse();
    assertThat(isUnasked(17)).isFalse();
  }

  private boolean isUnasked(int id) {
    try {
      ids.requireWorthAsking(id);
      return false;
    } catch (SchemaNotYetKnownException e) {
      return e.isUnasked();
    }
  }

  @Test
  void nobodyWaitsForAnIdThatARegistryWouldNotGiveNext() {
    ids.known(40);

    assertThat(isLikely(41)).isTrue();
    assertThat(isLikely(1_000_000)).isFalse();
    assertThat(ids.trouble()).contains("schema 41 and 1 others");
  }

  @Test
  void newUnknownIdsAgainAndAgainAreWaitedForOncePerHour() {
    ids.known(40);
    for (int minute = 0; minute < 60; minute++) {
      assertThat(isLikely(41 + minute)).as("minute %d", minute).isEqualTo(minute < 5);
      after(Duration.ofMinutes(1));
    }
    assertThat(isLikely(200)).isTrue();
  }

  @Test
  void oneThatComesMakesTheOthersLikelyAgain() {
    ids.known(40);
    assertThat(isLikely(41)).isTrue();
    after(Duration.ofMinutes(4));
    assertThat(isLikely(42)).isTrue();
    after(Duration.ofMinutes(2));
    assertThat(isLikely(43)).isFalse();

    ids.known(42);

    assertThat(isLikely(44)).isTrue();
    assertThatThrownBy(
            () -> {
              after(PATIENCE);
              throw ids.unknown(44);
            })
        .isInstanceOf(RegistryRefusedException.class)
        .hasMessageContaining("300 s");
  }
}
