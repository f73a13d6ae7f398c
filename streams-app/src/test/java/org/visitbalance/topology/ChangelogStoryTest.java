package org.visitbalance.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.visitbalance.topology.Given.aCharge;
import static org.visitbalance.topology.Given.aTransmission;
import static org.visitbalance.topology.Given.aVisit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.KeyValue;
import org.junit.jupiter.api.Test;
import org.visitbalance.fact.TransmissionStatus;

/** The ledger's changelogs get what has changed, and nothing else: they are most of its cost. */
class ChangelogStoryTest {
  @Test
  void whatHasNotChangedIsNotWrittenAgain() {
    try (Service service = new Service()) {
      // Given a visit that is sent, amended, billed, and paid late, and a charge that comes and
      // goes
      service
          .tick("2026-11-04T17:00:00Z")
          .fact(aVisit("V1").build())
          .fact(aTransmission("V1", TransmissionStatus.INITIATED, "2026-11-04T18:00:00Z"))
          .fact(
              aTransmission(
                  "V1", TransmissionStatus.TRANSMISSION_SUCCESSFUL, "2026-11-04T18:01:00Z"))
          .tick("2026-11-05T00:00:00Z")
          .fact(aVisit("V1").amendedAt("2026-11-05T10:00:00Z").build())
          .fact(aCharge("1").forVisit("V1").build())
          .fact(aCharge("2").build())
          .fact(aCharge("2").removedAt("2026-11-05T20:00:00Z").build())
          .tick("2026-11-09T00:00:00Z");

      // Then each record of a changelog changes what stands there
      for (String store :
          List.of(
              PatientLedgerProcessor.PATIENTS_STORE,
              PatientLedgerProcessor.TIMERS_STORE,
              PatientLedgerProcessor.WALK_STORE)) {
        assertThat(withoutEffect(service.changelog(store))).as(store).isEmpty();
      }
    }
  }

  private static List<String> withoutEffect(List<KeyValue<String, byte[]>> records) {
    assertThat(records).isNotEmpty();
    List<String> found = new ArrayList<>();
    Map<String, byte[]> standing = new HashMap<>();
    for (KeyValue<String, byte[]> record : records) {
      byte[] before = standing.put(record.key, record.value);
      if (Arrays.equals(before, record.value)) {
        found.add(record.key);
      }
    }
    return found;
  }
}
