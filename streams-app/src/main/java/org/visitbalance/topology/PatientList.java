package org.visitbalance.topology;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The patients of a partition in the order of their keys. They have a store of their own: to walk
 * over all entries of all patients would cost as much as the whole state.
 */
final class PatientList {
  private static final byte[] NOTHING = {};

  private final KeyValueStore<String, byte[]> patients;

  PatientList(KeyValueStore<String, byte[]> patients) {
    this.patients = patients;
  }

  /** Lists a patient; to do so again changes nothing. */
  void add(String patient) {
    patients.put(patient, NOTHING);
  }

  /** Lists a patient no longer. */
  void remove(String patient) {
    patients.delete(patient);
  }

  /** The first patients of a tenant after another one (empty: from the first), so many at most. */
  List<String> next(String tenant, String after, int most) {
    String prefix = Keys.of(tenant);
    // '}' follows '|': after every patient of that tenant.
    return next(after.isEmpty() ? prefix + "|" : after, prefix + "}", after, most);
  }

  /** The same of all tenants. */
  List<String> next(String after, int most) {
    return next(after.isEmpty() ? null : after, null, after, most);
  }

  private List<String> next(@Nullable String from, @Nullable String to, String after, int most) {
    List<String> found = new ArrayList<>();
    try (KeyValueIterator<String, byte[]> range = patients.range(from, to)) {
      while (range.hasNext() && found.size() < most) {
        String patient = range.next().key;
        if (!patient.equals(after)) {
          found.add(patient);
        }
      }
    }
    return found;
  }
}
