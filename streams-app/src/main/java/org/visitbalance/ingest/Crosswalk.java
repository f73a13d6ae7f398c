package org.visitbalance.ingest;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

/**
 * The account number of each EMR patient, by tenant. Filled by one thread, then read by several.
 */
final class Crosswalk {
  private static final String UNKNOWN = "emr:";

  private final Map<String, Map<String, String>> tenants = new HashMap<>();
  private final Map<String, Set<String>> unknown = new ConcurrentHashMap<>();
  private final Map<String, Set<String>> ambiguous = new TreeMap<>();

  /** Records that a tenant has a crosswalk, even if it has no rows. */
  void tenant(String tenant) {
    tenants.computeIfAbsent(tenant, name -> new HashMap<>());
  }

  /** Adds a row, in the order of files and lines: the last row for a patient wins. */
  void add(Row row) {
    String tenant = RowFacts.tenant(row);
    String account = RowFacts.need(row.text(Field.PATIENT_KEY));
    String before =
        tenants.computeIfAbsent(tenant, name -> new HashMap<>()).put(RowFacts.id(row), account);
    if (before != null && !before.equals(account)) {
      ambiguous.computeIfAbsent(tenant, name -> new HashSet<>()).add(RowFacts.id(row));
    }
  }

  /** Records the account number of an EMR patient. */
  void put(String tenant, String emrPatient, String account) {
    tenants.computeIfAbsent(tenant, name -> new HashMap<>()).put(emrPatient, account);
  }

  /**
   * Returns the key of an EMR patient: the account number; {@code emr:} and the id if the crosswalk
   * has no row for it; the id itself if there is no crosswalk.
   */
  String account(String tenant, String emrPatient) {
    Map<String, String> rows = tenants.get(tenant);
    if (rows == null) {
      return emrPatient;
    }
    String row = rows.get(emrPatient);
    if (row == null) {
      unknown.computeIfAbsent(tenant, name -> ConcurrentHashMap.newKeySet()).add(emrPatient);
      return UNKNOWN + emrPatient;
    }
    return row;
  }

  /** Reports each tenant's number of patients with several account numbers. */
  void forEachAmbiguous(BiConsumer<String, Integer> counts) {
    ambiguous.forEach((tenant, patients) -> counts.accept(tenant, patients.size()));
  }

  /** Reports each tenant's number of patients without a row. */
  void forEachUnknown(BiConsumer<String, Integer> counts) {
    new TreeMap<>(unknown).forEach((tenant, patients) -> counts.accept(tenant, patients.size()));
  }
}
