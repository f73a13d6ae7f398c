package org.visitbalance.query.lists;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How late something is, in the spans that people talk of. */
final class Buckets {
  static final List<String> NAMES = List.of("0-1", "2-3", "4-7", "8-14", "15-30", "31+");
  private static final long[] LAST = {1, 3, 7, 14, 30, Long.MAX_VALUE};

  private Buckets() {}

  /** The bucket of a number of days. */
  static String of(long days) {
    int i = 0;
    while (days > LAST[i]) {
      i++;
    }
    return NAMES.get(i);
  }

  /** A count of 0 for each. */
  static Map<String, Long> empty() {
    Map<String, Long> counts = new LinkedHashMap<>();
    NAMES.forEach(name -> counts.put(name, 0L));
    return counts;
  }
}
