package org.visitbalance.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The entries of a patient")
final class PatientEntriesTest {
  private final KeyValueStore<String, byte[]> store =
      Stores.keyValueStoreBuilder(
              Stores.inMemoryKeyValueStore("patients"), Serdes.String(), Serdes.ByteArray())
          .withLoggingDisabled()
          .build();
  private PatientEntries.Held held = new PatientEntries.Held(192 << 10);

  @BeforeEach
  void open() {
    MockProcessorContext<Void, Void> context = new MockProcessorContext<>();
    store.init(context.getStateStoreContext(), store);
  }

  @Test
  void aFewEntriesAreOneRecord() {
    PatientEntries entries = entries("P");
    entries.put("F|V1", "a visit");
    entries.put("D|2026-11-04", "a sheet");
    entries.flush();

    assertThat(keys()).containsExactly("P|#0000");
    assertThat(get(entries("P"), "D|2026-11-04")).isEqualTo("a sheet");
  }

  @Test
  void aChangeWritesItsPageAndNoOther() {
    PatientEntries entries = entries("P");
    for (int visit = 10; visit < 40; visit++) {
      entries.put("F|V" + visit, "x".repeat(1000));
    }
    entries.flush();
    Map<String, byte[]> before = stored();
    assertThat(before.size()).isBetween(5, 8);

    PatientEntries later = entries("P");
    later.put("F|V12", "changed");
    later.flush();

    Map<String, byte[]> after = stored();
    assertThat(after.keySet()).isEqualTo(before.keySet());
    assertThat(after.keySet().stream().filter(key -> after.get(key) != before.get(key))).hasSize(1);
  }

  @Test
  void whatIsPutAgainUnchangedIsNotWritten() {
    PatientEntries entries = entries("P");
    entries.put("F|V1", "a visit");
    entries.flush();
    byte[] before = stored().get("P|#0000");

    entries.put("F|V1", "a visit");
    entries.flush();

    assertThat(stored().get("P|#0000")).isSameAs(before);
  }

  @Test
  void whatIsDecodedIsForgottenAtTheCommit() {
    PatientEntries entries = entries("P");
    entries.put("F|V1", "x".repeat(1000));
    entries.flush();
    long encoded = held.bytes();

    Object decoded = get(entries, "F|V1");
    assertThat(get(entries, "F|V1")).isSameAs(decoded);
    assertThat(held.bytes()).isGreaterThan(encoded + 1000);

    entries.flush();
    assertThat(held.bytes()).isEqualTo(encoded);
    assertThat(get(entries, "F|V1")).isEqualTo(decoded).isNotSameAs(decoded);
  }

  @Test
  void afterTheCommitAPatientTakesLittleMoreMemoryThanItsRecords() {
    PatientEntries entries = entries("P");
    for (int visit = 100; visit < 300; visit++) {
      entries.put("F|V" + visit, "a visit");
    }
    entries.flush();

    int records = stored().values().stream().mapToInt(record -> record.length).sum();
    assertThat(held.bytes()).isBetween((long) records, records + 200L);
    assertThat(entries("P").bytes()).isBetween((long) records, records + 200L);
  }

  @Test
  void theEntriesOfALargePatientHaveTheirOwnRecordsFromThenOn() {
    PatientEntries entries = entries("P");
    for (int visit = 100; visit < 400; visit++) {
      entries.put("F|V" + visit, "x".repeat(1000));
      if (visit % 7 == 0) {
        entries.flush();
      }
    }
    entries.flush();

    assertThat(keys()).hasSize(300).noneMatch(key -> key.contains("#"));
    assertThat(get(entries, "F|V123")).hasSize(1000);
    assertThat(get(entries("P"), "F|V399")).hasSize(1000);
    assertThat(entries("P").ids("F|", "V398")).containsExactly("V398", "V399");
  }

  @Test
  void nothingIsLeftOfAPatientWithoutEntries() {
    PatientEntries entries = entries("P");
    entries.put("F|V1", "a visit");
    entries.put("F|V2", "another");
    entries.flush();

    PatientEntries later = entries("P");
    assertThat(later.isNew()).isFalse();
    later.put("F|V1", null);
    assertThat(later.isEmpty()).isFalse();
    later.put("F|V2", null);
    assertThat(later.isEmpty()).isTrue();

    assertThat(keys()).isEmpty();
    assertThat(entries("P").isNew()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void theyAreWhatWasPutWhateverTheirSizesAndHoweverOftenTheyAreOpened(long seed) {
    Random random = new Random(seed);
    int largest = List.of(40, 400, 4_000, 40_000).get(random.nextInt(4));
    int most = random.nextBoolean() ? 60 : 2_000;
    held = new PatientEntries.Held((random.nextBoolean() ? 192 : 4_096) << 10);
    Map<String, TreeMap<String, String>> expected = new HashMap<>();
    Map<String, PatientEntries> open = new HashMap<>();
    for (int step = 0; step < 3_000; step++) {
      String patient = "P" + random.nextInt(2);
      PatientEntries entries = open.computeIfAbsent(patient, this::entries);
      TreeMap<String, String> own = expected.computeIfAbsent(patient, any -> new TreeMap<>());
      String id = (random.nextBoolean() ? "F|" : "S|") + random.nextInt(most);
      switch (random.nextInt(6)) {
        case 0, 1 -> {
          String value = random.nextInt(100) + "x".repeat(random.nextInt(largest));
          entries.put(id, value);
          own.put(id, value);
        }
        case 2 -> {
          entries.put(id, null);
          own.remove(id);
        }
        case 3 -> assertThat(get(entries, id)).isEqualTo(own.get(id));
        case 4 -> entries.flush();
        default -> {
          assertThat(entries.ids("F|", "3"))
              .isEqualTo(
                  own.subMap("F|3", "F}").keySet().stream().map(one -> one.substring(2)).toList());
          if (random.nextInt(10) == 0) {
            assertThat(entries.isEmpty()).isEqualTo(own.isEmpty());
            entries.flush();
            entries.drop();
            open.remove(patient);
          }
        }
      }
    }
    open.values().forEach(PatientEntries::flush);
    expected.forEach(
        (patient, own) -> {
          PatientEntries entries = entries(patient);
          for (String kind : List.of("F|", "S|")) {
            for (String id : entries.ids(kind, "")) {
              assertThat(get(entries, kind + id)).isEqualTo(own.remove(kind + id));
            }
          }
          assertThat(own).isEmpty();
        });
  }

  private PatientEntries entries(String patient) {
    return new PatientEntries(
        new SplitEntries(store), held, patient, value -> value.toString().getBytes(UTF_8));
  }

  private static @Nullable String get(PatientEntries entries, String id) {
    return (String) entries.get(id, bytes -> new String(bytes, UTF_8));
  }

  private List<String> keys() {
    return List.copyOf(stored().keySet());
  }

  private Map<String, byte[]> stored() {
    Map<String, byte[]> stored = new TreeMap<>();
    try (KeyValueIterator<String, byte[]> all = store.all()) {
      while (all.hasNext()) {
        KeyValue<String, byte[]> next = all.next();
        stored.put(next.key, next.value);
      }
    }
    return stored;
  }
}
