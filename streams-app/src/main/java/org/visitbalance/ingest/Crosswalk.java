package org.visitbalance.ingest;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

/**
 * Which account number an EMR's patient has, tenant by tenant. Filled by one thread, then read by
 * several.
 */
final class Crosswalk {
  private static final String UNKNOWN = "emr:";

  private final Map<String, Map<String, String>> tenants = new HashMap<>();
  private final Map<String, Set<String>> unknown = new ConcurrentHashMap<>();

  /** Says that a tenant has a crosswalk, be it without a row. */
  void tenant(String tenant) {
    tenants.computeIfAbsent(tenant, name -> new HashMap<>());
  }

  /** Adds a row, in the order of files and lines: of two for one patient the later one stands. */
  void add(Row row) {
    tenants
        .computeIfAbsent(RowFacts.tenant(row), name -> new HashMap<>())
        .put(RowFacts.id(row), RowFacts.need(row.text(Field.PATIENT_KEY)));
  }

  /**
   * Returns the key of an EMR's patient: the account number; {@code emr:} and the id where the
   * crosswalk has no row; the id itself where there is no crosswalk.
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

  /** Gives each tenant's number of patients without a row. */
  void forEachUnknown(BiConsumer<String, Integer> counts) {
    new TreeMap<>(unknown).forEach((tenant, patients) -> counts.accept(tenant, patients.size()));
  }
}
