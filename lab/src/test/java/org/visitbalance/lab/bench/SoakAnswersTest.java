package org.visitbalance.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A soak sees figures that are too low, too late, and too high. */
class SoakAnswersTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private final SoakAnswers answers = new SoakAnswers(Duration.ofSeconds(30));

  @Test
  void allVisitsInTimeAreWell() {
    answers.produced(10, 0);
    answers.produced(20, 5 * SECOND);

    assertThat(answers.seen(12, 6 * SECOND)).isNull();
    assertThat(answers.missing()).contains("12 of 20");
    assertThat(answers.seen(20, 7 * SECOND)).isNull();
    assertThat(answers.missing()).isNull();
    assertThat(answers.latest()).isEqualTo(6);
  }

  @Test
  void visitsThatNobodyProducedAreWrongAtOnce() {
    answers.produced(10, 0);

    assertThat(answers.seen(11, SECOND))
        .isEqualTo("answers have 11 visits, and only 10 were produced");
  }

  @Test
  void visitsThatDoNotComeAreWrongAfterAWhile() {
    answers.produced(10, 0);

    assertThat(answers.seen(9, 30 * SECOND)).isNull();
    assertThat(answers.seen(9, 31 * SECOND)).contains("9 of 10", "30 s ago");
  }

  @Test
  void visitsThatWereThereAndAreGoneAreMissingAtTheEnd() {
    answers.produced(10, 0);
    answers.seen(10, SECOND);
    answers.seen(8, 2 * SECOND);

    assertThat(answers.missing()).contains("8 of 10");
  }
}
