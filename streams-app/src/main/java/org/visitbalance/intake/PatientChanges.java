package org.visitbalance.intake;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Finds whose account numbers a change gives or takes away. Not thread-safe. */
final class PatientChanges {
  private final String tenant;
  private final Making making;
  private final LineTable lines;
  private final Map<String, @Nullable String> before = new HashMap<>();
  private final boolean hadCrosswalk;

  /** Is made before the change. */
  PatientChanges(String tenant, Making making, LineTable lines) {
    this.tenant = tenant;
    this.making = making;
    this.lines = lines;
    this.hadCrosswalk = making.hasCrosswalk();
  }

  /** Remembers the account number of a patient that may get another one. */
  void remember(String emrPatient) {
    if (!before.containsKey(emrPatient)) {
      before.put(emrPatient, making.account(emrPatient));
    }
  }

  /** Returns, after the change, what belongs to patients whose account number has changed. */
  Set<String> touched() {
    if (making.hasCrosswalk() != hadCrosswalk) {
      return lines.translated(tenant);
    }
    Set<String> renamed = new TreeSet<>();
    before.forEach(
        (patient, account) -> {
          if (!Objects.equals(account, making.account(patient))) {
            renamed.add(patient);
            if (account != null) {
              // What was one visit with a row under the same number may be two now.
              renamed.addAll(making.names(account, false));
            }
          }
        });
    return making.ofPatients(renamed);
  }
}
