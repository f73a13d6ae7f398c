package org.visitbalance.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

/** The records of a replay wait by patient, and come back as they were. */
class PatientGroupsTest {
  private static final int PATIENTS = 300;

  private final List<List<String>> given = new ArrayList<>();
  private int mostAtOnce;
  private final PatientGroups<List<String>> groups =
      new PatientGroups<>(
          ArrayList::new,
          (own, records) -> {
            mostAtOnce = Math.max(mostAtOnce, records.size());
            records.forEach(record -> own.add(text(record)));
          });

  @Test
  void recordsOfAPatientStayTogetherAndInOrder() {
    add(2, 10);
    groups.finish(given::add);

    Set<String> seen = new HashSet<>();
    for (List<String> group : given) {
      Set<String> patients = new HashSet<>();
      for (String record : group) {
        patients.add(record.split(" ", 2)[0]);
      }
      for (String patient : patients) {
        assertThat(seen.add(patient)).as(patient).isTrue();
        assertThat(group.stream().filter(one -> one.startsWith(patient + " ")))
            .containsExactly(patient + " visits 7 0 70 10", patient + " charges 7 1 71 10");
      }
    }
    assertThat(seen).hasSize(PATIENTS);
  }

  @Test
  void moreThanMayWaitIsTakenAtOnceAndStaysInItsGroup() {
    add(100, 4_000);
    groups.finish(given::add);

    assertThat(given.stream().flatMap(List::stream).distinct()).hasSize(100 * PATIENTS);
    assertThat(given.stream().mapToInt(List::size).max().orElseThrow()).isGreaterThan(mostAtOnce);
  }

  @Test
  void aRecordMayLackItsKeyAndItsValue() {
    groups.add(new ConsumerRecord<>("visits", 0, 5, null, null));
    groups.finish(given::add);

    assertThat(given.stream().flatMap(List::stream)).containsExactly("null visits 0 5 -1 none");
  }

  private void add(int times, int size) {
    for (int i = 0; i < times; i++) {
      for (int patient = 0; patient < PATIENTS; patient++) {
        byte[] key = ("T1|P" + patient).getBytes(UTF_8);
        groups.add(record(i % 2 == 0 ? "visits" : "charges", i, key, new byte[size]));
      }
    }
  }

  private static ConsumerRecord<byte[], byte[]> record(
      String topic, int offset, byte[] key, byte[] value) {
    return new ConsumerRecord<>(
        topic,
        7,
        offset,
        70 + offset,
        org.apache.kafka.common.record.TimestampType.CREATE_TIME,
        key.length,
        value.length,
        key,
        value,
        new org.apache.kafka.common.header.internals.RecordHeaders(),
        Optional.empty());
  }

  private static String text(ConsumerRecord<byte[], byte[]> record) {
    byte[] key = record.key();
    return (key == null ? null : new String(key, UTF_8))
        + " "
        + record.topic()
        + " "
        + record.partition()
        + " "
        + record.offset()
        + " "
        + record.timestamp()
        + " "
        + (record.value() == null ? "none" : record.value().length);
  }
}
