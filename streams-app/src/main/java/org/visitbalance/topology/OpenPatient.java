package org.visitbalance.topology;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.visitbalance.core.PatientLedger;
import org.visitbalance.core.Retention;

/** The opened entries of a patient. */
final class OpenPatient {
  private final String key;
  private final SettingsInForce.Tenant tenant;
  private final String patientKey;
  private final StoredPatient store;
  private @Nullable Retention retention;

  OpenPatient(String key, SettingsInForce.Tenant tenant, String patientKey, StoredPatient store) {
    this.key = key;
    this.tenant = tenant;
    this.patientKey = patientKey;
    this.store = store;
  }

  String key() {
    return key;
  }

  SettingsInForce.Tenant tenant() {
    return tenant;
  }

  String patientKey() {
    return patientKey;
  }

  StoredPatient store() {
    return store;
  }

  PatientLedger ledger() {
    return new PatientLedger(store, tenant.settings);
  }

  /**
   * Returns what leaves, and when.
   *
   * @param kept how long business dates are kept: always the same
   */
  Retention retention(Duration kept) {
    Retention own = retention;
    if (own == null) {
      own = new Retention(store, () -> tenant.settings, kept);
      retention = own;
    }
    return own;
  }
}
