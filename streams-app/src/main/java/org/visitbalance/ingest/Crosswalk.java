package org.visitbalance.ingest;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Which account number an EMR's patient has, tenant by tenant. */
final class Crosswalk {
  private static final String UNKNOWN = "emr:";

  private final Map<String, Map<String, Entry>> tenants = new ConcurrentHashMap<>();
  private final Map<String, Set<String>> unknown = new ConcurrentHashMap<>();

  private record Entry(int rank, long line, String account) {}

  /** Says that a tenant has a crosswalk, be it without a row. */
  void tenant(String tenant) {
    tenants.computeIfAbsent(tenant, name -> new ConcurrentHashMap<>());
  }

  /** Adds a row; of two for one patient the one of the later file, then line, stands. */
  void add(String tenant, String emrPatient, String account, int rank, long line) {
    tenants
        .computeIfAbsent(tenant, name -> new ConcurrentHashMap<>())
        .merge(
            emrPatient,
            new Entry(rank, line, account),
            (one, other) ->
                one.rank > other.rank || (one.rank == other.rank && one.line > other.line)
                    ? one
                    : other);
  }

  /**
   * Returns the key of an EMR's patient: the account number; {@code emr:} and the id where the
   * crosswalk has no row; the id itself where there is no crosswalk.
   */
  String account(String tenant, String emrPatient) {
    Map<String, Entry> rows = tenants.get(tenant);
    if (rows == null) {
      return emrPatient;
    }
    @Nullable Entry row = rows.get(emrPatient);
    if (row == null) {
      unknown.computeIfAbsent(tenant, name -> ConcurrentHashMap.newKeySet()).add(emrPatient);
      return UNKNOWN + emrPatient;
    }
    return row.account;
  }

  /** Gives each tenant's number of patients without a row. */
  void forEachUnknown(BiConsumer<String, Integer> counts) {
    new TreeMap<>(unknown).forEach((tenant, patients) -> counts.accept(tenant, patients.size()));
  }
}
