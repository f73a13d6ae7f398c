package org.visitbalance.intake;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.visitbalance.intake.LineTable.Line;
import org.visitbalance.intake.LineTable.PatientDay;

/**
 * Rows that do not change for a while. What many origins need is asked of the index at once,
 * because most of what a small query takes is the same for a large one. Not thread-safe.
 */
final class LineCache {
  private final LineTable lines;
  private final Map<String, List<Line>> rows = new HashMap<>();
  private final Map<String, List<String>> byPointer = new HashMap<>();
  private final Map<String, List<String>> byPatient = new HashMap<>();
  private final Map<PatientDay, List<String>> byDay = new HashMap<>();

  LineCache(LineTable lines) {
    this.lines = lines;
  }

  /** Forgets everything. */
  void clear() {
    rows.clear();
    byPointer.clear();
    byPatient.clear();
    byDay.clear();
  }

  /** Looks up rows that will be asked for. */
  void lookUpRows(Collection<String> origins) {
    lookUp(origins, rows, lines::ofOrigins);
  }

  List<Line> rows(String origin) {
    return one(origin, rows, lines::ofOrigins);
  }

  void lookUpPointers(Collection<String> pointers) {
    lookUp(pointers, byPointer, lines::originsByPointers);
  }

  List<String> ofPointer(String pointer) {
    return one(pointer, byPointer, lines::originsByPointers);
  }

  void lookUpPatients(Collection<String> patients) {
    lookUp(patients, byPatient, lines::originsByPatients);
  }

  List<String> ofPatient(String patient) {
    return one(patient, byPatient, lines::originsByPatients);
  }

  void lookUpDays(Collection<PatientDay> days) {
    lookUp(days, byDay, lines::originsByDays);
  }

  List<String> ofDay(PatientDay day) {
    return one(day, byDay, lines::originsByDays);
  }

  private static <K, V> List<V> one(
      K key, Map<K, List<V>> known, Function<Collection<K>, Map<K, List<V>>> query) {
    lookUp(List.of(key), known, query);
    return known.getOrDefault(key, List.of());
  }

  private static <K, V> void lookUp(
      Collection<K> wanted, Map<K, List<V>> known, Function<Collection<K>, Map<K, List<V>>> query) {
    Set<K> unknown = new LinkedHashSet<>(wanted);
    unknown.removeAll(known.keySet());
    if (unknown.isEmpty()) {
      return;
    }
    Map<K, List<V>> found = query.apply(unknown);
    unknown.forEach(key -> known.put(key, found.getOrDefault(key, List.of())));
  }
}
