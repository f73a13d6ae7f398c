package org.visitbalance.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HeapCheckTest {
  private static final long MB = 1 << 20;

  @Test
  void aYoungGenerationThatTakesMostOfASmallHeapIsSaidWithWhatToDo() {
    assertThat(HeapCheck.problem(500 * MB, 100 * MB))
        .isEqualTo(
            "only 100 of 500 MB of the heap are left for what stays in it, because Java's young"
                + " generation has the rest; add -Xmn150m to VISIT_BALANCE_OPTS, or to the options"
                + " of your own java command");
  }

  @Test
  void halfOfTheHeapIsEnough() {
    assertThat(HeapCheck.problem(1000 * MB, 600 * MB)).isNull();
    assertThat(HeapCheck.problem(500 * MB, 350 * MB)).isNull();
  }

  @Test
  void aHeapWithoutABoundHasRoom() {
    assertThat(HeapCheck.problem(-1, 100 * MB)).isNull();
    assertThat(HeapCheck.problem(500 * MB, -1)).isNull();
  }
}
