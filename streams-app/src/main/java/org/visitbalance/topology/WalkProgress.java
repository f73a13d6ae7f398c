package org.visitbalance.topology;

import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.visitbalance.state.StoredSettings;

/** Tells how far a partition has applied the settings of its companies, at each tick. */
final class WalkProgress {
  private final int partition;
  private final PatientList patients;
  private final GlobalTable<StoredSettings> settings;
  private final ProgressListener listener;

  /** When the settings were sent that are being taken over. */
  private final Map<String, Instant> sent = new HashMap<>();

  private final Map<String, AppliedSettings> told = new HashMap<>();

  WalkProgress(
      int partition,
      PatientList patients,
      GlobalTable<StoredSettings> settings,
      ProgressListener listener) {
    this.partition = partition;
    this.patients = patients;
    this.settings = settings;
    this.listener = listener;
  }

  /** Looks at which settings are there, before they are taken over. */
  void look(Collection<SettingsInForce.Tenant> tenants) {
    tenants.forEach(tenant -> sent.put(tenant.name, settings.sentAt(Keys.of(tenant.name))));
  }

  /** Tells how far the walks have come. */
  void tell(Collection<SettingsInForce.Tenant> tenants, Instant tick) {
    for (SettingsInForce.Tenant tenant : tenants) {
      Instant sentAt = sent.get(tenant.name);
      if (sentAt != null) {
        tell(tenant.name, progress(tenant, sentAt, tick));
      }
    }
  }

  private void tell(String tenant, AppliedSettings now) {
    AppliedSettings before = told.get(tenant);
    if (before == null || !before.says(now)) {
      told.put(tenant, now);
      listener.applied(new AppliedSettings.Place(partition, tenant), now);
    }
  }

  private AppliedSettings progress(SettingsInForce.Tenant tenant, Instant sentAt, Instant tick) {
    @Nullable String reached = tenant.state.getWalked();
    AppliedSettings before = told.get(tenant.name);
    if (reached == null) {
      long all = before == null ? 0 : before.total();
      return new AppliedSettings(sentAt, tick, all, all);
    }
    long done = patients.count(tenant.name, reached);
    // At least one: the walk is not over before it has looked beyond the last patient.
    long all =
        before != null && !before.isDone() && before.done() <= done
            ? before.total()
            : patients.count(tenant.name, null);
    return new AppliedSettings(sentAt, tick, done, Math.max(all, done + 1));
  }
}
