package org.visitbalance.topology;

import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** From one patient of a store to the next, in the order of their keys. */
final class Walk {
  private final KeyValueStore<String, byte[]> patients;

  Walk(KeyValueStore<String, byte[]> patients) {
    this.patients = patients;
  }

  /** The first patient of a tenant after another one, or null. */
  @Nullable String next(String tenant, String after) {
    String prefix = Keys.of(tenant);
    // '}' follows '|': after every entry of that patient, or of that tenant.
    return first(after.isEmpty() ? prefix + "|" : after + "}", prefix + "}");
  }

  /** The first patient of any tenant after another one, or null. */
  @Nullable String next(String after) {
    return first(after.isEmpty() ? null : after + "}", null);
  }

  private @Nullable String first(@Nullable String from, @Nullable String to) {
    try (KeyValueIterator<String, byte[]> range = patients.range(from, to)) {
      return range.hasNext() ? StoredPatient.patientOf(range.next().key) : null;
    }
  }
}
