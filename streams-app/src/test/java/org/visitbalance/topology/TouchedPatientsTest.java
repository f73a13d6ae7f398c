package org.visitbalance.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.Test;

/** Whoever waits is taken once, also after a restart; and costs far less than a record each. */
class TouchedPatientsTest {
  private static final int SEEDS = 200;

  private final KeyValueStore<String, byte[]> store = store();
  private TouchedPatients touched = new TouchedPatients(store);

  private static KeyValueStore<String, byte[]> store() {
    KeyValueStore<String, byte[]> store =
        Stores.keyValueStoreBuilder(
                Stores.inMemoryKeyValueStore("timers"), Serdes.String(), Serdes.ByteArray())
            .withLoggingDisabled()
            .build();
    store.init(new MockProcessorContext<>().getStateStoreContext(), store);
    return store;
  }

  @Test
  void manyShareFewRecords() {
    List<String> all = new ArrayList<>();
    for (int i = 0; i < 1_200; i++) {
      all.add(Keys.of("Clinic | 100 %", "P" + (10_000 + i)));
    }
    all.forEach(touched::add);
    touched.flush();
    assertThat(records()).hasSize(3);

    touched = new TouchedPatients(store);
    assertThat(touched.take(700)).isEqualTo(all.subList(0, 700));
    assertThat(records()).hasSize(2);
    assertThat(touched.take(700)).isEqualTo(all.subList(700, 1_200));
    assertThat(records()).isEmpty();
    assertThat(touched.isEmpty()).isTrue();
  }

  @Test
  void whoeverIsEvaluatedBeforeTheCommitIsNotWritten() {
    touched.add("T|P1");
    assertThat(touched.isEmpty()).isFalse();
    assertThat(touched.take(10)).containsExactly("T|P1");
    touched.flush();
    assertThat(records()).isEmpty();
  }

  /** What is given up, and restored from the last commit, is what a crash leaves. */
  @Test
  void whateverIsAddedIsTakenOnceWhateverIsRestarted() {
    for (long seed = 1; seed <= SEEDS; seed++) {
      Random random = new Random(seed);
      Set<String> standing = new HashSet<>();
      for (int step = 0; step < 100; step++) {
        switch (random.nextInt(5)) {
          case 0, 1 -> {
            String patient = Keys.of("T", "P%" + step);
            touched.add(patient);
            standing.add(patient);
          }
          case 2 -> {
            for (String one : touched.take(random.nextInt(4))) {
              assertThat(standing.remove(one)).as("%s, seed %d", one, seed).isTrue();
            }
          }
          case 3 -> touched.flush();
          default -> {
            touched.flush();
            touched = new TouchedPatients(store);
          }
        }
        assertThat(touched.isEmpty()).as("seed %d", seed).isEqualTo(standing.isEmpty());
      }
      assertThat(touched.take(1_000))
          .as("seed %d", seed)
          .containsExactlyInAnyOrderElementsOf(standing);
    }
  }

  private List<String> records() {
    List<String> keys = new ArrayList<>();
    try (KeyValueIterator<String, byte[]> all = store.all()) {
      all.forEachRemaining(one -> keys.add(one.key));
    }
    return keys;
  }
}
