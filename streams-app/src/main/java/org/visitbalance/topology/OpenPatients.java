package org.visitbalance.topology;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The patients of a partition whose entries are in memory: those used last, as many as fit. What
 * changes about them is written by {@link #flush}, or when a patient is closed.
 */
final class OpenPatients {
  /** The most memory in which the entries of patients are held, for each partition. */
  private static final long MOST_HELD_BYTES = 64L << 20;

  /** The part of the heap that all partitions together may use for it. */
  private static final int HEAP_SHARE = 8;

  /** A patient that takes more than this part of that memory is not worth holding. */
  private static final int PATIENT_SHARE = 16;

  /**
   * The part of what is worth holding from which on a patient's entries have records of their own:
   * one that is read anew for each fact must not be read whole.
   */
  private static final int PAGED_SHARE = 2;

  private final SplitEntries store;
  private final Timers timers;
  private final PatientList walk;
  private final SettingsInForce tenants;
  private final long mostHeldBytes;
  private final StoredPatient.Codecs codecs = new StoredPatient.Codecs();
  private final PatientEntries.Held held;
  private final Map<String, OpenPatient> open = new LinkedHashMap<>(16, 0.75f, true);

  /** Those with changes that are not written yet. */
  private final Set<StoredPatient> changed = new LinkedHashSet<>();

  OpenPatients(
      SplitEntries store,
      Timers timers,
      PatientList walk,
      SettingsInForce tenants,
      int partitions) {
    this.store = store;
    this.timers = timers;
    this.walk = walk;
    this.tenants = tenants;
    this.mostHeldBytes =
        Math.min(MOST_HELD_BYTES, Runtime.getRuntime().maxMemory() / HEAP_SHARE / partitions);
    this.held = new PatientEntries.Held(mostHeldBytes / PATIENT_SHARE / PAGED_SHARE);
  }

  OpenPatient get(String key) {
    OpenPatient patient = open.get(key);
    if (patient == null || patient.store().bytes() > mostHeldBytes / PATIENT_SHARE) {
      if (patient != null) {
        close(patient);
      }
      while (held.bytes() > mostHeldBytes && !open.isEmpty()) {
        close(open.values().iterator().next());
      }
      List<String> parts = Keys.parts(key);
      patient =
          new OpenPatient(
              key,
              tenants.get(parts.get(0)),
              parts.get(1),
              new StoredPatient(store, timers, codecs, held, key));
      open.put(key, patient);
      if (patient.store().isNew()) {
        walk.add(key);
      }
    }
    changed.add(patient.store());
    return patient;
  }

  /** Writes what has changed about a patient. */
  void write(String key) {
    OpenPatient patient = open.get(key);
    if (patient != null && changed.remove(patient.store())) {
      patient.store().flush();
    }
  }

  /** Writes what has changed about a patient, and holds it no longer. */
  void close(OpenPatient patient) {
    patient.store().flush();
    drop(patient);
  }

  private void drop(OpenPatient patient) {
    changed.remove(patient.store());
    open.remove(patient.key());
    patient.store().drop();
  }

  void forgetIfEmpty(OpenPatient patient) {
    if (patient.store().isEmpty()) {
      walk.remove(patient.key());
      drop(patient);
    }
  }

  /** Writes the changes. */
  void flush() {
    changed.forEach(StoredPatient::flush);
    changed.clear();
  }
}
