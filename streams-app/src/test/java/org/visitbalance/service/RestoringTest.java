package org.visitbalance.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.visitbalance.platform.Patience;

class RestoringTest {
  private static final TopicPartition PARTITION = new TopicPartition("app-store-changelog", 0);

  @Test
  void aRestorationThatGetsOnIsWaitedForAndOneThatDoesNotIsLookedAt() {
    Restoring restoring = new Restoring(Duration.ofHours(1));
    assertThat(restoring.sentence()).endsWith("; wait");

    // When nothing has moved, as where a transaction never ends
    Restoring hanging = new Restoring(Duration.ofMillis(1));
    awaitEnd(hanging);
    assertThat(hanging.sentence())
        .contains("without progress", "docs/operating.md#hanging")
        .doesNotContain("; wait");
  }

  @Test
  void eachBatchIsProgress() {
    Restoring restoring = new Restoring(Duration.ofSeconds(1));
    awaitEnd(restoring);

    restoring.onBatchRestored(PARTITION, "store", 1_000, 1_000);
    assertThat(restoring.sentence()).endsWith("; wait");
  }

  private static void awaitEnd(Restoring restoring) {
    Patience.await(
        "its patience to end",
        Duration.ofSeconds(10),
        () -> restoring.sentence().contains("without progress"));
  }
}
