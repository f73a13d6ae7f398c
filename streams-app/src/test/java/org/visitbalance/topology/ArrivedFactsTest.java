package org.visitbalance.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Facts that have arrived wait for the commit")
final class ArrivedFactsTest {
  private static final int VALUE = 100;

  private final ArrivedFacts arrived = new ArrivedFacts(1000);
  private long offset;

  @Test
  void andAreTakenOnePatientAfterTheOtherInTheOrderInWhichTheyCame() {
    arrive("T|P2");
    arrive("T|P1");
    arrive("T|P2");

    assertThat(taken()).containsExactly("T|P2: 0 2", "T|P1: 1");
  }

  @Test
  void once() {
    arrive("T|P1");

    assertThat(taken()).hasSize(1);
    assertThat(taken()).isEmpty();
  }

  @Test
  void evenWithoutAKey() {
    arrive(null);

    assertThat(taken()).containsExactly(": 0");
  }

  @Test
  void andAskForItWhenTheyTakeTooMuchMemory() {
    while (!arrived.isFull()) {
      arrive("T|P" + offset);
    }
    assertThat(offset).isBetween(4L, 1000L / VALUE);

    assertThat(taken()).hasSize((int) offset);
    assertThat(arrived.isFull()).isFalse();
  }

  private void arrive(@Nullable String key) {
    arrived.add(
        new InputRecord(
            "visits", 0, offset++, 0, key == null ? null : key.getBytes(UTF_8), new byte[VALUE]));
  }

  private List<String> taken() {
    List<String> taken = new ArrayList<>();
    arrived.take(
        (key, facts) ->
            taken.add(
                key
                    + ": "
                    + String.join(
                        " ", facts.stream().map(fact -> Long.toString(fact.offset())).toList())));
    return taken;
  }
}
