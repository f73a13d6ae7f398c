package org.visitbalance.topology;

import java.util.List;
import org.visitbalance.settings.LocationRow;
import org.visitbalance.settings.Settings;
import org.visitbalance.state.StoredLocation;
import org.visitbalance.state.StoredSettings;

/**
 * The part of a settings document that decides anything, as the state stores it. Names and groups
 * are for showing only (rules.md#settings): a document with other names is stored as the same
 * bytes, so no patient is judged again.
 */
final class DecidingSettings {
  private DecidingSettings() {}

  static StoredSettings stored(Settings document) {
    List<LocationRow> rows = document.getLocations();
    return StoredSettings.newBuilder()
        .setTenant(document.getTenant())
        .setWeekStartsOn(document.getWeekStartsOn())
        .setZone(document.getZone())
        .setMissingAfter(document.getMissingAfter())
        .setHeldWithin(document.getHeldWithin())
        .setEscalateAfter(document.getEscalateAfter())
        .setEmrCountsNoCharge(document.getEmrCountsNoCharge())
        .setEmrCountsEmpty(document.getEmrCountsEmpty())
        .setSendsTransmissions(document.getSendsTransmissions())
        .setPseudoCodes(document.getPseudoCodes())
        .setNonVisitCodes(document.getNonVisitCodes())
        .setEvaluationCodes(document.getEvaluationCodes())
        .setLocations(rows == null ? null : rows.stream().map(DecidingSettings::stored).toList())
        .setPayerRules(document.getPayerRules())
        .setCloseAfter(document.getCloseAfter())
        .setFees(document.getFees())
        .build();
  }

  private static StoredLocation stored(LocationRow row) {
    return new StoredLocation(
        row.getClinicId(), row.getPosCode(), row.getLocationId(), row.getFrom(), row.getUntil());
  }

  static Settings document(StoredSettings stored) {
    List<StoredLocation> rows = stored.getLocations();
    return Settings.newBuilder()
        .setTenant(stored.getTenant())
        .setWeekStartsOn(stored.getWeekStartsOn())
        .setZone(stored.getZone())
        .setMissingAfter(stored.getMissingAfter())
        .setHeldWithin(stored.getHeldWithin())
        .setEscalateAfter(stored.getEscalateAfter())
        .setEmrCountsNoCharge(stored.getEmrCountsNoCharge())
        .setEmrCountsEmpty(stored.getEmrCountsEmpty())
        .setSendsTransmissions(stored.getSendsTransmissions())
        .setPseudoCodes(stored.getPseudoCodes())
        .setNonVisitCodes(stored.getNonVisitCodes())
        .setEvaluationCodes(stored.getEvaluationCodes())
        .setLocations(rows == null ? null : rows.stream().map(DecidingSettings::row).toList())
        .setPayerRules(stored.getPayerRules())
        .setCloseAfter(stored.getCloseAfter())
        .setFees(stored.getFees())
        .build();
  }

  private static LocationRow row(StoredLocation row) {
    return LocationRow.newBuilder()
        .setClinicId(row.getClinicId())
        .setPosCode(row.getPosCode())
        .setLocationId(row.getLocationId())
        .setFrom(row.getFrom())
        .setUntil(row.getUntil())
        .build();
  }
}
