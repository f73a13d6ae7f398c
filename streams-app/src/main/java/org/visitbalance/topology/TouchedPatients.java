package org.visitbalance.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The patients with dates that facts have touched and that are not evaluated yet. Those of a commit
 * share a few records: one for each patient, and another to delete it, were a quarter of all that
 * the ledger wrote while it caught up (docs/adr/0054).
 */
final class TouchedPatients {
  /** Begins the keys of records; no series of {@link Timers} begins like this. */
  private static final String PREFIX = "TOUCHED|";

  private static final String END = "TOUCHED}";

  /** The most patients of a record. */
  private static final int MOST = 500;

  private final KeyValueStore<String, byte[]> store;

  /** Those that are not written yet. */
  private final TreeSet<String> pending = new TreeSet<>();

  /** The number of the first record that may be there: no tombstones are read again. */
  private long first;

  /** The number of the next record. */
  private long next;

  /** Opens them, as they were written. */
  TouchedPatients(KeyValueStore<String, byte[]> store) {
    this.store = store;
    try (KeyValueIterator<String, byte[]> range = store.reverseRange(PREFIX, END)) {
      this.next = range.hasNext() ? number(range.next().key) + 1 : 0;
    }
  }

  /** Adds a patient that is not among them yet. */
  void add(String patient) {
    pending.add(patient);
  }

  /**
   * Removes and returns some patients; of the last ones nothing may be waiting anymore.
   *
   * @param most how many
   */
  List<String> take(int most) {
    List<String> taken = new ArrayList<>();
    for (Stored one = stored(); one != null && taken.size() < most; one = stored()) {
      int rest = most - taken.size();
      taken.addAll(one.patients.subList(0, Math.min(rest, one.patients.size())));
      if (rest < one.patients.size()) {
        put(one.number, one.patients.subList(rest, one.patients.size()));
      } else {
        store.delete(key(one.number));
        first = one.number + 1;
      }
    }
    while (taken.size() < most && !pending.isEmpty()) {
      taken.add(pending.pollFirst());
    }
    return taken;
  }

  /** Returns whether there are none. */
  boolean isEmpty() {
    return pending.isEmpty() && stored() == null;
  }

  /** Writes those that were added since the last commit. */
  void flush() {
    List<String> all = List.copyOf(pending);
    for (int from = 0; from < all.size(); from += MOST) {
      put(next++, all.subList(from, Math.min(from + MOST, all.size())));
    }
    pending.clear();
  }

  private record Stored(long number, List<String> patients) {}

  /** Returns the first record; null if there is none. */
  private @Nullable Stored stored() {
    if (first < next) {
      try (KeyValueIterator<String, byte[]> range = store.range(key(first), END)) {
        if (range.hasNext()) {
          KeyValue<String, byte[]> one = range.next();
          return new Stored(number(one.key), patients(new String(one.value, UTF_8)));
        }
      }
      first = next;
    }
    return null;
  }

  private void put(long number, List<String> patients) {
    store.put(key(number), String.join("|", patients).getBytes(UTF_8));
  }

  private static String key(long number) {
    return PREFIX + String.format("%016x", number);
  }

  private static long number(String key) {
    return Long.parseLong(key.substring(PREFIX.length()), 16);
  }

  /** Each key has two parts: {@link Keys} of tenant and patientKey. */
  private static List<String> patients(String joined) {
    List<String> patients = new ArrayList<>();
    int from = 0;
    while (from <= joined.length()) {
      int end = joined.indexOf('|', joined.indexOf('|', from) + 1);
      end = end < 0 ? joined.length() : end;
      patients.add(joined.substring(from, end));
      from = end + 1;
    }
    return patients;
  }
}
