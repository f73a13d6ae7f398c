package org.visitbalance.lab.faults;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What a run has shown, by kind of fault. */
final class FaultReport {
  private static final double MILLIS = 1_000.0;

  private final Map<FaultKind, List<Duration>> times = new EnumMap<>(FaultKind.class);
  private final List<Duration> all = new ArrayList<>();

  void add(List<FaultKind> kinds, Duration took) {
    kinds.forEach(kind -> times.computeIfAbsent(kind, any -> new ArrayList<>()).add(took));
    all.add(took);
  }

  int faults() {
    return times.values().stream().mapToInt(List::size).sum();
  }

  void print(PrintWriter out) {
    out.printf("%n%-30s %6s %18s%n", "fault", "times", "right again after");
    out.printf("%-30s %6s %8s %9s%n", "", "", "median", "longest");
    times.forEach((kind, durations) -> line(out, kind.words(), durations.size(), durations));
    line(out, "all", faults(), all);
  }

  private static void line(PrintWriter out, String what, int times, List<Duration> durations) {
    if (!durations.isEmpty()) {
      List<Duration> sorted = new ArrayList<>(durations);
      Collections.sort(sorted);
      out.printf(
          "%-30s %6d %6.1f s %7.1f s%n",
          what,
          times,
          sorted.get(sorted.size() / 2).toMillis() / MILLIS,
          sorted.get(sorted.size() - 1).toMillis() / MILLIS);
    }
  }
}
