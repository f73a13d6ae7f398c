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
  final Answers<String, Line> rows;
  final Answers<String, String> byPointer;
  final Answers<String, String> byPatient;
  final Answers<PatientDay, String> byDay;

  LineCache(LineTable lines) {
    rows = new Answers<>(lines::ofOrigins);
    byPointer = new Answers<>(lines::originsByPointers);
    byPatient = new Answers<>(lines::originsByPatients);
    byDay = new Answers<>(lines::originsByDays);
  }

  /** Forgets everything. */
  void clear() {
    rows.known.clear();
    byPointer.known.clear();
    byPatient.known.clear();
    byDay.known.clear();
  }

  /** What one query has answered. */
  static final class Answers<K, V> {
    private final Map<K, List<V>> known = new HashMap<>();
    private final Function<Collection<K>, Map<K, List<V>>> query;

    Answers(Function<Collection<K>, Map<K, List<V>>> query) {
      this.query = query;
    }

    /** Looks up what will be asked for. */
    void lookUp(Collection<K> wanted) {
      Set<K> unknown = new LinkedHashSet<>(wanted);
      unknown.removeAll(known.keySet());
      if (!unknown.isEmpty()) {
        Map<K, List<V>> found = query.apply(unknown);
        unknown.forEach(key -> known.put(key, found.getOrDefault(key, List.of())));
      }
    }

    /** Returns what there is of a key, which is looked up if it was not. */
    List<V> of(K key) {
      lookUp(List.of(key));
      return known.getOrDefault(key, List.of());
    }
  }
}
