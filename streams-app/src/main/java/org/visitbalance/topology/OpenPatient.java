package org.visitbalance.topology;

import java.time.Duration;
import org.visitbalance.core.PatientLedger;
import org.visitbalance.core.Retention;

/** The opened entries of a patient. */
record OpenPatient(
    String key, SettingsInForce.Tenant tenant, String patientKey, StoredPatient store) {
  PatientLedger ledger() {
    return new PatientLedger(store, tenant.settings);
  }

  Retention retention(Duration kept) {
    return new Retention(store, tenant.settings, kept);
  }
}
