package org.visitbalance.topology;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The patients of a partition in the order of their keys. They have their own store: walking over
 * all entries of all patients would cost as much as reading the whole state.
 */
final class PatientList {
  private static final byte[] NOTHING = {};

  private final KeyValueStore<String, byte[]> patients;

  PatientList(KeyValueStore<String, byte[]> patients) {
    this.patients = patients;
  }

  /** Adds a patient; adding it again changes nothing. */
  void add(String patient) {
    patients.put(patient, NOTHING);
  }

  /** Removes a patient. */
  void remove(String patient) {
    patients.delete(patient);
  }

  /**
   * Returns the first patients of a tenant after another one (empty: from the first).
   *
   * @param most the maximum number
   */
  List<String> next(String tenant, String after, int most) {
    String prefix = Keys.of(tenant);
    // '}' follows '|': after every patient of that tenant.
    return next(after.isEmpty() ? prefix + "|" : after, prefix + "}", after, most);
  }

  /**
   * Counts the patients of a tenant.
   *
   * @param last the last one to count; empty for none, null for all
   */
  long count(String tenant, @Nullable String last) {
    String prefix = Keys.of(tenant);
    String to = last == null ? prefix + "}" : last;
    long count = 0;
    if (!to.isEmpty()) {
      try (KeyValueIterator<String, byte[]> range = patients.range(prefix + "|", to)) {
        for (; range.hasNext(); range.next()) {
          count++;
        }
      }
    }
    return count;
  }

  /**
   * Returns the first patients of all tenants after another one.
   *
   * @param most the maximum number
   */
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
